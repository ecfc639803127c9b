"""Parsing: the bytes of a source become alerts, a warning with its signature checked or the draft of a
gauge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.intake import Unreadable
from gateway.intake.readers import parse
from gateway.intake.readers.document import opened
from gateway.intake.readers.formats import gauge
from gateway.intake.signature import checked
from gateway.judge.deed import divided
from gateway.judge.threshold import sender
from gateway.model.alert import Alert, Arrival
from gateway.model.judgement import Policy
from gateway.model.reason import Reason, Why
from gateway.model.station import GaugeValue
from gateway.pipeline.gauges import Gauges, UnknownStation


class Parsing:
    """Parses arrivals for the pipeline. `certificates` are pinned by source."""

    def __init__(
        self, policies: Mapping[str, Policy], certificates: Mapping[str, Sequence[str]], stations: Gauges
    ) -> None:
        self._policies = policies
        self._certificates = certificates
        self._gauges = stations

    def __call__(self, arrival: Arrival) -> tuple[Alert, ...]:
        """A document that is a warning and an order becomes both (`judge.deed`). Raises Unreadable."""
        document = opened(arrival)
        if gauge.fits(document.body):
            return self._drafted(gauge.parse(document.body), arrival.source)
        return divided(checked(arrival, parse(document), self._certificates))

    def _drafted(self, gauge_value: GaugeValue, source: str) -> tuple[Alert, ...]:
        """The draft that a gauge's value makes, if any.

        Raises Unreadable, also if the source may not speak for this station.
        """
        policy = self._policies.get(source)
        if policy is None or sender(gauge_value.station) not in policy.senders:
            fields = {"sender": sender(gauge_value.station), "source": source}
            raise Unreadable(Why(Reason.SENDER_NOT_ALLOWED, fields), "station")
        try:
            alert = self._gauges.take(gauge_value)
        except UnknownStation as unknown:
            names = ", ".join(self._gauges.names)
            fields = {
                "format": gauge.NAME,
                "element": "station, kind",
                "saw": str(unknown),
                "expected": names,
            }
            raise Unreadable(Why(Reason.BAD_VALUE, fields), "station") from unknown
        return (alert,) if alert else ()
