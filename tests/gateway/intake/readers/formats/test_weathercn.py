"""weather.com.cn's list, detail and SDK, read by the facts of docs/formats/weathercn.md."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.codes import meaning
from gateway.intake import Unreadable
from gateway.intake.readers import parse
from gateway.intake.readers.formats import weathercn
from gateway.judge.conflict import completes
from gateway.model.alert import ISSUER, Alert, MsgType, Pair, Reference, Scope, Status
from gateway.model.hazard import Level
from gateway.model.reason import Reason

IDENTIFIER = "34152341600000_20260728143000"
EARLIER = "34152341600000_20260728120000"
FILE = "101220199-20260728143000-0203.html"
REGION = "皖中省江北市舒城县"
TITLE = f"{REGION}发布暴雨橙色预警信号"
ROW: list[Any] = [REGION, FILE, "116.94", "31.46", IDENTIFIER, IDENTIFIER, TITLE, {"coordinates": [[[1, 2]]]}]
DETAIL: dict[str, Any] = {
    "head": TITLE,
    "ALERTID": "202607281430001暴雨橙色",
    "PROVINCE": "皖中省",
    "CITY": "江北市",
    "STATIONNAME": "舒城县",
    "SIGNALTYPE": "暴雨",
    "SIGNALLEVEL": "橙色",
    "TYPECODE": "02",
    "LEVELCODE": "03",
    "ISSUETIME": "2026-07-28 14:30:00",
    "ISSUECONTENT": "舒城县气象台7月28日14时30分发布暴雨橙色预警信号：预计未来三小时有暴雨。",
    "UNDERWRITER": "",
    "RELIEVETIME": "2026-07-29 02:30:00",
    "NAMEEN": "shucheng",
    "YJTYPE_EN": "",
    "YJYC_EN": "Orange",
    "TIME": "2026-07-28 14:36",
    "EFFECT": "101220199",
    "msgType": "Alert",
    "identifier": IDENTIFIER,
    "references": IDENTIFIER,
}
WARNING: dict[str, Any] = {
    "w1": "皖中省",
    "w2": "江北市",
    "w3": "舒城县",
    "w4": "02",
    "w5": "暴雨",
    "w6": "03",
    "w7": "橙色",
    "w8": "2026-07-28 14:30",
    "w9": "舒城县气象台7月28日14时30分发布暴雨橙色预警信号：预计未来三小时有暴雨。",
    "w10": "202607281430001暴雨橙色",
}
SENT = datetime(2026, 7, 28, 6, 30, tzinfo=UTC)


def rows(*listed: object) -> bytes:
    result = {"count": str(len(listed)), "data": listed}
    return json.dumps({"status": "success", "errMsg": "", "result": result}).encode()


def row(**changes: object) -> Alert:
    """The row with other values at some places: `_4` is the identifier."""
    changed = [changes.get(f"_{place}", value) for place, value in enumerate(ROW)]
    (alert,) = parse(rows(changed))
    return alert


def detail(*gone: str, **changes: object) -> Alert:
    fields = {key: value for key, value in {**DETAIL, **changes}.items() if key not in gone}
    (alert,) = parse(f"var alarminfo={json.dumps(fields)};".encode())
    return alert


def sdk(**changes: object) -> Alert:
    (alert,) = parse(json.dumps({"alarm": {"101220199": {"w": [{**WARNING, **changes}]}}}).encode())
    return alert


def refused(raw: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        parse(raw)
    return caught.value


def test_who_sends_what_and_when() -> None:
    for alert in (row(), detail()):
        assert (alert.identifier, alert.sender, alert.sent) == (IDENTIFIER, "weathercn", SENT)
        assert alert.kin == IDENTIFIER, "the national identifier: the same warning on every road"
        assert (alert.status, alert.msg_type, alert.scope) == (Status.ACTUAL, MsgType.ALERT, Scope.PUBLIC)
        assert (alert.references, alert.defects) == ((), ())
    assert (sdk().identifier, sdk().sender, sdk().sent) == (WARNING["w10"], "weathercn", SENT)


def test_what_it_warns_of_and_where() -> None:
    for alert in (row(), detail(), sdk()):
        (info,) = alert.infos
        assert (meaning.hazard(info).zh, meaning.level(info)) == ("暴雨", Level.ORANGE)
        assert [area.description for area in info.areas] == [REGION]
    for alert in (row(), detail()):
        assert [area.geocodes for area in alert.infos[0].areas] == [(Pair(ISSUER, "341523"),)]
    assert sdk().infos[0].areas[0].geocodes == (), "its codes of places are its own"


def test_the_issuer_is_the_office_of_the_text_and_else_the_place_in_the_title() -> None:
    assert row().infos[0].sender_name == REGION
    assert detail().infos[0].sender_name == "舒城县气象台"
    assert sdk().infos[0].sender_name == "舒城县气象台"
    assert detail(head="", ISSUECONTENT="预计有暴雨。").infos[0].sender_name == ""


def test_the_detail_completes_the_row() -> None:
    assert completes(row(), detail())
    assert completes(row(_5=EARLIER), detail(references=EARLIER))
    assert completes(row(), detail(msgType="Update"))
    assert not completes(detail(), row())


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("01", Level.BLUE),
        ("02", Level.YELLOW),
        ("03", Level.ORANGE),
        ("04", Level.RED),
        ("05", Level.UNKNOWN),
    ],
)
def test_the_levels_number_rises_with_the_danger(code: str, level: Level) -> None:
    file = f"101220199-20260728143000-02{code}.html"
    assert meaning.level(row(_1=file, _6="").infos[0]) is level
    nameless = detail(head="", SIGNALLEVEL="", ISSUECONTENT="有雨。", LEVELCODE=code)
    assert meaning.level(nameless.infos[0]) is level
    assert meaning.level(sdk(w7="", w9="有雨。", w6=code).infos[0]) is level


@pytest.mark.parametrize("code", ["", None, "00", "77", 2, [], "暴雨"])
def test_a_code_that_nobody_knows_leaves_it_to_the_words(code: object) -> None:
    (info,) = detail(TYPECODE=code, LEVELCODE=code).infos
    assert (meaning.hazard(info).zh, meaning.level(info)) == ("暴雨", Level.ORANGE)


def test_relievetime_is_how_long_it_holds() -> None:
    alert = detail()
    assert alert.msg_type is MsgType.ALERT
    assert alert.infos[0].expires == datetime(2026, 7, 28, 18, 30, tzinfo=UTC)
    assert detail(RELIEVETIME="").infos[0].expires is None


# --- message types ------------------------------------------------------------------------------


@pytest.mark.parametrize(("given", "kind"), [("Update", MsgType.UPDATE), ("cancel", MsgType.CANCEL)])
def test_an_update_and_a_cancel_name_the_first_alert_of_the_event(given: str, kind: MsgType) -> None:
    alert = detail(msgType=given, references=EARLIER)
    assert (alert.identifier, alert.msg_type) == (IDENTIFIER, kind)
    assert alert.references == (Reference("", EARLIER, None, event=True),)


@pytest.mark.parametrize("earlier", [IDENTIFIER, "", None])
def test_a_cancel_under_its_own_identifier_gets_a_name_of_its_own(earlier: object) -> None:
    alert = detail(msgType="Cancel", references=earlier)
    assert (alert.identifier, alert.msg_type) == (f"{IDENTIFIER}.cancel", MsgType.CANCEL)
    assert alert.references == (Reference("", IDENTIFIER, None),)
    assert alert.infos[0].areas[0].geocodes == (Pair(ISSUER, "341523"),)


@pytest.mark.parametrize("given", ["", None, "发布", "Lift", 1, []])
def test_another_message_type_is_none_that_we_know(given: object) -> None:
    alert = detail(msgType=given)
    assert alert.msg_type is None
    assert [defect.element for defect in alert.defects] == ["msgType"]


def test_an_absent_message_type_is_no_alert_but_in_old_details() -> None:
    assert detail("msgType").msg_type is None
    old = detail("msgType", "identifier", "references")
    assert (old.msg_type, old.identifier) == (MsgType.ALERT, FILE.removesuffix(".html"))


# --- identity -----------------------------------------------------------------------------------


def test_old_rows_and_old_details_have_the_name_of_the_file() -> None:
    for listed in (ROW[:2], ROW[:4]):
        (alert,) = parse(f"var alarminfo={json.dumps({'count': '1', 'data': [listed]})};".encode())
        assert (alert.identifier, alert.sent) == (FILE.removesuffix(".html"), SENT)
        assert meaning.level(alert.infos[0]) is Level.ORANGE
        assert alert.key == detail("msgType", "identifier", "references").key
    assert detail("msgType", "identifier", "EFFECT").identifier == DETAIL["ALERTID"]


def test_a_row_without_a_file_has_the_time_of_its_identifier() -> None:
    assert row(_1="").sent == SENT


@pytest.mark.parametrize(
    ("listed", "reason"),
    [
        ([REGION], Reason.MISSING_ELEMENT),
        ([REGION, "x.html"], Reason.BAD_VALUE),
        ([], Reason.MISSING_ELEMENT),
        ([REGION, "x.html", "", "", "A-17", "", TITLE], Reason.BAD_VALUE),
        ([REGION, "101220199-20261328143000-0203.html"], Reason.BAD_VALUE),
    ],
)
def test_a_row_without_identity_or_time_is_refused_with_its_place(listed: list[str], reason: Reason) -> None:
    failure = refused(rows(listed))
    assert (failure.why.reason, failure.why.fields["element"]) == (reason, "result.data[0].1")
    assert failure.why.fields["format"] == "weathercn"


def test_a_detail_and_an_sdk_warning_without_identity_name_the_key() -> None:
    gone = {**DETAIL, "identifier": "", "EFFECT": "", "ALERTID": ""}
    assert refused(json.dumps(gone).encode()).element == "ALERTID"
    assert refused(json.dumps({**DETAIL, "ISSUETIME": "soon"}).encode()).element == "ISSUETIME"
    raw = json.dumps({"w": [{**WARNING, "w8": ""}]}).encode()
    assert refused(raw).why.fields["element"] == "w[0].w8"


# --- shapes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["{}", "var alarminfo={};", "jsonp_1({});"])
def test_a_detail_is_read_as_script_and_as_json(form: str) -> None:
    (alert,) = parse(form.replace("{}", json.dumps(DETAIL)).encode())
    assert alert == detail()


def test_details_are_read_in_a_list() -> None:
    assert parse(json.dumps([DETAIL, DETAIL]).encode()) == (detail(), detail())


def test_the_sdk_is_read_for_one_place_and_for_several() -> None:
    for document in (
        {"w": [WARNING]},
        {"alarm": {"w": [WARNING]}},
        {"alarm": {"1": {"w": [WARNING]}}},
        {"alarm": [WARNING]},
        {"alarm": {"1": {"w": [WARNING]}, "2": {"w": []}}},
    ):
        assert parse(json.dumps(document).encode()) == (sdk(),)


def test_one_bad_row_loses_no_other_and_is_told() -> None:
    (alert,) = parse(rows([REGION], ROW))
    assert alert.identifier == IDENTIFIER
    assert [defect.element for defect in alert.defects] == ["result.data[0].1"]


@pytest.mark.parametrize(
    "document",
    [
        {"count": 1, "data": [{"identifier": "1"}]},
        {"data": []},
        {"w": 3},
        {"alarm": []},
        {"alarm": {}},
        [],
        7,
    ],
)
def test_what_has_none_of_its_shapes_is_another_format(document: object) -> None:
    assert weathercn.entries(document) is None


@pytest.mark.parametrize(
    "document",
    [
        {"status": "success", "errMsg": "", "result": {"count": "0", "data": []}},
        {"count": "0", "data": []},
        {"alarm": {"1": {"w": []}}},
        {"w": []},
    ],
)
def test_an_empty_list_is_no_alert_and_no_fault(document: object) -> None:
    assert parse(json.dumps(document).encode()) == ()


@pytest.mark.parametrize(
    "document",
    [
        {"status": "success", "errMsg": "", "result": {"count": "3", "data": None}},
        {"status": "success", "errMsg": "", "result": {"count": "3", "data": "none"}},
    ],
)
def test_an_answer_that_failed_is_no_empty_list(document: object) -> None:
    failure = refused(json.dumps(document).encode())
    assert (failure.why.reason, failure.why.fields["format"]) == (Reason.BAD_VALUE, "weathercn")


ANY = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.lists(st.integers(), max_size=3)


@given(st.sampled_from(sorted(DETAIL)), ANY)
def test_any_value_of_any_key_of_a_detail_is_read_or_refused(key: str, value: object) -> None:
    try:
        found = [alert.sender for alert in parse(json.dumps({**DETAIL, key: value}).encode())]
    except Unreadable as failure:
        found = [failure.why.fields["format"]]
    assert found == ["weathercn"]


@given(st.lists(ANY, max_size=9))
def test_any_row_is_read_or_refused(listed: list[object]) -> None:
    try:
        found = {alert.sender for alert in parse(rows(listed, ROW))}
    except Unreadable as failure:
        found = {failure.why.fields["format"]}
    assert found == {"weathercn"}


def test_a_list_that_tells_of_warnings_and_holds_none_is_not_taken_for_an_empty_one() -> None:
    assert parse(b'{"status": "success", "result": {"count": "0", "data": []}}') == ()
    with pytest.raises(Unreadable):
        parse(b'{"status": "success", "result": {"count": "6", "data": []}}')
