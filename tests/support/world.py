"""A county in one thread: the real pipeline, ledger, dispatcher, drivers and simulated speakers.

It lives in virtual time. The speakers and the disk outlive the daemon. A crash takes the daemon away between
two steps of the loop, and the disk loses what was not synced. For the simulation and all tests that need a
whole daemon.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import apsw

from drivers.link.access import NotConnected
from drivers.link.memory import MemoryEnd, pair
from drivers.modbus import profile
from drivers.protocol import LineSpec
from drivers.registry import PROTOCOLS, open_line
from firmware_sim.modbus import ModbusBus
from firmware_sim.openhorn import OpenhornBus
from firmware_sim.speaker import Heard
from firmware_sim.speaker import Speaker as Horn
from firmware_sim.tts_chip import TtsChip
from gateway.app.daemon import Daemon, Outside
from gateway.app.desk import desk
from gateway.app.feeds import Feeds
from gateway.app.lines import OpenLine
from gateway.app.roster import begin
from gateway.config.config import Config
from gateway.console import Desk
from gateway.delivery import Voices
from gateway.intake import Acceptance
from gateway.model.alert import Arrival, Reply
from gateway.model.plan import Plan
from gateway.model.record import Answer, LedgerFailed, Receipt
from gateway.model.speaker import Roster
from gateway.runtime.clock import LoopClock
from gateway.store.sqlite.ledger import Ledger
from tests.support.county import CONFIG, KEY, KEYS, LINES, PROFILE, ROADS, ROSTER, SPEAKERS, START, cap
from tests.support.detachable_link import DetachableLink
from tests.support.disk import Disk
from tests.support.inline import Inline
from tests.support.ledger_snapshot import LedgerSnapshot, read_ledger
from tests.support.orders import Ears, Said, Tapped
from tests.support.voices import Buzz

__all__ = ["CONFIG", "LINES", "ROSTER", "START", "Inline", "Life", "World", "cap"]


@dataclass
class Life:
    """One run of the daemon between two crashes."""

    number: int
    daemon: Daemon
    desk: Desk
    ledger: Ledger
    links: list[DetachableLink]
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    over: asyncio.Event = field(default_factory=asyncio.Event)


class World:
    """`play` a story in it.

    `horns` are the speakers by id, each with its sounds. `told` are the receipts of the senders, with their
    times. Times are the loop's; `wall` turns them into the time of a right clock.
    """

    def __init__(
        self,
        seed: int,
        start: datetime = START,
        voices: Voices | None = None,
        config: Config | None = None,
        roster: Roster | None = None,
    ) -> None:
        self._config, self._roster = config or CONFIG, roster or ROSTER
        self.chance = random.Random(seed)
        self.disk = Disk()
        self.clock = LoopClock(start)
        self.began = asyncio.get_running_loop().time()
        self._start = start
        self._voices = voices or Buzz()
        self.trace: list[tuple[float, str]] = []
        self.horns = {speaker.id: Horn(speaker.id, speaker.unit) for speaker in SPEAKERS}
        self.ears = Ears(self.note)
        self.told: list[tuple[float, Receipt]] = []
        self.answered: list[Answer] = []
        """The receipts that went where their senders want them."""
        self.shown: list[tuple[str, Mapping[str, object]]] = []
        """The states of speakers that the daemon published, oldest first."""
        self.learned: list[Mapping[str, str]] = []
        """The pronunciations that the voice was given, at each start and each change."""
        self.crashes: list[float] = []
        self.starts: list[float] = []
        self.book = LedgerSnapshot()
        self.calm = self.tasks = 0
        """How many tasks there are before anything was sent and when the story is over, hardware and all."""
        self.now_at_end = 0.0
        self.left: dict[str, int] = {}
        """Work that still waits in the daemon's memory when the story is over."""
        self.falls: list[str] = []
        """Counters of the ledger that fell."""
        self._counted: dict[str, int] = {}
        self.near: dict[str, MemoryEnd] = {}
        self.servers: dict[str, Any] = {}
        self._hardware: list[asyncio.Task[None]] = []
        self._life: Life | None = None
        self._alive = asyncio.Event()
        for name, (protocol, baud) in LINES.items():
            self.near[name], far = pair(baud)
            self.servers[name] = self._server(name, protocol, far)
            self._hardware.append(asyncio.create_task(self.servers[name].run()))

    def _server(self, line: str, protocol: str, far: MemoryEnd) -> Any:
        units = {speaker.unit: self.horns[speaker.id] for speaker in SPEAKERS if speaker.line == line}
        server: Any
        if protocol == "tts_chip":
            server = TtsChip(far, units[1])
        elif protocol == "modbus":
            server = ModbusBus(far, units, profile.load(PROFILE))
        else:
            server = OpenhornBus(far, units, KEY)
        for unit, horn in units.items():
            self.ears.listen(line, horn, server.units[unit] if protocol == "openhorn" else None)
        return server

    # --- time and the record --------------------------------------------------------------------------------

    @property
    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def wall(self, at: float) -> datetime:
        """The time of a right clock at that time of the loop."""
        return self._start + timedelta(seconds=at - self.began)

    def note(self, what: str) -> None:
        """One line of the trace."""
        self.trace.append((self.now, what))

    # --- the daemon's lives ---------------------------------------------------------------------------------

    async def start(self) -> None:
        """Start the daemon on the disk as it is."""
        number = len(self.starts)
        ledger = await Ledger.open(
            "ledger", Inline(), self.disk.name, now=self.clock.now, sure=lambda: self.clock.trusted
        )
        roster, keeping = await begin(ledger, self._roster, self.clock)
        links = {name: DetachableLink(end) for name, end in self.near.items()}
        lines = {}
        for name, (protocol, _) in LINES.items():
            units = frozenset(speaker.unit for speaker in SPEAKERS if speaker.line == name)
            keys = PROTOCOLS[protocol].keys.model_validate(KEYS[protocol])
            driver, clips = open_line(protocol, keys, LineSpec(sorted(units), self._unix), links[name])
            tapped: Any = Tapped(driver, partial(self.ears.ordered, number, name), units)
            lines[name] = OpenLine(tapped, clips)
        outside = Outside(
            lines,
            self._voices,
            partial(self._told, number),
            partial(self._answered, number),
            show=self._show,
            learn=self.learned.append,
        )
        daemon = Daemon(self._config, ledger, self.clock, roster, outside)
        asked = desk(daemon, Feeds(self._config, self.clock, daemon.intake))
        self._life = Life(number, daemon, asked, ledger, list(links.values()))
        self._life.tasks.add(asyncio.create_task(daemon.run()))
        if keeping:
            self._life.tasks.add(keeping)
        self.starts.append(self.now)
        self.note(f"daemon starts, life {number}")
        self.count()
        self._alive.set()

    def _unix(self) -> int:
        return int(self.clock.now().timestamp())

    async def _told(self, life: int, receipt: Receipt) -> None:
        if self._life is None or self._life.number != life:
            raise ConnectionError("it is dead")
        self.told.append((self.now, receipt))
        self.note(f"receipt {receipt.id}: {receipt.body}")

    async def _answered(self, life: int, answer: Answer) -> None:
        if self._life is None or self._life.number != life:
            raise NotConnected("it is dead")
        self.answered.append(answer)

    def _show(self, speaker: str, state: Mapping[str, object]) -> None:
        self.shown.append((speaker, state))

    def crash(self) -> None:
        """The daemon is gone at this very step.

        Its remaining work reaches neither line nor disk nor sender.
        """
        life = self._life
        if life is None:
            return
        self.count()
        self.crashes.append(self.now)
        self.note("CRASH")
        self._life = None
        self._alive.clear()
        self.disk = self.disk.cut(self.chance)
        for link in life.links:
            link.pulled = True
        life.over.set()
        self._bury(life)

    def _bury(self, life: Life) -> None:
        async def bury() -> None:
            for task in life.tasks:
                task.cancel()
            await asyncio.gather(*life.tasks, return_exceptions=True)
            with suppress(apsw.Error):
                await life.ledger.close()
            while self._life is None:
                await asyncio.sleep(1.0)
                await self.start()

        self._burial = asyncio.create_task(bury())

    def count(self) -> None:
        """Look at the ledger's counters: what was once committed is never fewer again."""
        if not self._life:
            return
        counted = read_ledger(self._life.ledger).counters
        self.falls += [
            f"{name} fell from {before} to {counted.get(name, 0)}"
            for name, before in self._counted.items()
            if counted.get(name, 0) < before
        ]
        self._counted = counted

    @property
    def daemon(self) -> Daemon | None:
        return self._life.daemon if self._life else None

    @property
    def living(self) -> Daemon:
        """The daemon; it must not be between two lives."""
        assert self._life
        return self._life.daemon

    @property
    def desk(self) -> Desk:
        """The daemon's interface for people."""
        assert self._life
        return self._life.desk

    @property
    def ledger(self) -> Ledger:
        assert self._life
        return self._life.ledger

    @property
    def at_rest(self) -> bool:
        """Nothing is left to say, to judge or to tell."""
        if not self._life:
            return False
        ledger = self._life.ledger
        return not (ledger.live() or ledger.held() or ledger.unjudged() or ledger.owed())

    # --- troubles of the machine ----------------------------------------------------------------------------

    def ail(self, ailment: type[apsw.Error] | None) -> None:
        """Every write to the disk fails with this from now on; None heals it."""
        self.disk.ailment = ailment

    def upset_clock(self, seconds: float, trusted: bool) -> Callable[[], None]:
        """The wall clock is set wrong. Returns what sets it right again."""
        self.clock.jump(seconds)
        if not trusted:
            self.clock.trusted = False

        def undo() -> None:
            self.clock.jump(-seconds)
            self.clock.trusted = True

        return undo

    # --- what clients do ------------------------------------------------------------------------------------

    async def ask(self, question: Callable[[Desk], Coroutine[Any, Any, Any]], patient: bool = False) -> Any:
        """Ask the daemon as a client would.

        After each crash the question is asked again, until a daemon has lived to answer it. A `patient`
        client also asks again while the disk fails; to others LedgerFailed is raised.
        """
        while True:
            await self._alive.wait()
            life = self._life
            if life is None:  # it died again before we had our turn
                continue
            task = asyncio.create_task(question(life.desk))
            life.tasks.add(task)
            over = asyncio.create_task(life.over.wait())
            await asyncio.wait({task, over}, return_when=asyncio.FIRST_COMPLETED)
            over.cancel()
            answered = task.done() and not task.cancelled() and not life.over.is_set()
            if answered and not (patient and isinstance(task.exception(), LedgerFailed)):
                return task.result()
            await asyncio.sleep(0.5)

    async def send(
        self, raw: bytes, source: str = ROADS[0], patient: bool = False, reply: Reply | None = None
    ) -> Acceptance:
        """Until acknowledged, see `ask`."""
        arrival = Arrival(raw, source, "simulation", self.clock.now(), reply=reply)

        async def accepted(desk: Desk) -> Acceptance:
            return await desk.accept(arrival)

        answer: Acceptance = await self.ask(accepted, patient)
        return answer

    async def rest(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def end(self) -> None:
        """Read the book, then stop daemon and hardware."""
        with suppress(AttributeError):
            await self._burial
        assert self._life
        self.count()
        self.book = read_ledger(self._life.ledger)
        self.now_at_end = self.now
        self.tasks = self.busy()
        self.names = sorted(task.get_name() for task in asyncio.all_tasks())
        self.left = self._left(self._life.daemon)
        for task in (*self._life.tasks, *self._hardware):
            task.cancel()
        await asyncio.gather(*self._life.tasks, *self._hardware, return_exceptions=True)
        await self._life.ledger.close()

    @staticmethod
    def busy() -> int:
        """How many tasks there are, but for hardware that is just answering a question."""
        names = [getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks()]
        return sum(not name.endswith("._answer") for name in names)

    @property
    def waiting(self) -> dict[str, int]:
        """Work that waits in the daemon's memory now."""
        return self._left(self._life.daemon) if self._life else {}

    async def add(self, plan: Plan, name: str) -> None:
        """Add a plan of an editor's, as a desk would."""

        async def add(_: Desk) -> None:
            await self.ledger.add_plan(plan, "clerk", f"notice {name}")
            assert self._life
            self._life.daemon.delivery.dispatcher.take(plan, "")

        with suppress(apsw.ConstraintError):  # it was kept before the crash that took the answer
            await self.ask(add, patient=True)

    @staticmethod
    def _left(daemon: Daemon) -> dict[str, int]:
        """Work that still waits in memory."""
        dispatcher, pipeline = daemon.delivery.dispatcher, daemon.pipeline
        return {
            "live plans": len(dispatcher._programme.live),
            "speakers on air": len(dispatcher._air._playing),
            "bursts under way": len(dispatcher._air._tasks),
            "plans about to end": len(dispatcher._recorder.ending),
            "arrivals to judge": len(pipeline.backlog),
            "entries not kept": len(pipeline.pending),
            "watchers": len(daemon.shared.events._queues),
        }

    def heard(self, speaker: str, words: str = "") -> list[Heard]:
        """The sounds at a speaker; of chips only the texts that contain these words."""
        return [sound for sound in self.horns[speaker].heard if sound.text is None or words in sound.text]

    def said(self, speaker: str) -> list[Said]:
        """The sounds at a speaker, one entry for each order."""
        return self.ears.said(self.horns[speaker])
