"""Simple JSON: what people write by hand is read, and they are told by name what is not."""

from __future__ import annotations

import json
import timeit
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.codes import meaning
from gateway.i18n import LANGUAGES, sentence
from gateway.intake import Unreadable
from gateway.intake.readers import misnomers, parse
from gateway.intake.readers.formats import gauge, simple
from gateway.intake.readers.formats.schema import PostedValue, SimpleAlert
from gateway.judge import area
from gateway.model.alert import Alert, MsgType, Severity, Status
from gateway.model.deed import ACT, Deed
from gateway.model.hazard import Level
from gateway.model.reason import Reason
from gateway.runtime.clock import CHINA
from gateway.store.sqlite.rows import ALERT

GOOD: dict[str, Any] = {
    "identifier": "B1",
    "sender": "county@weather.example",
    "sent": "2026-07-28T14:30:00+08:00",
    "status": "Actual",
    "msgType": "Alert",
    "event": "暴雨",
    "level": "red",
    "senderName": "舒城县气象台",
    "description": "预计未来3小时降雨量将达100毫米以上。",
    "expires": "2026-07-28T20:30:00+08:00",
    "areas": ["341523104000"],
}


def written(**changes: Any) -> bytes:
    return json.dumps({**GOOD, **changes}).encode()


def attempt(raw: bytes) -> tuple[Alert, ...] | Unreadable:
    try:
        return parse(raw)
    except Unreadable as failure:
        return failure


