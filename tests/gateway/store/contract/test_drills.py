"""Drills: open until they are closed or over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from gateway.model.drill import Drill
from gateway.model.plan import Act, Class, Plan
from gateway.store.contract import Ledger
from tests.support.county import START, cap
from tests.support.documents import entry
from tests.support.ledgers import Place

Lives = Callable[..., None]
DRILL = Drill("county", ("青石镇",), ("a", "h1"), START, START + timedelta(hours=1), "张三")


def plan(name: str, act: Act, class_: Class, minutes: int = 0) -> Plan:
    made = entry(cap("A1", START)).judgement.plan
    assert made
    return replace(made, id=name, alert="", act=act, class_=class_, start=START + timedelta(minutes=minutes))


NOTICE = plan("n1", Act.NOTICE, Class.NOTICE)


def test_a_drill_is_opened_once_with_its_notice_and_the_act(lives: Lives, place: Place) -> None:
    opened: list[Drill] = []

    async def before(ledger: Ledger) -> None:
        opened.append(await ledger.open_drill(DRILL, NOTICE, START))
        assert replace(opened[0], number=0) == DRILL

    async def after(ledger: Ledger) -> None:
        assert await ledger.open_drill(DRILL, replace(NOTICE, id="n2"), START) == opened[0]
        assert ledger.drills(START) == opened
        assert ledger.live() == ["n1"]
        assert place.acts(ledger) == [("张三", f"open drill {opened[0].number}")]

    lives(before, after)


def test_a_drill_is_listed_until_it_is_over_or_closed(lives: Lives, place: Place) -> None:
    later = replace(DRILL, start=START + timedelta(hours=2), end=START + timedelta(hours=3))

    async def before(ledger: Ledger) -> None:
        first = await ledger.open_drill(DRILL, NOTICE, START)
        second = await ledger.open_drill(later, replace(NOTICE, id="n2"), START)
        assert first.number < second.number
        assert ledger.drills(START) == [first, second]
        assert ledger.drills(DRILL.end) == [second]
        assert await ledger.close_drill(second.number, "李四", START)

    async def after(ledger: Ledger) -> None:
        (first,) = ledger.drills(START)
        assert not await ledger.close_drill(first.number + 1, "王五", START), "it is closed already"
        assert not await ledger.close_drill(first.number + 2, "王五", START), "there is none"
        assert place.acts(ledger)[-1] == ("李四", f"close drill {first.number + 1}")
        again = await ledger.open_drill(later, replace(NOTICE, id="n3"), START)
        assert ledger.drills(START) == [first, again]

    lives(before, after)


def test_red_warnings_and_move_orders_are_real(lives: Lives) -> None:
    plans = (
        plan("red", Act.WARNING, Class.RED, 1),
        plan("move", Act.MOVE, Class.MOVE, 2),
        plan("orange", Act.WARNING, Class.ORANGE, 3),
        plan("ring", Act.RING, Class.RED, 4),
        plan("lift", Act.LIFT, Class.YELLOW, 5),
    )

    async def before(ledger: Ledger) -> None:
        await ledger.record([], plans=plans)

    async def after(ledger: Ledger) -> None:
        assert {found.id for found in ledger.real_since(START)} == {"red", "move"}
        assert [found.id for found in ledger.real_since(START + timedelta(minutes=2))] == ["move"]

    lives(before, after)
