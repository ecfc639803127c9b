"""Arrivals, decided documents, and a ledger with rows of every kind. For the tests of gateway/store."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from gateway.intake.readers import parse
from gateway.model.alert import Arrival, Reply
from gateway.model.delivery import Burst, Evidence, Outcome
from gateway.model.judgement import Policy
from gateway.model.reason import Reason, Why
from gateway.model.record import Entry
from gateway.store.sqlite.ledger import Ledger
from tests.support.county import CONFIG, ROSTER, START, cap
from tests.support.rules import judge

POLICY = Policy("county", frozenset(CONFIG.sources[0].senders))


REPLY = Reply("to/me", b"\0")


def arrival(raw: bytes = b"x", source: str = "county", at: datetime = START, charset: str = "") -> Arrival:
    return Arrival(raw, source, "test", at, charset)


def entry(raw: bytes, source: str = "county", policy: Policy = POLICY) -> Entry:
    alert = parse(raw)[0]
    return Entry(alert, source, START, judge(alert, policy, [], ROSTER, START))


async def filled(path: Path, documents: int = 20) -> Ledger:
    """A ledger with rows of every kind."""
    ledger = await Ledger.open(path, ThreadPoolExecutor(1))
    await ledger.save_roster(ROSTER, START, "seed")
    for count in range(documents):
        raw = cap(f"A{count}", START)
        number, _ = await ledger.arrive(replace(arrival(raw), reply=REPLY))
        one = entry(raw)
        told = json.dumps({"arrival": number, "verdict": one.judgement.verdict.name})
        await ledger.enter(number, [one], [(one.alert.key.digest, told)])
        plan = one.judgement.plan
        assert plan
        bursts = [Burst(plan.id, name, 0, Evidence.SENT) for name in plan.targets]
        await ledger.record(bursts)
        done = [Burst(plan.id, name, 0, Evidence.SOUNDING, Outcome.PLAYED) for name in plan.targets]
        await ledger.record(done, [("county", one.alert.key.digest, "{}")], {plan.id: Why(Reason.SPOKEN)})
    number, _ = await ledger.arrive(replace(arrival(b"nonsense"), reply=REPLY))
    await ledger.quarantine(number, "county", Why(Reason.NOT_XML), "{}")
    await ledger.act(START, "张三", "stop all")
    return ledger
