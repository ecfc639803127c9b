"""The list of 12379 (docs/formats/12379.md)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.codes import meaning
from gateway.intake import Unreadable
from gateway.intake.readers import parse
from gateway.model.alert import ISSUER, Alert, MsgType, Pair, Status
from gateway.model.hazard import Level
from gateway.model.reason import Reason

ENTRY = {
    "description": "平川县气象台2026年07月28日10时00分发布暴雨黄色预警信号：请注意防范。",
    "headline": "平川县气象台发布暴雨黄色预警/III/较重",
    "identifier": "34152341600000_20260728100000",
    "sendTime": "2026-07-28 10:02:38",
}


def one(**changes: Any) -> Alert:
    entry = {key: value for key, value in {**ENTRY, **changes}.items() if value is not None}
    (alert,) = parse(json.dumps({"alertData": [entry]}, ensure_ascii=False).encode())
    return alert


def test_what_it_does_not_say_stands_in_title_and_identifier() -> None:
    alert = one()
    assert (alert.sender, alert.status, alert.msg_type) == ("34152341600000", Status.ACTUAL, MsgType.ALERT)
    assert alert.sent.isoformat() == "2026-07-28T10:02:38+08:00"
    (info,) = alert.infos
    assert (info.sender_name, meaning.hazard(info).zh) == ("平川县气象台", "暴雨")
    assert meaning.levels(info) == {"headline": Level.YELLOW}
    assert [area.geocodes for area in info.areas] == [(Pair(ISSUER, "341523"),)]


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("平川县气象台发布暴雨红色预警/I/特别严重", Level.RED),
        ("平川县气象台发布暴雨预警/I/特别严重", Level.RED),
        ("平川县气象台发布暴雨预警/II/严重", Level.ORANGE),
        ("平川县气象台发布暴雨预警/Ⅲ级/较重", Level.YELLOW),
        ("平川县气象台发布暴雨预警／IV／一般", Level.BLUE),
        ("平川县气象台发布暴雨蓝色预警/II/严重", Level.ORANGE),
        ("平川县气象台发布暴雨预警", Level.YELLOW),
    ],
)
def test_the_level_of_colour_and_suffix_is_the_worse_one(title: str, level: Level) -> None:
    """Where the title tells none, the text does."""
    assert meaning.level(one(headline=title).infos[0]) is level


@pytest.mark.parametrize(
    "document",
    [
        [ENTRY],
        ENTRY,
        {"code": 0, "data": {"alertData": [ENTRY]}},
        {"alertData": ENTRY},
        {"data": [ENTRY]},
        {"alertData": [{("title" if key == "headline" else key): value for key, value in ENTRY.items()}]},
        {"alertData": [{key.lower(): value for key, value in ENTRY.items()}]},
    ],
)
def test_it_is_found_in_other_shapes(document: object) -> None:
    (alert,) = parse(json.dumps(document).encode())
    assert alert == one()


def test_the_script_of_its_map_is_read() -> None:
    (alert,) = parse(f"var alertData ={json.dumps([ENTRY], ensure_ascii=False)};".encode())
    assert alert == one()


def test_an_empty_list_is_no_fault() -> None:
    assert parse(b'{"alertData": []}') == ()


@pytest.mark.parametrize("listed", [None, "", 7])
def test_a_list_that_is_none_is_refused_by_the_name_of_the_format(listed: object) -> None:
    with pytest.raises(Unreadable) as refused:
        parse(json.dumps({"alertData": listed}).encode())
    assert (refused.value.why.reason, refused.value.element) == (Reason.BAD_VALUE, "alertData")
    assert refused.value.why.fields["format"] == "list_12379"


def test_one_bad_entry_loses_no_other() -> None:
    bad = {**ENTRY, "identifier": None}
    (alert,) = parse(json.dumps({"alertData": [bad, ENTRY]}).encode())
    lost = [(defect.element, defect.saw) for defect in alert.defects if "[" in defect.element]
    assert len(lost) == 1
    assert lost[0][0].endswith("[0].identifier")


def test_a_lift_keeps_its_words_and_is_told_as_issued() -> None:
    """The list has no type: whether 解除 in a title ends a warning is for the judges."""
    alert = one(headline="平川县气象台解除暴雨黄色预警/III/较重")
    assert (alert.msg_type, alert.infos[0].sender_name) == (MsgType.ALERT, "平川县气象台")