def refused(raw: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        parse(raw)
    return caught.value


def test_the_frequency_and_the_note_are_read_as_parameters_and_as_caps_note() -> None:
    (alert,) = parse(written(publishFrequency="1t/3min", rollFrequency=2, note="误发"))
    pairs = {pair.name: pair.value for pair in alert.infos[0].parameters}
    assert pairs == {"color": "red", "PublishFrequency": "1t/3min", "RollFrequency": "2"}
    assert alert.note == "误发"


def test_a_warning_is_read_as_cap_would_say_it() -> None:
    (alert,) = parse(written())
    (info,) = alert.infos
    assert (info.severity, info.headline) == (Severity.EXTREME, "舒城县气象台发布暴雨红色预警信号")
    assert info.areas[0].geocodes[0].value == "341523104000"


def test_a_letter_code_names_the_hazard() -> None:
    (info,) = parse(written(event="11A51", level="orange"))[0].infos
    assert (info.event, info.event_codes[0].value) == ("山洪灾害", "11A51")
    assert info.headline == "舒城县气象台发布山洪灾害橙色预警信号"


def test_the_example_of_the_schema_is_a_readable_warning() -> None:
    (example,) = SimpleAlert.model_json_schema()["examples"]
    assert parse(json.dumps(example).encode())[0].identifier == example["identifier"]


@pytest.mark.parametrize("sent", ["2026-07-28T14:30:00", "2026-07-28 14:30", "2026-07-28T06:30:00Z"])
def test_a_time_without_an_offset_is_chinas(sent: str) -> None:
    assert parse(written(sent=sent))[0].sent == datetime(2026, 7, 28, 14, 30, tzinfo=CHINA)


@pytest.mark.parametrize(
    "sent",
    ["20260728", 20260728, "0001-01-01T00:00:00+08:00", "soon", True, 1e30, [{}], "20260728143000"],
)
def test_an_impossible_time_is_refused_and_never_a_day_in_1970(sent: object) -> None:
    failure = refused(written(sent=sent))
    assert (failure.why.reason, failure.element) == (Reason.BAD_VALUE, "sent")


@pytest.mark.parametrize("sent", [1785220200, 1785220200000, "1785220200", 1785220200.0])
def test_a_time_may_be_seconds_or_milliseconds_since_1970(sent: object) -> None:
    assert parse(written(sent=sent))[0].sent == datetime(2026, 7, 28, 14, 30, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("changes", "key", "saw"),
    [
        ({"colour": "red"}, "colour", "red"),
        ({"level": "purple"}, "level", "purple"),
        ({"level": 1}, "level", "1"),
        ({"level": "01"}, "level", "01"),
        ({"level": {"color": "red"}}, "level", '{"color": "red"}'),
        ({"level": ["red", "orange"]}, "level", '["red", "orange"]'),
        ({"status": "actual?"}, "status", "actual?"),
        ({"msgType": "Alarm"}, "msgType", "Alarm"),
        ({"areas": ["341523104000", "34"]}, "areas", "34"),
        ({"areas": ["341523104000", None, {"code": 1}]}, "areas", '{"code": 1}'),
        ({"areas": "341523104000，青石镇"}, "areas", "青石镇"),
        ({"expires": "tomorrow"}, "expires", "tomorrow"),
        ({"effective": [1, 2]}, "effective", "[1, 2]"),
        ({"senderName": {"zh": "县气象台"}}, "senderName", '{"zh": "县气象台"}'),
        ({"headline": True}, "headline", "true"),
        ({"rollFrequency": "twice"}, "rollFrequency", "twice"),
        ({"references": [["A"]]}, "references", '["A"]'),
        ({"extra": {"deep": [1, 2]}}, "extra", '{"deep": [1, 2]}'),
        ({"\ud800": "\ud800"}, "\ufffd", "\ufffd"),
    ],
)
def test_what_cannot_be_used_is_kept_with_its_value_and_the_rest_is_read(
    changes: dict[str, Any], key: str, saw: str
) -> None:
    (alert,) = parse(written(**changes))
    (defect,) = alert.defects
    assert (defect.element, defect.saw) == (key, saw)
    assert defect.why
    for lang in LANGUAGES:
        assert key in sentence(defect.why, lang)
    assert alert.infos[0].description == GOOD["description"]
    assert alert.infos[0].event == "暴雨"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("type", "event"),
        ("title", "headline"),
        ("content", "description"),
        ("time", "sent"),
        ("areaCode", "areas"),
        ("publisher", "senderName"),
        ("colour", "level"),
        ("Expires", "expires"),
        ("sender_name", "senderName"),
        ("headLine", "headline"),
        ("desciption", "description"),
        ("区域", "areas"),
        ("zzz", ""),
    ],
)
def test_a_wrong_name_is_never_read_and_the_right_one_is_told(wrong: str, right: str) -> None:
    document = {**GOOD, wrong: "河湾村立即转移"}
    (alert,) = parse(json.dumps(document).encode())
    (defect,) = alert.defects
    assert defect.why
    assert defect.why.fields["meant"] == right
    assert "河湾村" not in repr(alert.infos)
    assert right in sentence(defect.why, "zh")


@pytest.mark.parametrize(
    ("missing", "instead"),
    [("identifier", "identifer"), ("msgType", "msgtype"), ("sent", "time"), ("sender", "sendr")],
)
def test_a_required_key_under_another_name_is_missing_and_the_slip_is_pointed_out(
    missing: str, instead: str
) -> None:
    document = {instead if name == missing else name: value for name, value in GOOD.items()}
    failure = refused(json.dumps(document).encode())
    assert (failure.why.reason, failure.element) == (Reason.MISSPELT_KEY, missing)
    said = sentence(failure.why)
    assert missing in said
    assert instead in said


@pytest.mark.parametrize("key", ["identifier", "sender"])
@pytest.mark.parametrize("value", ["\ud800", {"a": 1}, ["a"], True, "x" * 201])
def test_an_identity_that_is_no_text_is_refused(key: str, value: object) -> None:
    failure = refused(written(**{key: value}))
    assert (failure.why.reason, failure.element) == (Reason.BAD_VALUE, key)


def test_a_number_is_an_identity_as_it_is_written() -> None:
    (alert,) = parse(written(identifier=20260728001, sender=12379, senderName=12379))
    assert (alert.identifier, alert.sender) == ("20260728001", "12379")
    assert alert.infos[0].headline == "12379发布暴雨红色预警信号"


