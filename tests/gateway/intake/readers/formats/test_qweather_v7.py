"""QWeather v7 is refused by its name, with what to ask instead (docs/formats/qweather.md)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway import i18n
from gateway.intake import Unreadable
from gateway.intake.glance import looks_grave
from gateway.intake.readers import parse
from gateway.intake.readers.members import unread
from gateway.model.reason import Reason

WARNING = {
    "id": "10123020120260728143000112233445",
    "sender": "平川县气象台",
    "pubTime": "2026-07-28T14:30+08:00",
    "title": "平川县气象台发布暴雨红色预警",
    "startTime": "2026-07-28T14:30+08:00",
    "endTime": "2026-07-29T14:30+08:00",
    "status": "active",
    "level": "",
    "severity": "Severe",
    "severityColor": "Red",
    "type": "1003",
    "typeName": "暴雨",
    "urgency": "",
    "certainty": "",
    "text": "平川县气象台发布暴雨红色预警信号。",
    "related": "",
}
AROUND = {"code": "200", "updateTime": "2026-07-28T14:35+08:00", "fxLink": "https://x.example", "refer": {}}


def refused(document: object) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        parse(json.dumps(document, ensure_ascii=False).encode())
    return caught.value


@pytest.mark.parametrize(
    ("document", "number"),
    [
        ({**AROUND, "warning": [WARNING]}, "1"),
        ({**AROUND, "warning": [WARNING, WARNING]}, "2"),
        ({**AROUND, "warning": []}, ""),
        ({**AROUND, "warning": None}, ""),
        ({**AROUND, "warningLocList": [{"locationId": "101"}]}, ""),
        ({"code": "200", "warning": [], "refer": {}}, ""),
        ([WARNING, WARNING], "2"),
        (WARNING, "1"),
    ],
)
def test_it_is_refused_by_name_with_what_to_do(document: object, number: str) -> None:
    why = refused(document).why
    assert (why.reason, why.fields["format"]) == (Reason.QWEATHER_V7, "qweather_v7")
    assert why.fields.get("number", "") == number
    sentence = i18n.sentence(why)
    assert "按“和风 v7 JSON”读" in sentence
    assert "2026-10-01" in sentence
    assert "weatheralert/v1/current/" in sentence
    assert (f"{number} 条" in sentence) is bool(number)
    assert "v1" in i18n.sentence(why, "en")


def test_it_is_one_refusal_however_many_warnings_it_has() -> None:
    assert unread(json.dumps([WARNING, WARNING]).encode()) == ()


@pytest.mark.parametrize("change", [{}, {"title": "x", "text": "x"}, {"title": "", "severityColor": ""}])
def test_what_is_grave_in_it_looks_so_and_rings_the_duty_room(change: dict[str, Any]) -> None:
    """`monitoring/duty_room.py` rings for what cannot be read and looks grave."""
    grave = {**AROUND, "warning": [WARNING | change]}
    assert looks_grave(json.dumps(grave).encode())
    mild = {"title": "平川县气象台发布大风蓝色预警", "text": "", "severity": "Minor", "severityColor": "Blue"}
    assert not looks_grave(json.dumps({**AROUND, "warning": [WARNING | mild]}).encode())


@pytest.mark.parametrize("document", [{"code": "200", "now": {}, "updateTime": "x"}, {"warning": "x"}])
def test_what_is_not_of_this_format_is_not_called_so(document: object) -> None:
    assert refused(document).why.reason is not Reason.QWEATHER_V7
