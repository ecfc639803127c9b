"""The schemas of our own JSON formats, for `/openapi.json`.

The readers `simple` and `gauge` read by hand: `simple` takes more than its schema, and both tell what is
wrong in Chinese.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class SimpleAlert(BaseModel):
    """One warning or act.

    Unknown keys are kept, flagged and not used. `level` is also read as 红色, 红色预警 or Ⅰ级, `status` and
    `msgType` in any case and in Chinese, a single value where a list stands here, and a time as seconds or
    milliseconds since 1970. A time without an offset is China's.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "identifier": "34152341600000_20260728143000",
                    "sender": "county@weather.example",
                    "sent": "2026-07-28T14:30:00+08:00",
                    "status": "Actual",
                    "msgType": "Alert",
                    "event": "暴雨",
                    "level": "red",
                    "senderName": "舒城县气象台",
                    "headline": "舒城县气象台发布暴雨红色预警信号",
                    "description": "预计未来3小时青石镇降雨量将达100毫米以上。",
                    "instruction": "请立即停止户外活动，远离河道和山坡。",
                    "expires": "2026-07-28T20:30:00+08:00",
                    "areas": ["341523104000"],
                }
            ]
        },
    )

    identifier: str = Field(min_length=1, max_length=200)
    sender: str = Field(min_length=1, max_length=200)
    sent: datetime
    status: Literal["Actual", "Exercise", "System", "Test", "Draft"]
    msgType: Literal["Alert", "Update", "Cancel", "Ack", "Error"]  # noqa: N815 - CAP's name
    act: Literal["notice", "tip", "prepare", "move", "shelter", "return", "correction"] | None = Field(
        None, description="行为；预警不写。A warning has none. docs/formats/simple.md"
    )
    references: tuple[str, ...] = Field((), description="identifiers, or CAP's triples")
    note: str = ""
    event: str = Field("", description="灾种名称或字母代码 A hazard's name or letter code: 暴雨, 11B03")
    level: Literal["red", "orange", "yellow", "blue"] | None = None
    senderName: str = ""  # noqa: N815 - CAP's name
    headline: str = ""
    description: str = ""
    instruction: str = ""
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    areas: tuple[str, ...] = Field((), description="区划代码 Codes of 6, 9, 12 or 14 digits")
    publishFrequency: str = Field("", description="GD/J 082: 1t/3min")  # noqa: N815 - GD/J 082's name
    rollFrequency: int | None = Field(None, description="GD/J 082")  # noqa: N815 - GD/J 082's name


class PostedValue(BaseModel):
    """A gauge's value: rain in mm over `window_min` minutes, or a water level in m with a window of 0."""

    model_config = ConfigDict(
        title="GaugeReading",  # its name in the API's description
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
    value: float
    unit: Literal["mm", "m"]
    window_min: int = Field(0, ge=0, le=4320)
    at: datetime