@pytest.mark.parametrize(
    ("level", "severity"),
    [
        *((word, Severity.EXTREME) for word in ("Red", "RED", " 红 ", "红色", "红色预警", "Ⅰ级", "特别严重")),
        *((word, Severity.EXTREME) for word in ("Ⅰ级/红色", "I级", "一级", "Red Alert", ["red"])),
        *((word, Severity.SEVERE) for word in ("橙色", "Ⅱ级", "严重")),
        ("蓝色", Severity.MINOR),
        *((word, Severity.UNKNOWN) for word in (None, "", " ", 1, 4, "1", "04", "warning", "未达红色")),
        ("红色或橙色", Severity.UNKNOWN),
    ],
)
def test_a_level_is_read_in_words_and_never_guessed_from_a_number(level: object, severity: Severity) -> None:
    (alert,) = parse(written(level=level, headline="梅岭县气象台通报"))
    assert alert.infos[0].severity is severity
    assert bool(alert.defects) is (severity is Severity.UNKNOWN and bool(str(level or "").strip()))


@pytest.mark.parametrize(
    ("event", "hazard", "headline"),
    [
        ("11b03", "暴雨", "舒城县气象台发布暴雨红色预警信号"),
        ("11B0302", "暴雨", "舒城县气象台发布暴雨红色预警信号"),
        ("暴雨红色预警", "暴雨", "舒城县气象台发布暴雨红色预警信号"),
        (["暴雨"], "暴雨", "舒城县气象台发布暴雨红色预警信号"),
    ],
)
def test_a_hazard_is_known_by_name_code_or_title(event: object, hazard: str, headline: str) -> None:
    (info,) = parse(written(event=event))[0].infos
    assert meaning.hazard(info).zh == hazard
    assert info.headline == headline
    assert meaning.level(info) is Level.RED


def test_an_event_that_names_its_level_needs_no_other() -> None:
    (info,) = parse(written(event="山洪灾害橙色预警", level=None))[0].infos
    assert info.headline == "舒城县气象台发布山洪灾害橙色预警信号"
    assert meaning.level(info) is Level.ORANGE


def test_of_a_title_and_a_level_that_differ_the_worse_counts() -> None:
    (info,) = parse(written(level="red", headline="梅岭县气象台发布暴雨黄色预警信号"))[0].infos
    assert meaning.level(info) is Level.RED
    assert meaning.unclear(info)


@pytest.mark.parametrize(
    "areas",
    [
        "341523104000,341523105000",
        "341523104000，341523105000",
        ["341523104000", 341523105000],
        ["34152310400000", "341523105"],
        "341523104000、341523105 ",
        "３４１５２３１０４０００;341523105",
    ],
)
def test_areas_are_codes_in_a_list_or_in_one_text(areas: object) -> None:
    (alert,) = parse(written(areas=areas))
    assert not alert.defects
    codes = {region.code for region in area.regions(alert.infos[0])}
    assert codes == {"341523104000", "341523105000"}
    (single,) = parse(written(areas=341523104000))
    assert [pair.value for pair in single.infos[0].areas[0].geocodes] == ["341523104000"]


@pytest.mark.parametrize("areas", [None, [], "", " , ", [None]])
def test_no_area_is_no_defect(areas: object) -> None:
    (alert,) = parse(written(areas=areas))
    assert (alert.infos[0].areas, alert.defects) == ((), ())


