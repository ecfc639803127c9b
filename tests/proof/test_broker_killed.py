"""A broker that is killed again and again while a thousand documents are on their way.

It has Debian's settings. Its PUBACK means nothing then; the gateway's receipt does.
"""

from __future__ import annotations

import hashlib
import threading
from datetime import datetime
from pathlib import Path

import pytest

from gateway.runtime.clock import CHINA
from tests.proof.gateway_process import Gate
from tests.proof.sender import Sender
from tests.support.brokers import Mosquitto, mosquitto_or_skip
from tests.support.county import cap

KEY = "a key that county and gateway share"
DOCUMENTS = 1000
EVERY_S = 2.0

pytestmark = [pytest.mark.slow, pytest.mark.service, pytest.mark.timeout(240)]


def documents(count: int) -> dict[str, bytes]:
    sent = datetime.now(CHINA).replace(microsecond=0)
    made = [cap(f"D{number}", sent, level="蓝") for number in range(count)]
    return {hashlib.sha256(raw).hexdigest(): raw for raw in made}


def test_a_broker_killed_every_two_seconds_loses_nothing_that_its_sender_insists_on(tmp_path: Path) -> None:
    mosquitto_or_skip()
    broker = Mosquitto(tmp_path / "broker")
    gate = Gate(tmp_path / "gate", {"local": broker}, KEY)
    wanted = documents(DOCUMENTS)
    over, kills = threading.Event(), 0

    def torment() -> None:
        nonlocal kills
        while not over.wait(EVERY_S):
            broker.kill()
            broker.start()
            kills += 1

    try:
        gate.start()
        sender = Sender("county", broker.port, KEY.encode())
        killer = threading.Thread(target=torment)
        killer.start()
        missing = sender.insist(wanted, pace_s=0.012, seconds=150)
        over.set()
        killer.join()
        sender.close()
        arrived = {row[0] for row in gate.ask("SELECT identifier FROM document")}
        twice = gate.ask("SELECT identifier FROM document GROUP BY identifier HAVING count(*) > 1")
        again = sum(sender.sent.values()) - DOCUMENTS
        print(
            f"\n{DOCUMENTS} documents, {kills} kills of the broker, {again} sent again, "
            f"{sender.acknowledged} PUBACKs, "
            f"{len(sender.receipts)} receipts, {len(missing)} without one, {len(arrived)} in the ledger"
        )
        assert kills >= 5
        assert missing == []
        assert arrived == {f"D{number}" for number in range(DOCUMENTS)}
        assert twice == []
        assert sender.false == [], "every receipt verifies"
    finally:
        over.set()
        gate.stop()
        broker.stop()


def test_gateway_and_broker_killed_in_turn_and_every_document_has_its_receipt(tmp_path: Path) -> None:
    """Also the receipts that were owed when the gateway died are told."""
    mosquitto_or_skip()
    broker = Mosquitto(tmp_path / "broker")
    gate = Gate(tmp_path / "gate", {"local": broker}, KEY)
    wanted = documents(200)
    over = threading.Event()

    def torment() -> None:
        for _ in range(8):
            if over.wait(1.5):
                return
            broker.kill()
            gate.kill()
            broker.start()
            gate.start()

    try:
        gate.start()
        sender = Sender("county", broker.port, KEY.encode())
        killer = threading.Thread(target=torment)
        killer.start()
        missing = sender.insist(wanted, pace_s=0.03, seconds=100)
        over.set()
        killer.join()
        assert missing == []
        assert {row[0] for row in gate.ask("SELECT identifier FROM document")} == {
            f"D{n}" for n in range(200)
        }
        assert sender.wait(lambda: gate.health().get("receipts_owed") == 0, 20), "nothing is left to tell"
        sender.close()
    finally:
        over.set()
        gate.stop()
        broker.stop()
