"""A configured site in one thread, with its ledger file. For the tests of old sites."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from drivers.link.memory import MemoryEnd, pair
from drivers.modbus import profile
from drivers.modbus.config import ModbusConfig
from drivers.openhorn.config import OpenhornConfig
from drivers.protocol import LineSpec
from drivers.registry import open_line
from firmware_sim.modbus import ModbusBus
from firmware_sim.openhorn import OpenhornBus
from firmware_sim.speaker import Heard
from firmware_sim.speaker import Speaker as Horn
from firmware_sim.tts_chip import TtsChip
from gateway.app.daemon import Daemon, Outside
from gateway.app.lines import OpenLine
from gateway.app.roster import begin
from gateway.config.config import load
from gateway.config.lines import LineTable
from gateway.model.alert import Arrival
from gateway.model.record import Receipt
from gateway.runtime.clock import LoopClock
from gateway.site.load import load_site
from gateway.store.sqlite.ledger import Ledger
from tests.support.inline import Inline
from tests.support.voices import Buzz


class SimulatedSite:
    """`folder` holds `gateway.toml` and, in `data/`, the ledger; `start` is what the clock says first.

    `told` are the receipts that reached their sender. `taught` are the names as the daemon was last told.
    """

    def __init__(self, folder: Path, start: datetime) -> None:
        self.config = load(folder / "gateway.toml")
        self.roster = load_site(self.config)
        self.file = self.config.data / "ledger.sqlite"
        self.clock = LoopClock(start)
        self.horns = {speaker.id: Horn(speaker.id, speaker.unit) for speaker in self.roster.speakers}
        self.told: list[Receipt] = []
        self.taught: dict[str, str] = {}
        self._near: dict[str, MemoryEnd] = {}
        self._hardware: list[asyncio.Task[None]] = []
        for line in self.config.lines:
            self._near[line.name], far = pair(line.baud)
            self._hardware.append(asyncio.create_task(self._server(line, far).run()))

    def _server(self, line: LineTable, far: MemoryEnd) -> Any:
        units = {one.unit: self.horns[one.id] for one in self.roster.speakers if one.line == line.name}
        for one in self.roster.speakers:
            if one.backup and one.backup.line == line.name:
                units[one.backup.unit] = self.horns[one.id]
        if line.protocol == "tts_chip":
            return TtsChip(far, units[1])
        if isinstance(line, OpenhornConfig):
            return OpenhornBus(far, units, bytes.fromhex(line.key_file.read_text("utf-8").strip()))
        assert isinstance(line, ModbusConfig)
        fed = {
            one.power.reach.unit: [self.horns[one.id]]
            for one in self.roster.speakers
            if one.power and one.power.reach.line == line.name
        }
        boards = {unit % profile.RELAY_STEP: profile.load(line.relays) for unit in fed if line.relays}
        return ModbusBus(far, units, profile.load(line.profile), boards=boards, fed=fed)

    async def start(self) -> Ledger:
        """Start the daemon on the ledger as it is. Returns the ledger."""
        self.ledger = await Ledger.open(
            self.file, Inline(), now=self.clock.now, sure=lambda: self.clock.trusted
        )
        roster, keeping = await begin(self.ledger, self.roster, self.clock)
        assert keeping is None, "the disk takes the roster"
        lines = {line.name: self._line(line) for line in self.config.lines}
        outside = Outside(lines, Buzz(), self._tell, learn=self._learn)
        self.daemon = Daemon(self.config, self.ledger, self.clock, roster, outside)
        self._running = asyncio.create_task(self.daemon.run())
        return self.ledger

    def _line(self, line: LineTable) -> OpenLine:
        spec = LineSpec(self.roster.units(line.name), lambda: int(self.clock.now().timestamp()))
        return OpenLine(*open_line(line.protocol, line, spec, self._near[line.name]))

    async def _tell(self, receipt: Receipt) -> None:
        self.told.append(receipt)

    def _learn(self, taught: Any) -> None:
        self.taught = dict(taught)

    async def until(self, at: datetime) -> None:
        """Let time pass until the clock says this."""
        await asyncio.sleep((at - self.clock.now()).total_seconds())

    async def send(self, raw: bytes, source: str) -> None:
        """A document over this source; a moment later it is judged."""
        await self.daemon.intake.accept(Arrival(raw, source, "simulation", self.clock.now()))
        await asyncio.sleep(2)

    def heard(self, speaker: str, words: str = "") -> list[Heard]:
        """The sounds at a speaker; of texts only those that contain these words."""
        return [sound for sound in self.horns[speaker].heard if sound.text is None or words in sound.text]

    async def stop(self) -> None:
        """Stop the daemon and close its ledger; the loudspeakers stay."""
        await _over(self._running)
        await self.ledger.close()

    async def end(self) -> None:
        """Stop everything."""
        await self.stop()
        for task in self._hardware:
            await _over(task)


async def _over(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
