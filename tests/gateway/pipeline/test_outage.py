"""An outage of the disk: red and orange sound without it, the rest waits, and nothing is acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, cast

import pytest

from gateway.intake.readers import parse
from gateway.judge.sense import senses
from gateway.model.record import LedgerFailed
from gateway.pipeline.handover import Handover
from gateway.pipeline.judging import Judging
from gateway.pipeline.outage import HANG_S, Outage
from gateway.pipeline.pending import Pending
from gateway.runtime.clock import LoopClock
from gateway.runtime.events import Events
from gateway.store import contract
from tests.support.county import ROSTER, START, cap
from tests.support.documents import POLICY, arrival
from tests.support.handover import DeliveryLog
from tests.support.rules import judge

Virtual = Callable[[Any], Any]
RED, YELLOW = arrival(cap("R1", START)), arrival(cap("Y1", START, level="黄"))


class Scene:
    """An outage with all that it talks to; `known` are the keys that the ledger has."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self.delivery, self.pending = DeliveryLog(), Pending()
        self._known = set(known)
        handover = Handover(self.delivery, self.pending, Events(), lambda: None)
        self.judging = Judging(
            lambda *_: [],
            LoopClock(START),
            lambda arrival: parse(arrival.raw),
            judge,
            senses,
            {"county": POLICY},
            lambda _: ROSTER,
            lambda _: (),
            self.pending,
        )
        ledger = cast("contract.Ledger", self)
        self.outage = Outage(ledger, self.judging, self.pending, handover)

    def known(self, keys: Iterable[str], source: str, but: int = 0) -> set[str]:
        return self._known & set(keys)

    @property
    def told(self) -> list[str]:
        return [told[0] for told in self.delivery.told]


def test_a_grave_document_whose_bytes_the_disk_refuses_sounds_and_is_not_acknowledged(
    virtual: Virtual,
) -> None:
    async def story() -> None:
        scene = Scene()
        for _ in range(2):
            with pytest.raises(LedgerFailed), scene.outage.arriving(RED, True):
                raise LedgerFailed("full")
        assert scene.told == ["take from memory"], "sent again it does not begin again"
        with pytest.raises(LedgerFailed), scene.outage.arriving(YELLOW, False):
            raise LedgerFailed("full")
        assert scene.told == ["take from memory"]
        assert len(scene.pending) == 2

    virtual(story())


def test_a_document_that_the_ledger_has_or_that_cannot_be_parsed_sounds_from_no_memory(
    virtual: Virtual,
) -> None:
    async def story() -> None:
        scene = Scene([parse(RED.raw)[0].key.digest])
        for document in (RED, arrival(b"nonsense")):
            with pytest.raises(LedgerFailed), scene.outage.arriving(document, True):
                raise LedgerFailed("full")
        assert scene.told == []

    virtual(story())


def test_a_disk_that_hangs_is_waited_for_but_not_by_the_urgent(virtual: Virtual) -> None:
    async def story() -> None:
        scene = Scene()
        with scene.outage.arriving(RED, True):
            await asyncio.sleep(HANG_S - 0.1)
            assert scene.told == []
            await asyncio.sleep(0.2)
            assert scene.told == ["take from memory"]
        with scene.outage.arriving(YELLOW, False):
            await asyncio.sleep(10 * HANG_S)
        assert len(scene.pending) == 1

    virtual(story())


def test_a_write_that_ends_in_time_leaves_nothing_behind(virtual: Virtual) -> None:
    async def story() -> None:
        scene = Scene()
        entries = scene.judging.entries(parse(RED.raw), RED, [])
        with scene.outage.arriving(RED, True), scene.outage.entering(entries, True):
            await asyncio.sleep(HANG_S / 2)
        await asyncio.sleep(10 * HANG_S)
        assert (scene.told, len(scene.pending)) == ([], 0)

    virtual(story())


def test_a_decision_that_the_disk_refuses_or_keeps_waiting_becomes_pending(virtual: Virtual) -> None:
    async def story() -> None:
        scene = Scene()
        entries = scene.judging.entries(parse(RED.raw), RED, [])
        with scene.outage.entering(entries, True):
            await asyncio.sleep(HANG_S + 0.1)
            assert scene.told == ["take from memory"]
        with pytest.raises(LedgerFailed), scene.outage.entering(entries, False):
            raise LedgerFailed("full")
        assert scene.told == ["take from memory"]
        assert scene.pending.entries() == entries

    virtual(story())
