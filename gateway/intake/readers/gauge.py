"""A gauge's value as JSON: `{station, kind, value, unit, window_min, at}`. Unknown keys are errors."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from gateway.intake import Unreadable
from gateway.intake.readers.times import moment
from gateway.model.reason import Reason, Why
from gateway.model.station import UNITS, GaugeValue

NAME = "gauge"
"""The name of the format in refusals; i18n has its words."""
LARGEST = 4096
"""Bytes of a message at most. Our choice."""
LIMITS = {"rain": (0.0, 2000.0), "water_level": (-500.0, 9000.0)}
"""Bounds in millimetres and metres. Beyond them a gauge is broken: no day on Earth had 2 m of rain.

The record is 1.8 m (La Réunion, 1966). Our choice.
"""


class PostedValue(BaseModel):
    """A gauge's value: rain in mm over `window_min` minutes, or a water level in m with a window of 0."""

    model_config = ConfigDict(
        title="GaugeReading",  # its name in the API's description
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "station": "hewan-rain",
                    "kind": "rain",
                    "value": 62.5,
                    "unit": "mm",
                    "window_min": 60,
                    "at": "2026-07-28T14:30:00+08:00",
                }
            ]
        },
    )
    station: str = Field(min_length=1, max_length=40)
    kind: Literal["rain", "water_level"]
    value: float = Field(allow_inf_nan=False)
    unit: Literal["mm", "m"]
    window_min: int = Field(0, ge=0, le=4320)
    at: datetime

    @field_validator("at", mode="before")
    @classmethod
    def _moment(cls, value: object) -> object:
        at = moment(value) if isinstance(value, str) else None
        if at is None:
            raise ValueError("expected a time such as 2026-07-28T14:30:00+08:00")
        return at

    @model_validator(mode="after")
    def _sane(self) -> PostedValue:
        if self.unit != UNITS[self.kind]:
            raise ValueError(f"{self.kind} is told in {UNITS[self.kind]}")
        least, most = LIMITS[self.kind]
        if not least <= self.value <= most:
            raise ValueError(f"{self.kind} between {least:g} and {most:g} {self.unit}: the gauge is broken")
        return self


def fits(raw: bytes) -> bool:
    """Whether these bytes are a gauge's value rather than a warning."""
    return len(raw) <= LARGEST and raw.lstrip()[:1] == b"{" and b'"station"' in raw and b'"sender"' not in raw


def parse(raw: bytes) -> GaugeValue:
    """The value in these bytes. Raises Unreadable with the key that is wrong."""
    try:
        posted = PostedValue.model_validate(json.loads(raw))
    except ValidationError as error:
        fault = error.errors()[0]
        key = ".".join(str(part) for part in fault["loc"])
        fields = {"element": key or "value", "saw": repr(fault["input"])[:80], "expected": fault["msg"]}
        raise Unreadable(Why(Reason.BAD_VALUE, fields), key) from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(Why(Reason.NOT_JSON, {"saw": str(error)})) from error
    return GaugeValue(posted.station, posted.kind, posted.value, posted.window_min, posted.at)
