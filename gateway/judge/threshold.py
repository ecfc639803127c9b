"""Thresholds: the stage that a gauge's value reaches, and the draft that it makes.

A draft is an order to prepare or to move. It airs by itself only if a rule of the site says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from gateway import codes
from gateway.announcements.script import WORDS
from gateway.announcements.template import NoTemplate, order
from gateway.model.alert import CPEAS, Alert, Area, Info, MsgType, Pair, Scope, Status
from gateway.model.deed import ACT, Deed
from gateway.model.speaker import Refuge
from gateway.model.station import UNITS, GaugeValue, Stage, Station

HOLDS = timedelta(hours=2)
"""A draft that nobody looked at for so long says nothing of the river as it is now. Our choice."""
_WORDS: dict[str, Any] = WORDS["gauge"]
_UNITS = {"mm": "毫米", "m": "米"}


def sender(station: str) -> str:
    """The name under which a station speaks; it stands among the `senders` of its source."""
    return f"station:{station}"


def stage(station: Station, gauge_value: GaugeValue) -> Stage:
    """The stage that a value calls for, by the threshold of its window.

    A window without a threshold calls for nothing.
    """
    for threshold in station.thresholds:
        if threshold.window_min == gauge_value.window_min:
            return Stage((gauge_value.value >= threshold.prepare) + (gauge_value.value >= threshold.move))
    return Stage.CALM


def draft(
    station: Station,
    gauge_value: GaugeValue,
    reached: Stage,
    refuges: Mapping[str, Refuge] = MappingProxyType({}),
) -> Alert:
    """The order as a document of the station's own, with a block for each village that goes to another
    refuge.

    `reached` is not CALM. `refuges` are by region code.
    """
    by_refuge: dict[Refuge | None, list[str]] = {}
    for code in station.areas:
        by_refuge.setdefault(refuges.get(code), []).append(code)
    return Alert(
        f"{station.id}.{reached.name.lower()}.{gauge_value.at:%Y%m%dT%H%M%S}",
        sender(station.id),
        gauge_value.at,
        Status.ACTUAL,
        MsgType.ALERT,
        Scope.PUBLIC,
        infos=tuple(
            _info(station, gauge_value, reached, refuge, areas) for refuge, areas in by_refuge.items()
        ),
        station=station.id,
    )


def _info(
    station: Station, gauge_value: GaugeValue, reached: Stage, refuge: Refuge | None, areas: Sequence[str]
) -> Info:
    hazard = codes.named(station.hazard)
    headline, advice = _said(station, hazard.code, reached, refuge)
    amount = f"{gauge_value.value:g}{_UNITS[UNITS[gauge_value.kind]]}"
    return Info(
        language="zh-CN",
        event=station.hazard,
        event_codes=(Pair("eventCode", hazard.code),) if hazard.code else (),
        response_types=("Evacuate" if reached is Stage.MOVE else "Prepare",),
        urgency="Immediate",
        certainty="Observed",
        expires=gauge_value.at + HOLDS,
        sender_name=station.issuer,
        headline=headline,
        description=_WORDS[gauge_value.kind].format(window=f"{gauge_value.window_min}分钟", value=amount),
        instruction=advice,
        parameters=(Pair(ACT, reached.name.lower()),),
        areas=(Area(station.name, geocodes=tuple(Pair(CPEAS, code) for code in areas)),),
    )


def _said(station: Station, hazard: str, reached: Stage, refuge: Refuge | None) -> tuple[str, str]:
    """Headline and instruction of the order, by the hazard's own template."""
    place = f"{station.name}一带"
    deed = Deed.MOVE if reached is Stage.MOVE else Deed.PREPARE
    try:
        headline, *advice = order(
            deed, hazard, {"place": place, **(refuge.fields if refuge else {})}
        ).sentences
    except NoTemplate:
        return _WORDS[deed].format(place=place, hazard=station.hazard), ""
    return headline, "".join(advice)
