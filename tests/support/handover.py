"""A delivery that remembers, and decisions to hand over to it. For the tests of gateway/pipeline."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from gateway.judge import Past
from gateway.model.plan import Plan
from gateway.model.reason import Why
from gateway.model.record import Entry
from tests.support.judge_cases import DAY, alert, ask, cancel, info, kept

YELLOW = "舒城县气象台发布暴雨黄色预警信号"
GALE = "舒城县气象台发布大风橙色预警信号"


class DeliveryLog:
    """Delivery: remembers what it is told, in order."""

    def __init__(self) -> None:
        self.told: list[tuple[str, ...]] = []

    def take(self, plan: Plan, source: str, in_ledger: bool = True) -> None:
        self.told.append(("take" if in_ledger else "take from memory", plan.id, source))

    def name(self, plan_id: str, source: str) -> None:
        self.told.append(("name", plan_id, source))

    def end(self, plan_id: str, why: Why) -> None:
        self.told.append(("end", plan_id, why.reason))

    def pause(self, document: str, warnings: Collection[str]) -> None:
        self.told.append(("pause", document, *warnings))

    def wake(self) -> None:
        self.told.append(("wake",))


def red(name: str = "A") -> Entry:
    """A red warning that airs."""
    document = alert(name=name)
    return Entry(document, "county", DAY, ask(document))


def orange_gale(name: str = "G") -> Entry:
    """An orange warning that airs."""
    document = alert(info(GALE), name)
    return Entry(document, "county", DAY, ask(document))


def yellow(name: str = "Y") -> Entry:
    """A yellow warning that airs after its veto window."""
    document = alert(info(YELLOW), name)
    hold = ask(document).verdict
    later = DAY + timedelta(minutes=3)
    return Entry(document, "county", DAY, ask(document, now=later, held=hold))


def lifted(entry: Entry) -> Entry:
    """The cancel of a warning that has sounded."""
    document = cancel(entry.alert)
    before: Past = kept(entry.alert, entry.judgement, "square", "slope")
    return Entry(document, "county", DAY, ask(document, before))


def plan_of(entry: Entry) -> Plan:
    """The plan that a decision made."""
    assert entry.judgement.plan
    return entry.judgement.plan


def key_of(entry: Entry) -> str:
    """The key of a decision's document."""
    return entry.alert.key.digest
