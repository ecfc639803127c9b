"""The course a contestant runs: warnings published, the writes that follow, and how long lay between."""

from __future__ import annotations

import random
import select
import socket
import time
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from tests.bench.contestants import Contestant, warning

LONGEST_S = 60.0
"""A write that has not come by then never will."""


class County:
    """Publishes with QoS 1 and reads the lines at the other end.

    Both happen in one thread, so that the measured time is the contestant's alone.
    """

    def __init__(self, port: int) -> None:
        self._client = paho.Client(CallbackAPIVersion.VERSION2, "county", protocol=paho.MQTTv5)
        self._client.max_inflight_messages_set(0)
        self._client.connect("127.0.0.1", port)
        while not self._client.is_connected():
            self._client.loop(0.1)

    def send(self, contestant: Contestant, raw: bytes) -> float:
        """Returns when it began, on CLOCK_MONOTONIC."""
        at = time.monotonic()
        self._client.publish(contestant.topic, raw, qos=1)
        return at

    def writes(self, contestant: Contestant, timeout: float) -> list[tuple[float, tuple[int, int]]]:
        """The writes that reached the contestant's horns before the time-out.

        Each has its time and its (line, unit).
        """
        wire = self._client.socket()
        assert isinstance(wire, socket.socket)
        wants = [wire] if self._client.want_write() else []
        awaited: list[Any] = [wire, contestant.site.responder]
        readable, writable, _ = select.select(awaited, wants, [], max(0.0, timeout))
        if wire in readable:
            self._client.loop_read()
        if wire in writable:
            self._client.loop_write()
        self._client.loop_misc()
        return [(one.at, (one.line, one.unit)) for one in contestant.site.responder.asked() if one.wrote]

    def one(self, contestant: Contestant) -> float:
        """Seconds from the publish of one warning to its write at the horn."""
        raw = warning(contestant)
        place = contestant.site.places[contestant.site.used - 1]
        sent = self.send(contestant, raw)
        while time.monotonic() < sent + LONGEST_S:
            for at, where in self.writes(contestant, 1.0):
                if where == place:
                    return at - sent
        raise AssertionError(f"{contestant.name}: no write at {place}; {contestant.said()}")

    def rest(self, contestant: Contestant, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.writes(contestant, left)

    def burst(self, contestant: Contestant, number: int) -> float:
        """Writes a second when `burst` warnings wait at once, from the first publish to the last write."""
        texts = [warning(contestant) for _ in range(number)]
        wanted = set(contestant.site.places[contestant.site.used - number : contestant.site.used])
        began = last = time.monotonic()
        for raw in texts:
            self.send(contestant, raw)
        while wanted and time.monotonic() < began + LONGEST_S:
            for at, where in self.writes(contestant, 1.0):
                if where in wanted:
                    wanted.remove(where)
                    last = max(last, at)
        assert not wanted, f"{contestant.name}: {len(wanted)} of {number} never came; {contestant.said()}"
        return number / (last - began)

    def close(self) -> None:
        self._client.disconnect()


def in_turn(
    county: County, contestants: list[Contestant], rounds: int, each: int, pause: float = 0.0
) -> dict[str, list[float]]:
    """Latencies by name.

    The contestants take turns, a few warnings each, so that other load on the machine strikes all alike.
    `pause` is the mean of the random pauses before each warning, in seconds.
    """
    chance = random.Random(1)
    found: dict[str, list[float]] = {contestant.name: [] for contestant in contestants}
    for _ in range(rounds):
        for contestant in contestants:
            for _ in range(each):
                if pause:
                    county.rest(contestant, chance.expovariate(1 / pause))
                found[contestant.name].append(county.one(contestant))
    return found
