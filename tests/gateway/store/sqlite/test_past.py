"""What the ledger hands the judges of a document's past: all that bears on it, and no more than that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from gateway.intake.readers import parse
from gateway.judge.sense import senses
from gateway.model.alert import Arrival
from gateway.model.judgement import Policy
from gateway.model.record import CANARY, Entry
from gateway.runtime.clock import CHINA
from gateway.store.sqlite import documents
from gateway.store.sqlite.ledger import Ledger
from tests.support.county import CONFIG, ROSTER, cap, reference
from tests.support.disk import Disk
from tests.support.inline import Inline
from tests.support.rules import judge

Virtual = Callable[[Any], Any]
POLICY = Policy("county", frozenset(CONFIG.sources[0].senders))
START = datetime(2026, 7, 28, 15, 0, tzinfo=CHINA)
WINDOW = START - timedelta(hours=3)


async def enter(ledger: Ledger, raw: bytes, source: str = "county") -> Entry:
    alert = parse(raw)[0]
    number, _ = await ledger.arrive(Arrival(raw, source, "test", START))
    past = ledger.past(alert, WINDOW, senses(alert))
    entry = Entry(alert, source, START, judge(alert, POLICY, past, ROSTER, START), senses(alert))
    await ledger.enter(number, [entry], [])
    return entry


def names(ledger: Ledger, raw: bytes) -> list[str]:
    alert = parse(raw)[0]
    return [one.alert.identifier for one in ledger.past(alert, WINDOW, senses(alert))]


def test_a_warning_is_compared_with_all_of_its_hazard_and_level_in_whatever_words(virtual: Virtual) -> None:
    async def story() -> None:
        disk = Disk()
        ledger = await Ledger.open("ledger", Inline(), disk.name)
        for number in range(8):
            await enter(ledger, cap(f"A{number}", START))
        await enter(ledger, cap("O1", START, level="橙"))
        await enter(ledger, cap("Q1", START, issuer="铜锣自检"), CANARY)
        again = cap("B1", START).replace("按B1号".encode(), "按A7号".encode())
        assert sorted(names(ledger, again)) == [f"A{number}" for number in range(8)]
        assert sorted(names(ledger, cap("B2", START))) == [f"A{number}" for number in range(8)]
        assert (await enter(ledger, again)).judgement.verdict.name == "store"
        await ledger.close()

    virtual(story())


def test_of_very_many_alike_the_newest_are_found(virtual: Virtual, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_ALIKE", 3)

    async def story() -> None:
        disk = Disk()
        ledger = await Ledger.open("ledger", Inline(), disk.name)
        for number in range(6):
            await enter(ledger, cap(f"A{number}", START))
        assert len(names(ledger, cap("B", START))) == 3
        await ledger.close()

    virtual(story())


def test_the_document_that_withdrew_the_same_warning_is_found_with_it(virtual: Virtual) -> None:
    async def story() -> None:
        disk = Disk()
        ledger = await Ledger.open("ledger", Inline(), disk.name)
        await enter(ledger, cap("A1", START))
        reference = f"county@weather.example,A1,{START.isoformat(timespec='seconds')}"
        await enter(
            ledger,
            cap("C1", START + timedelta(minutes=1), msg_type="Cancel", references=reference, info=False),
        )
        again = cap("B1", START + timedelta(minutes=2)).replace("按B1号".encode(), "按A1号".encode())
        assert sorted(names(ledger, again)) == ["A1", "C1"]
        assert (await enter(ledger, again)).judgement.verdict.name == "air"
        await ledger.close()

    virtual(story())


def test_a_cancel_over_one_road_finds_and_ends_what_came_over_another(virtual: Virtual) -> None:
    async def story() -> None:
        disk = Disk()
        ledger = await Ledger.open("ledger", Inline(), disk.name)
        aired = await enter(ledger, cap("A1", START), "county")
        cancel = cap("A1C", START, msg_type="Cancel", references=reference("A1", START), info=False)
        ended = await enter(ledger, cancel, "county-b")
        assert aired.judgement.plan
        assert [one.plan for one in ended.judgement.endings] == [aired.judgement.plan.id]
        await ledger.close()

    virtual(story())
