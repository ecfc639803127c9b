"""The canary: once a minute a warning that nobody hears goes the whole way. It is parsed, judged, planned,
spoken and played. While it does not arrive, a real warning may not arrive either.

It reaches no real speaker. Its area is a code that no place has and no roster may use, its speaker is on a
line of its own whose driver plays into nothing, and its sender is believed from its own source only.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from drivers import (
    EVERYONE,
    Accepted,
    Capability,
    Finished,
    Report,
    Sounding,
    SpeakerStatus,
    Trial,
    TrialResult,
    Units,
    Utterance,
)
from drivers.errors import CannotPlay
from gateway.model.alert import Arrival
from gateway.model.record import CANARY, SENDER
from gateway.model.region import Region
from gateway.model.speaker import Speaker
from gateway.runtime.clock import Clock

__all__ = ["CANARY", "Canary", "NullDriver"]

log = logging.getLogger(__name__)

REGION = Region("999999999999")
"""No division of GB/T 2260 begins with 99."""
SPEAKER = Speaker(CANARY, "金丝雀", REGION, CANARY, 1)
EVERY_S = 60.0
"""Seconds between two canaries. Our choice."""
EXPIRES_S = 50.0
"""Seconds after which a canary expires. Our choice: before the next one is sent."""


class NullDriver:
    """The driver of a line without units: it takes every block of the sound and reports that it was played. A
    sound that is silence throughout is reported as not played."""

    def __init__(self) -> None:
        self._report: Callable[[Report], None] = lambda report: None
        self.played: Callable[[], None] = lambda: None
        """Called when a sound that is not silence was played."""

    def can(self, unit: int) -> Capability:
        return Capability.AUDIO | Capability.STOP

    async def run(self, report: Callable[[Report], None]) -> None:
        self._report = report
        await asyncio.Event().wait()

    async def play(self, units: Units, utterance: Utterance) -> None:
        loud = False
        if utterance.sound:
            async for block in utterance.sound.open():
                loud = loud or any(block)
        for unit in (1,) if units is EVERYONE else units:
            self._tell(unit, utterance.token, Accepted())
            if loud:
                self._tell(unit, utterance.token, Sounding())
                self.played()
            self._tell(unit, utterance.token, Finished(known=loud))

    def _tell(self, unit: int, token: bytes, fact: Accepted | Sounding | Finished) -> None:
        self._report(Report(asyncio.get_running_loop().time(), unit, token, fact))

    async def stop(self, units: Units) -> None:
        return

    async def power(self, unit: int, on: bool) -> None:
        raise CannotPlay(unit=unit, reason="no relay")

    async def status(self, unit: int) -> SpeakerStatus:
        return SpeakerStatus()

    async def test(self, unit: int, kind: Trial) -> TrialResult:
        return TrialResult(reached=True, proved=False, status=SpeakerStatus())


class Canary:
    """Sends the canaries, and knows how long ago one arrived."""

    def __init__(self, clock: Clock, driver: NullDriver) -> None:
        self._clock = clock
        self._number = 0
        self._arrived: float | None = None
        """When one last arrived, in the loop's time."""
        self._began: float | None = None
        """When the first was sent, in the loop's time."""
        driver.played = self._arrive

    def _arrive(self) -> None:
        self._arrived = asyncio.get_running_loop().time()

    @property
    def age(self) -> float | None:
        """Seconds since one arrived, or since the first was sent; None before that."""
        since = self._arrived if self._arrived is not None else self._began
        return None if since is None else asyncio.get_running_loop().time() - since

    async def run(self, accept: Callable[[Arrival], Awaitable[object]]) -> None:
        """Send one every minute until cancelled. An exception of `accept` is logged."""
        while True:
            if self._began is None:
                self._began = asyncio.get_running_loop().time()
            try:
                await accept(Arrival(self._document(), CANARY, CANARY, self._clock.now()))
            except Exception as error:  # its absence is the alarm
                log.warning("the canary was not taken: %r", error)
            await asyncio.sleep(EVERY_S)

    def _document(self) -> bytes:
        now = self._clock.now()
        self._number += 1
        alert = {
            "identifier": f"canary-{now:%Y%m%d%H%M%S}-{self._number}",
            "sender": SENDER,
            "sent": now.isoformat(timespec="seconds"),
            "status": "Actual",
            "msgType": "Alert",
            "event": "11B03",
            "level": "red",
            "senderName": "铜锣自检",
            "headline": "铜锣自检暴雨红色预警信号",
            "description": f"自检第{self._number}次。",
            "instruction": f"自检{now:%H%M}{self._number}。",
            "expires": (now + timedelta(seconds=EXPIRES_S)).isoformat(timespec="seconds"),
            "areas": [REGION.code],
        }
        return json.dumps(alert, ensure_ascii=False).encode()