@pytest.mark.parametrize(
    ("status", "msg_type", "read"),
    [
        ("actual", "ALERT", (Status.ACTUAL, MsgType.ALERT)),
        ("实际", "首发", (Status.ACTUAL, MsgType.ALERT)),
        ("演练", "更新", (Status.EXERCISE, MsgType.UPDATE)),
        (["TEST"], " cancel ", (Status.TEST, MsgType.CANCEL)),
        ("测试", "解除", (Status.TEST, MsgType.CANCEL)),
        ("真实", "发布", (Status.ACTUAL, MsgType.ALERT)),
        ("系统", "变更", (Status.SYSTEM, MsgType.UPDATE)),
        ("草稿", "取消", (Status.DRAFT, MsgType.CANCEL)),
        ("实际", "撤销", (Status.ACTUAL, MsgType.CANCEL)),
        ("实际", "回执", (Status.ACTUAL, MsgType.ACK)),
        ("实际", "确认", (Status.ACTUAL, MsgType.ACK)),
        ("实际演练", "发出", (None, None)),
        (1, 0, (None, None)),
        ({}, {"a": 1}, (None, None)),
    ],
)
def test_status_and_type_are_read_in_any_case_and_in_chinese_and_never_guessed(
    status: object, msg_type: object, read: tuple[Status | None, MsgType | None]
) -> None:
    (alert,) = parse(written(status=status, msgType=msg_type))
    assert (alert.status, alert.msg_type) == read


@pytest.mark.parametrize("value", [None, "", " \n"])
@pytest.mark.parametrize("key", ["identifier", "sender", "sent", "status", "msgType"])
def test_a_required_key_without_a_value_is_missing(key: str, value: object) -> None:
    assert refused(written(**{key: value})).why.reason is Reason.MISSING_ELEMENT


@pytest.mark.parametrize(
    ("references", "names"),
    [
        ("A1", [("", "A1")]),
        (["A1", "B2"], [("", "A1"), ("", "B2")]),
        ("A1，B2", [("", "A1"), ("", "B2")]),
        ("county,A1,2026-07-28T14:30:00+08:00", [("county", "A1")]),
        (7, [("", "7")]),
        (None, []),
    ],
)
def test_references_are_identifiers_or_triples(references: object, names: list[tuple[str, str]]) -> None:
    (alert,) = parse(written(references=references))
    assert [(one.sender, one.identifier) for one in alert.references] == names


@pytest.mark.parametrize("act", ["move", "立即转移", " Move ", ["move"], "evacuate now", {"act": "move"}, 7])
def test_an_act_is_carried_as_it_is_written_and_has_no_title_made_up(act: object) -> None:
    (alert,) = parse(written(act=act))
    acts = [pair.value for pair in alert.infos[0].parameters if pair.name == ACT]
    assert len(acts) == 1
    assert not alert.infos[0].headline
    (bare,) = parse(json.dumps({key: GOOD[key] for key in simple.REQUIRED} | {"act": act}).encode())
    assert len(bare.infos) == 1, "an act is never lost with its block"


@pytest.mark.parametrize("act", [None, "", " ", [], "warning", "预警"])
def test_no_act_is_a_warning(act: object) -> None:
    assert parse(written(act=act))[0].infos[0].headline


def test_a_document_with_thousands_of_keys_is_told_of_twenty() -> None:
    (alert,) = parse(json.dumps({**GOOD, **{f"k{number}": number for number in range(5000)}}).encode())
    assert len(alert.defects) == 20


def test_the_schemas_have_the_keys_that_are_read() -> None:
    assert set(SimpleAlert.model_fields) == set(simple.KEYS)
    assert tuple(PostedValue.model_fields) == gauge.KEYS
    schema = SimpleAlert.model_json_schema()
    assert "$ref" not in json.dumps(schema), "openapi.json has no such component"
    assert schema["properties"]["act"]["anyOf"][0]["enum"] == [deed.value for deed in Deed]
    required = {name for name, field in SimpleAlert.model_fields.items() if field.is_required()}
    assert required == set(simple.REQUIRED)


@pytest.mark.parametrize("key", ["identifier", "sender", "sent", "status", "msgType"])
def test_a_missing_key_is_told_by_name(key: str) -> None:
    failure = refused(json.dumps({name: value for name, value in GOOD.items() if name != key}).encode())
    assert (failure.why.reason, failure.element) == (Reason.MISSING_ELEMENT, key)


def test_broken_json_is_told_with_its_line() -> None:
    failure = refused(b'{\n"identifier": "B1",\n oops')
    assert (failure.why.reason, failure.line) == (Reason.NOT_JSON, 3)


