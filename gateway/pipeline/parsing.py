"""Bytes of a source → alerts: a warning with its signature checked, or the draft that a gauge's reading
makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.intake import Unreadable
from gateway.intake.readers import parse, reading
from gateway.intake.signature import checked
from gateway.judge.threshold import sender
from gateway.model.alert import Alert, Arrival
from gateway.model.judgement import Policy
from gateway.model.reason import Reason, Why
from gateway.model.station import GaugeValue
from gateway.pipeline.gauges import Gauges, UnknownStation


class Parsing:
    """The pipeline's reader. `certificates` are pinned by source."""

    def __init__(
        self, policies: Mapping[str, Policy], certificates: Mapping[str, Sequence[str]], stations: Gauges
    ) -> None:
        self._policies = policies
        self._certificates = certificates
        self._gauges = stations

    def __call__(self, arrival: Arrival) -> tuple[Alert, ...]:
        """Raises Unreadable."""
        if reading.fits(arrival.raw):
            return self._measured(reading.read(arrival.raw), arrival.source)
        return checked(arrival, parse(arrival.raw), self._certificates)

    def _measured(self, told: GaugeValue, source: str) -> tuple[Alert, ...]:
        """The draft a reading makes, if any.

        A station that its source may not speak for is a stranger's. Raises Unreadable.
        """
        policy = self._policies.get(source)
        if policy is None or sender(told.station) not in policy.senders:
            fields = {"sender": sender(told.station), "source": source}
            raise Unreadable(Why(Reason.SENDER_NOT_ALLOWED, fields), "station")
        try:
            found = self._gauges.take(told)
        except UnknownStation as unknown:
            known = ", ".join(self._gauges.names)
            why = Why(Reason.BAD_VALUE, {"element": "station, kind", "saw": str(unknown), "expected": known})
            raise Unreadable(why, "station") from unknown
        return (found,) if found else ()
