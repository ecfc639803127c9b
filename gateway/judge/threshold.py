"""What a gauge's reading calls for, and the draft it makes: an order to prepare or to move, which airs by
itself only where a rule says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from gateway import codes
from gateway.announcements.script import WORDS
from gateway.announcements.template import Deed, NoTemplate, order
from gateway.model.alert import CPEAS, Alert, Area, Info, MsgType, Pair, Scope, Status
from gateway.model.speaker import Refuge
from gateway.model.station import UNITS, GaugeValue, Stage, Station

HOLDS = timedelta(hours=2)
"""A draft that nobody looked at for so long says nothing of the river as it is now. Our choice."""
ACT = "tongluo:act"
"""The parameter that says what a draft orders."""
_WORDS: dict[str, Any] = WORDS["gauge"]
_UNITS = {"mm": "毫米", "m": "米"}


def sender(station: str) -> str:
    """Under which name a station speaks: it stands among the `senders` of its source."""
    return f"station:{station}"


def stage(station: Station, reading: GaugeValue) -> Stage:
    """What this reading calls for, by the threshold of its window; a window nobody set a threshold for calls
    for nothing."""
    for threshold in station.thresholds:
        if threshold.window_min == reading.window_min:
            return Stage((reading.value >= threshold.prepare) + (reading.value >= threshold.move))
    return Stage.CALM


def draft(
    station: Station,
    reading: GaugeValue,
    reached: Stage,
    refuges: Mapping[str, Refuge] = MappingProxyType({}),
) -> Alert:
    """The order as a document of the station's own, a block for each village that goes to another place.

    `reached` is not CALM; `refuges` are by region code.
    """
    by_refuge: dict[Refuge | None, list[str]] = {}
    for code in station.areas:
        by_refuge.setdefault(refuges.get(code), []).append(code)
    return Alert(
        f"{station.id}.{reached.name.lower()}.{reading.at:%Y%m%dT%H%M%S}",
        sender(station.id),
        reading.at,
        Status.ACTUAL,
        MsgType.ALERT,
        Scope.PUBLIC,
        infos=tuple(_info(station, reading, reached, refuge, areas) for refuge, areas in by_refuge.items()),
    )


def _info(
    station: Station, reading: GaugeValue, reached: Stage, refuge: Refuge | None, areas: Sequence[str]
) -> Info:
    hazard = codes.named(station.hazard)
    headline, advice = _said(station, hazard.code, reached, refuge)
    value = f"{reading.value:g}{_UNITS[UNITS[reading.kind]]}"
    return Info(
        language="zh-CN",
        event=station.hazard,
        event_codes=(Pair("eventCode", hazard.code),) if hazard.code else (),
        response_types=("Evacuate" if reached is Stage.MOVE else "Prepare",),
        urgency="Immediate",
        certainty="Observed",
        expires=reading.at + HOLDS,
        sender_name=station.issuer,
        headline=headline,
        description=_WORDS[reading.kind].format(window=f"{reading.window_min}分钟", value=value),
        instruction=advice,
        parameters=(Pair(ACT, reached.name.lower()),),
        areas=(Area(station.name, geocodes=tuple(Pair(CPEAS, code) for code in areas)),),
    )


def _said(station: Station, hazard: str, reached: Stage, refuge: Refuge | None) -> tuple[str, str]:
    """The order and what to do, by the hazard's own template."""
    place = f"{station.name}一带"
    deed: Deed = "move" if reached is Stage.MOVE else "prepare"
    try:
        headline, *advice = order(
            deed, hazard, {"place": place, **(refuge.fields if refuge else {})}
        ).sentences
    except NoTemplate:
        return _WORDS[deed].format(place=place, hazard=station.hazard), ""
    return headline, "".join(advice)


def ordered(info: Info) -> str:
    """What a draft orders: "prepare", "move", or "" where it is no draft."""
    return next((pair.value for pair in info.parameters if pair.name == ACT), "")
