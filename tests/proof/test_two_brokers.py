"""The same documents over two brokers, each many times and out of order.

Cancels come before what they cancel. Each warning is said once, or never.
"""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from tests.proof.broker_township import NOON, BrokerTownship
from tests.proof.sender import Sender
from tests.support.brokers import Mosquitto, mosquitto_or_skip
from tests.support.county import cap, reference, words
from tests.support.processes import until
from tests.support.township import INSIDE

SAID, CANCELLED = ("甲", "乙", "丙"), ("丁", "戊", "己")
TIMES = 10

pytestmark = [pytest.mark.slow, pytest.mark.service, pytest.mark.timeout(200)]


def test_each_document_ten_times_over_two_brokers_is_said_once_and_a_cancelled_one_never(
    tmp_path: Path,
) -> None:
    mosquitto_or_skip()
    chance = random.Random(5)
    brokers = {name: Mosquitto(tmp_path / name) for name in ("east", "west")}
    township = BrokerTownship(tmp_path, {name: broker.port for name, broker in brokers.items()})
    sent = NOON - timedelta(minutes=1)
    # Each is of an office of its own: of one office, a newer warning of a signal replaces an older one.
    warnings = {name: cap(name, sent, issuer=f"{name}县气象台") for name in (*SAID, *CANCELLED)}
    cancels = [
        cap(f"{name}C", sent, msg_type="Cancel", references=reference(name, sent), info=False)
        for name in CANCELLED
    ]
    senders = {}
    try:
        township.start()
        senders = {name: Sender(f"county-{name}", broker.port) for name, broker in brokers.items()}
        assert all(until(sender._client.is_connected) for sender in senders.values())
        for cancel in cancels:  # first over one road only, at least; the others come when they come
            senders["east"].send(cancel)
        assert until(lambda: len(senders["east"].receipts) == len(cancels), 20)
        crowd = [
            (raw, name) for raw in (*warnings.values(), *cancels) for name in brokers for _ in range(TIMES)
        ]
        chance.shuffle(crowd)
        for raw, name in crowd:
            senders[name].send(raw, chance.choice(("alerts", "urgent")))
        assert until(lambda: all(len(sender.receipts) == 9 for sender in senders.values()), 30)

        def said(speaker: str, name: str) -> int:
            """Burst by burst: a chip is told a long text in pieces."""
            return sum(words(name) in (sound.text or "") for sound in township.heard(speaker))

        def over() -> bool:
            plans = township.ask("SELECT count(*) FROM burst WHERE number = 0 AND outcome IS NOT NULL")
            return bool(plans[0][0] == len(SAID) * len(INSIDE))

        assert until(over, 120), township.ask("SELECT plan, speaker, number, outcome FROM burst")
        for name in CANCELLED:
            assert all(said(speaker, name) == 0 for speaker in INSIDE)
        first = township.ask("SELECT DISTINCT plan.document FROM plan JOIN burst ON burst.plan = plan.id")
        assert len(first) == len(SAID), "one plan each, whatever the road"
        for speaker in ("horn-1", "horn-2", "field-1", "field-2"):
            assert len(township.heard(speaker)) == len(SAID), speaker
        readings = {name: said("square", name) for name in SAID}
        assert len(set(readings.values())) == 1, readings
        assert 1 <= readings["甲"] <= 2, "the text of one burst, read twice"
        assert township.ask("SELECT count(*) FROM arrival") == [(2 * 9,)], "each document once a road"
    finally:
        for sender in senders.values():
            sender.close()
        township.stop()
        for broker in brokers.values():
            broker.stop()
