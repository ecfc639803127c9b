"""Nights of a township over a real broker, HTTP and pseudo-terminals.

These journeys assert the order of events. The simulation asserts their times.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from tests.support.brokers import Mosquitto
from tests.support.daytime import now
from tests.support.processes import until
from tests.support.township import INSIDE, County, Township

Warn = Callable[..., bytes]
pytestmark = pytest.mark.timeout(90)


def key_of(answer: Any) -> str:
    return str(answer.json()["alerts"][0]["key"])


def ended(township: Township, key: str) -> bool:
    deliveries = township.deliveries(key)
    return bool(deliveries) and all(one["outcome"] for one in deliveries.values())


@pytest.mark.service
def test_a_red_over_mqtt_reaches_the_right_speakers_and_its_sender_reads_what_became_of_it(
    township: Township, county: County, warning: Warn
) -> None:
    county.send(warning())
    assert until(lambda: county.told("summary"), 60)
    outcomes = {name: [h.whole for h in township.heard(name)] for name in INSIDE}
    assert all(any(whole) for whole in outcomes.values()), outcomes
    assert township.heard("abroad") == []
    assert "暴雨红色预警" in "".join(h.text or "" for h in township.heard("square"))
    assert len(county.told("accepted")) == 1
    assert len(county.told("speaker")) == len(INSIDE)


@pytest.mark.service
def test_a_broker_that_restarts_is_used_again_and_nothing_is_lost(
    township: Township, mosquitto: Mosquitto, county: County, warning: Warn
) -> None:
    mosquitto.stop()
    mosquitto.start()
    assert until(lambda: township.get("/api/v1/health").json()["brokers"]["local"] is True, 20)
    county.send(warning())
    assert until(lambda: county.told("accepted"), 20)


def test_the_same_warning_twice_is_said_once_and_answered_with_the_same_links(
    township: Township, warning: Warn
) -> None:
    raw = warning()
    first, second = township.warn(raw), township.warn(raw)
    assert (first.status_code, second.status_code) == (202, 200)
    assert first.json()["alerts"] == second.json()["alerts"]
    assert until(lambda: ended(township, key_of(first)), 60)
    assert [len(township.heard(name)) for name in ("horn-1", "field-1")] == [1, 1]


def test_a_cancel_stops_what_plays_and_is_never_said_as_a_warning(
    township: Township, warning: Warn, cancelling: Callable[[str, datetime], bytes]
) -> None:
    sent = now().replace(microsecond=0)
    key = key_of(township.warn(warning(sent=sent)))
    assert until(lambda: township.horn("square").playing)
    assert township.warn(cancelling("A1", sent)).status_code == 202
    assert until(lambda: all(one["outcome"] == "cancelled" for one in township.deliveries(key).values()))
    assert until(
        lambda: not any(h.ended is None and "预计" in (h.text or "") for h in township.heard("square"))
    )
    begun_late = [
        h.text
        for h in township.heard("square")[1:]
        if "预计" in (h.text or "") and "解除" not in (h.text or "")
    ]
    assert len(begun_late) <= 1


def test_killed_in_mid_broadcast_it_reaches_who_had_not_heard_after_the_restart(
    township: Township, warning: Warn
) -> None:
    key = key_of(township.warn(warning()))
    assert until(lambda: township.horn("square").playing)
    township.kill()
    township.start()
    assert until(lambda: ended(township, key), 60)
    for name in INSIDE:
        assert any(h.whole for h in township.heard(name)), name
    assert township.heard("abroad") == []


def test_one_dead_speaker_delays_nobody(township: Township, warning: Warn) -> None:
    township.horn("horn-1").faults.dead = True
    key = key_of(township.warn(warning()))
    assert until(lambda: township.heard("horn-2") and township.heard("square") and township.heard("field-1"))
    assert township.deliveries(key)["horn-1"]["outcome"] is None
    assert until(lambda: township.deliveries(key)["horn-1"]["outcome"] == "silent", 30)


def test_stop_silences_every_speaker_and_the_record_names_who_did_it(
    township: Township, warning: Warn
) -> None:
    key = key_of(township.warn(warning()))
    assert until(lambda: township.horn("square").playing and township.horn("field-1").playing)
    assert township.post("/api/v1/stop", target="all").status_code == 200
    assert until(lambda: not any(township.horn(name).playing for name in INSIDE), 5)
    assert until(lambda: {one["outcome"] for one in township.deliveries(key).values()} == {"cancelled"})
