"""The recorder: facts in order, many in one commit, published when they are written."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from gateway.delivery.recorder import AGAIN_S, GATHER_S, Recorder
from gateway.model.delivery import Burst, Evidence, Outcome
from gateway.model.event import Event
from gateway.model.plan import Plan
from gateway.model.reason import Reason, Why
from gateway.model.record import CANARY, LedgerFailed
from gateway.receipts import bodies
from gateway.runtime.events import Events
from gateway.store import contract
from tests.support.handover import plan_of, red

Virtual = Callable[[Any], Any]
PLAN = plan_of(red())
SENT = Burst(PLAN.id, "square", 0, Evidence.SENT)
SOUNDING = replace(SENT, evidence=Evidence.SOUNDING)
PLAYED = replace(SOUNDING, outcome=Outcome.PLAYED, why=Why(Reason.SPOKEN))


class Shelf:
    """The ledger: what each commit held."""

    def __init__(self) -> None:
        self.commits: list[tuple[list[Burst], list[tuple[str, str]], list[str], list[str]]] = []
        self.broken = False
        self.tries = 0

    async def record(
        self,
        bursts: Sequence[Burst],
        receipts: Sequence[tuple[str, str, str]] = (),
        ends: Mapping[str, Why] | None = None,
        plans: Sequence[Plan] = (),
    ) -> None:
        self.tries += 1
        await asyncio.sleep(0.001)
        if self.broken:
            raise LedgerFailed("full")
        told = [(source, json.loads(body)["kind"]) for source, _, body in receipts]
        self.commits.append((list(bursts), told, list(ends or {}), [plan.id for plan in plans]))


class Scene:
    """A recorder that runs, with all that it talks to."""

    def __init__(self) -> None:
        self.shelf, self.published, self.owed = Shelf(), list[Event](), 0
        events = Events()
        events.listen(self.published.append)
        self.recorder = Recorder(cast("contract.Ledger", self.shelf), events, self._owed)
        self.task = asyncio.create_task(self.recorder.run())

    def _owed(self) -> None:
        self.owed += 1

    def note(self, burst: Burst, source: str = "county") -> None:
        self.recorder.note(burst, source, bodies.speaker(PLAN, burst))

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


def test_facts_of_a_moment_are_one_commit_with_the_latest_of_each_burst(virtual: Virtual) -> None:
    async def story() -> None:
        scene = Scene()
        for burst in (SENT, SOUNDING, PLAYED):
            scene.note(burst)
        scene.recorder.end(PLAN.id, Why(Reason.SPOKEN))
        assert scene.recorder.ending == {PLAN.id}
        await asyncio.sleep(GATHER_S * 2)
        assert scene.shelf.commits == [([PLAYED], [("county", "speaker")], [PLAN.id], [])]
        assert scene.recorder.ending == set()
        assert scene.owed == 1
        await scene.stop()

    virtual(story())


def test_a_rung_is_published_at_once_and_an_end_when_it_is_written(virtual: Virtual) -> None:
    async def story() -> None:
        scene = Scene()
        scene.note(SOUNDING)
        scene.note(PLAYED)
        assert scene.published == [bodies.speaker(PLAN, SOUNDING)]
        await asyncio.sleep(GATHER_S * 2)
        assert scene.published[1:] == [bodies.speaker(PLAN, PLAYED)]
        scene.note(SOUNDING, CANARY)
        scene.note(PLAYED, CANARY)
        await asyncio.sleep(GATHER_S * 2)
        assert len(scene.published) == 2, "nobody is told of the canary"
        assert scene.shelf.commits[-1] == ([PLAYED], [], [], [])
        await scene.stop()

    virtual(story())


def test_a_disk_that_refuses_is_asked_again_and_nothing_is_promised_meanwhile(virtual: Virtual) -> None:
    async def story() -> None:
        scene = Scene()
        scene.shelf.broken = True
        scene.recorder.plan(PLAN)
        scene.note(PLAYED)
        written = asyncio.create_task(scene.recorder.on_disk())
        await asyncio.sleep(3 * AGAIN_S)
        assert not written.done()
        assert (scene.published, scene.owed) == ([], 0)
        scene.shelf.broken = False
        await written
        assert scene.shelf.commits == [([PLAYED], [("county", "speaker")], [], [PLAN.id])]
        assert len(scene.published) == 1
        await scene.stop()

    virtual(story())


def test_somebody_who_waits_is_not_kept_for_the_others(virtual: Virtual) -> None:
    async def story() -> None:
        scene, loop = Scene(), asyncio.get_running_loop()
        await asyncio.sleep(0)
        scene.note(SENT)
        began = loop.time()
        await scene.recorder.on_disk()
        assert loop.time() - began < GATHER_S
        await scene.stop()

    virtual(story())


def test_the_rest_is_written_at_the_end_but_a_broken_disk_delays_no_stop(virtual: Virtual) -> None:
    async def story() -> None:
        scene = Scene()
        await asyncio.sleep(0)
        scene.note(PLAYED)
        await scene.stop()
        assert scene.shelf.commits == [([PLAYED], [("county", "speaker")], [], [])]
        broken = Scene()
        await asyncio.sleep(0)
        broken.shelf.broken = True
        broken.note(PLAYED)
        await broken.stop()
        assert broken.shelf.tries == 1

    virtual(story())