@pytest.mark.parametrize("depth", [40, 900, 100_000])
def test_a_depth_bomb_is_refused(depth: int) -> None:
    assert refused(b"[" * depth + b"]" * depth).why.reason is Reason.TOO_DEEP


@pytest.mark.parametrize(
    "document",
    [
        {"identifier": "A1", "level": "red"},
        [7, {"sender": "x", "sent": "y"}],
        {"identifer": "A1", "sendr": "x"},
    ],
)
def test_two_of_its_keys_make_it_simple_json_also_misspelt_ones(document: object) -> None:
    assert refused(json.dumps(document).encode()).why.fields["format"] == "simple"


@pytest.mark.parametrize(
    "document",
    [{}, {"level": "red"}, {"a": 1, "b": 2}, [[]], [7, "text"], {"identifier": "A1"}, [{"note": ""}]],
)
def test_what_has_fewer_is_in_no_known_format_and_is_told_with_its_keys(document: object) -> None:
    why = refused(json.dumps(document).encode()).why
    assert (why.reason, why.fields["format"]) == (Reason.UNKNOWN_FORMAT, "json")
    assert "12379 列表、" in sentence(why)
    assert all(key in sentence(why) for key in (document if isinstance(document, dict) else ()))


def test_a_long_list_of_something_else_is_refused_as_fast_as_it_is_read() -> None:
    document = [{f"something{number}": number for number in range(20)}] * 2000
    seconds = timeit.timeit(lambda: simple.entries(document), number=1)
    assert seconds < 20 * timeit.timeit(lambda: json.loads(json.dumps(document)), number=1)


def test_one_bad_warning_in_a_list_loses_no_other_and_is_told() -> None:
    (alert,) = parse(json.dumps([{"identifier": "?"}, GOOD]).encode())
    assert alert.identifier == "B1"
    assert alert.defects[0].element.startswith("[0].")
    assert refused(b'[{"status": "Actual", "note": ""}]').why.reason is Reason.MISSING_ELEMENT
    assert refused(b"[]").why.reason is Reason.EMPTY


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(sorted(GOOD)), inner),
    )
)
def test_any_json_is_read_or_refused_and_never_crashes(document: object) -> None:
    for raw in (json.dumps(document).encode(), json.dumps([document, GOOD]).encode()):
        try:
            alerts = parse(raw)
        except Unreadable:
            continue
        assert all(alert.key.digest and alert.sent.astimezone(UTC) for alert in alerts)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(simple.KEYS) | st.text(max_size=12), ANYTHING, max_size=4))
def test_a_good_warning_with_anything_in_it_is_read_or_refused_and_can_be_kept(
    changes: dict[str, Any],
) -> None:
    read = attempt(written(**changes))
    if isinstance(read, Unreadable):
        assert read.element in (*simple.REQUIRED, "")
        assert sentence(read.why)
        return
    (alert,) = read
    assert alert.status in (None, *Status)
    assert len(alert.defects) <= 20
    assert ALERT.validate_json(ALERT.dump_json(alert)) == alert
    assert all(sentence(defect.why) for defect in alert.defects if defect.why)


@pytest.mark.parametrize("ours", [{}, {"identifier": "a", "sender": "b"}, {"identifer": "a", "sendr": "b"}])
def test_of_many_unknown_keys_only_some_are_compared_with_ours(
    monkeypatch: pytest.MonkeyPatch, ours: dict[str, str]
) -> None:
    compared: list[str] = []

    def counted(word: str, *rest: Any) -> list[str]:
        compared.append(word)
        return get_close_matches(word, *rest)

    monkeypatch.setattr(misnomers, "get_close_matches", counted)
    keys = {f"column{number}": 1 for number in range(3 * misnomers.COMPARED)}
    with pytest.raises(Unreadable):
        parse(json.dumps(ours | keys).encode())
    assert len(compared) <= 2 * misnomers.COMPARED
