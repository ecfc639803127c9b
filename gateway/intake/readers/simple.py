"""A warning as simple JSON, for senders that people write themselves.

Names are CAP's; unknown keys are errors.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from gateway.codes import HAZARDS
from gateway.intake import Unreadable
from gateway.intake.readers.keys import Entries
from gateway.intake.readers.times import moment
from gateway.model.alert import CPEAS, Alert, Area, Info, MsgType, Pair, Reference, Scope, Severity, Status
from gateway.model.reason import Reason, Why

NAME = "simple"
"""The name of the format in refusals; i18n has its words."""
_SEVERITY = {
    "red": Severity.EXTREME,
    "orange": Severity.SEVERE,
    "yellow": Severity.MODERATE,
    "blue": Severity.MINOR,
}
_ZH = {"red": "红色", "orange": "橙色", "yellow": "黄色", "blue": "蓝色"}


class SimpleAlert(BaseModel):
    """One warning.

    `event` is the hazard's name or its letter code (暴雨 or 11B03). `areas` are codes of 12 digits; 6 or 9
    digits name a county or a township. A time without an offset is China's.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
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
    references: tuple[str, ...] = ()
    note: str = ""
    event: str = ""
    level: Literal["red", "orange", "yellow", "blue"] | None = None
    senderName: str = ""  # noqa: N815 - CAP's name
    headline: str = ""
    description: str = ""
    instruction: str = ""
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    areas: tuple[str, ...] = ()
    publishFrequency: str = Field(default="", max_length=20)  # noqa: N815 - GD/J 082's name: 1t/3min
    rollFrequency: int | None = None  # noqa: N815 - GD/J 082's name: readings of one burst

    @field_validator("sent", "effective", "onset", "expires", mode="before")
    @classmethod
    def _moment(cls, value: object) -> object:
        """A time is parsed as in CAP. A number is no time: 20260728 would be a day in 1970."""
        if value is None:
            return None
        at = moment(value) if isinstance(value, str) else None
        if at is None:
            raise ValueError("expected a time such as 2026-07-28T14:30:00+08:00")
        return at

    @field_validator("areas")
    @classmethod
    def _codes(cls, areas: tuple[str, ...]) -> tuple[str, ...]:
        for code in areas:
            if not re.fullmatch(r"\d{6}|\d{9}|\d{12}", code):
                raise ValueError(f"{code!r} is not a code of 6, 9 or 12 digits")
        return areas

    def alert(self) -> Alert:
        """The warning in CAP's terms."""
        info = Info(
            language="zh-CN",
            event=self._event(),
            event_codes=(Pair("eventCode", self.event),) if self.event in HAZARDS else (),
            severity=_SEVERITY[self.level] if self.level else Severity.UNKNOWN,
            effective=self.effective,
            onset=self.onset,
            expires=self.expires,
            sender_name=self.senderName,
            headline=self.headline or self._headline(),
            description=self.description,
            instruction=self.instruction,
            parameters=self._parameters(),
            areas=(Area(geocodes=tuple(Pair(CPEAS, code) for code in self.areas)),),
        )
        return Alert(
            self.identifier,
            self.sender,
            self.sent,
            Status(self.status),
            MsgType(self.msgType),
            Scope.PUBLIC,
            note=self.note,
            references=tuple(Reference("", identifier, None) for identifier in self.references),
            infos=(info,) if self.event or self.areas or self.headline or self.description else (),
        )

    def _parameters(self) -> tuple[Pair, ...]:
        often = (Pair("PublishFrequency", self.publishFrequency),) if self.publishFrequency else ()
        if self.rollFrequency is None:
            return often
        return (*often, Pair("RollFrequency", str(self.rollFrequency)))

    def _event(self) -> str:
        return HAZARDS[self.event].zh if self.event in HAZARDS else self.event

    def _headline(self) -> str:
        if not (self.event and self.level):
            return ""
        act = "解除" if self.msgType == "Cancel" else "发布"
        return f"{self.senderName or self.sender}{act}{self._event()}{_ZH[self.level]}预警信号"


def entries(document: object) -> Entries | None:
    """Every document is taken: the errors of a sender are best told in the format that is ours."""
    return Entries("", document if isinstance(document, list) else [document])


def alert(entry: object) -> Alert:
    """One warning. Raises Unreadable with the key that is wrong."""
    try:
        return SimpleAlert.model_validate(entry).alert()
    except ValidationError as error:
        fault = error.errors()[0]
        key = ".".join(str(part) for part in fault["loc"])
        reason = Reason.MISSING_ELEMENT if fault["type"] == "missing" else Reason.BAD_VALUE
        fields = {
            "element": key,
            "saw": repr(fault["input"])[:80],
            "expected": key if reason is Reason.MISSING_ELEMENT else fault["msg"],
        }
        raise Unreadable(Why(reason, fields), key) from error
