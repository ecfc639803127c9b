"""The XML of the national release system, read by the facts of docs/formats/national.md."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from datetime import datetime
from typing import Any

import pytest

from gateway.codes import meaning
from gateway.intake import Unreadable
from gateway.intake.readers import parse
from gateway.model.alert import CPEAS, Alert, MsgType, Pair, Reference, Scope, Signature, Status, national
from gateway.model.hazard import Level
from gateway.model.reason import Reason
from gateway.runtime.clock import CHINA

GOOD = """<?xml version="1.0" encoding="UTF-8"?>
<alert>
  <identifier>34152341600000_20260728143000</identifier>
  <sender>舒城县气象台</sender>
  <senderCode>34152341600000</senderCode>
  <phone>0564-8620000</phone>
  <sendTime>2026-07-28 14:30:00+08:00</sendTime>
  <status>Actual</status>
  <msgType>Alert</msgType>
  <scope>Public</scope>
  <code>
    <method><methodName>SMS</methodName><message>暴雨红色，详见短信。</message></method>
    <method>
      <methodName>SPEAKER</methodName><message>石桥村请注意，暴雨红色。</message>
      <audienceGrp>G01002</audienceGrp>
    </method>
  </code>
  <secClassification>None</secClassification>
  <note/>
  <references/>
  <info>
    <language>zh-CN</language>
    <eventType>11B03</eventType>
    <urgency>Immediate</urgency>
    <severity>Red</severity>
    <certainty>Likely</certainty>
    <effective>2026-07-28 14:30:00+08:00</effective>
    <onset>2026-07-28 15:00:00+08:00</onset>
    <expires>2026-07-28 20:30:00+08:00</expires>
    <senderName>张签发</senderName>
    <headline>舒城县气象台发布暴雨红色预警</headline>
    <description>预计未来三小时降雨量达一百毫米。</description>
    <instruction>请停止户外活动。</instruction>
    <area>
      <areaDesc>舒城县北部</areaDesc>
      <polygon>31.4,116.9 31.5,116.9 31.5,117.0 31.4,116.9</polygon>
      <circle>31.45,116.95 5</circle>
      <geocode>341523104201，341523104202,34152310520100</geocode>
    </area>
  </info>
</alert>
"""


def changed(old: str, new: str, text: str = GOOD) -> str:
    assert old in text
    return text.replace(old, new)


def one(text: str = GOOD) -> Alert:
    (alert,) = parse(text.encode())
    return alert


def refused(text: str) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        parse(text.encode())
    return caught.value


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 7, 28, hour, minute, tzinfo=CHINA)


def test_who_sends_what_and_when() -> None:
    alert = one()
    assert alert.identifier == "34152341600000_20260728143000"
    assert national(alert.identifier)
    assert alert.kin == alert.identifier, "one warning on every road"
    assert alert.sender == "34152341600000", "the code, which does not change as names do"
    assert alert.sent == at(14, 30)
    assert (alert.status, alert.msg_type, alert.scope) == (Status.ACTUAL, MsgType.ALERT, Scope.PUBLIC)
    assert (alert.references, alert.note, alert.signature) == ((), "", Signature.ABSENT)
    assert alert.defects == ()


def test_what_it_warns_of_where_and_how_long() -> None:
    (info,) = one().infos
    assert info.event_codes == (Pair("eventType", "11B03"),)
    assert meaning.hazard(info).zh == "暴雨"
    assert info.parameters[0] == Pair("nationalSeverity", "Red")
    assert {pair.name for pair in info.parameters[1:]} == {"signer", "unsaid"}, "texts that are not said"
    assert meaning.level(info) is Level.RED
    assert (info.effective, info.onset, info.expires) == (at(14, 30), at(15), at(20, 30))
    assert (info.urgency, info.certainty, info.language) == ("Immediate", "Likely", "zh-CN")
    (area,) = info.areas
    assert area.description == "舒城县北部"
    assert area.polygons == ("31.4,116.9 31.5,116.9 31.5,117.0 31.4,116.9",)
    assert area.circles == ("31.45,116.95 5",)
    assert area.geocodes == (Pair(CPEAS, "341523104201，341523104202,34152310520100"),)


def test_the_text_for_loudspeakers_is_said_in_place_of_the_description() -> None:
    (info,) = one().infos
    assert info.description == "石桥村请注意，暴雨红色。"
    assert info.headline == "舒城县气象台发布暴雨红色预警"
    assert info.instruction == "请停止户外活动。"
    assert info.sender_name == "舒城县气象台", "the office, and not who signed"
    assert info.contact == "0564-8620000"


@pytest.mark.parametrize(
    "text",
    [
        changed("<message>石桥村请注意，暴雨红色。</message>", "<message/>"),
        changed("<message>石桥村请注意，暴雨红色。</message>", "<message> \n </message>"),
        changed("SPEAKER", "BROADCAST"),
    ],
)
def test_without_a_text_for_loudspeakers_the_description_is_said(text: str) -> None:
    assert one(text).infos[0].description == "预计未来三小时降雨量达一百毫米。"


def test_the_channels_name_is_known_in_any_case() -> None:
    assert one(changed("SPEAKER", "Speaker")).infos[0].description == "石桥村请注意，暴雨红色。"


@pytest.mark.parametrize(
    ("colour", "level"),
    [("Red", Level.RED), ("Orange", Level.ORANGE), ("Yellow", Level.YELLOW), ("blue", Level.BLUE)],
)
def test_the_severity_is_a_colour(colour: str, level: Level) -> None:
    (info,) = one(changed("<severity>Red<", f"<severity>{colour}<", changed("红色预警", "预警"))).infos
    assert meaning.level(info) is level


@pytest.mark.parametrize(("colour", "title"), [("Red", "蓝"), ("Blue", "红")])
def test_where_title_and_severity_differ_the_worse_holds(colour: str, title: str) -> None:
    text = changed("<severity>Red<", f"<severity>{colour}<", changed("红色预警", f"{title}色预警"))
    assert meaning.level(one(text).infos[0]) is Level.RED


@pytest.mark.parametrize("colour", ["Unknown", "9", "Purple", ""])
def test_a_severity_that_is_no_colour_claims_nothing(colour: str) -> None:
    text = changed("<severity>Red<", f"<severity>{colour}<", changed("红色预警", "预警"))
    assert meaning.level(one(text).infos[0]) is Level.UNKNOWN


def test_an_unknown_event_type_is_kept_and_the_words_tell_the_hazard() -> None:
    (info,) = one(changed("11B03", "11Z99")).infos
    assert info.event_codes == (Pair("eventType", "11Z99"),)
    assert meaning.hazard(info).zh == "暴雨"


@pytest.mark.parametrize("msg_type", ["Update", "Cancel"])
def test_an_update_or_cancel_means_the_event_as_it_stands(msg_type: str) -> None:
    text = changed("<references/>", "<references>34152341600000_20260728120000</references>")
    alert = one(changed(">Alert<", f">{msg_type}<", text))
    assert alert.msg_type is MsgType(msg_type)
    assert alert.references == (Reference("", "34152341600000_20260728120000", None, event=True),)


@pytest.mark.parametrize("between", [",", "，", ";", "；", " ", "\n  ", " , "])
def test_several_references_may_be_parted_in_many_ways(between: str) -> None:
    alert = one(changed("<references/>", f"<references>a_1{between}b_2</references>"))
    assert [reference.identifier for reference in alert.references] == ["a_1", "b_2"]


def test_the_note_of_a_cancel_is_kept() -> None:
    assert one(changed("<note/>", "<note>误发</note>")).note == "误发"


@pytest.mark.parametrize(
    ("old", "new", "scope"),
    [
        ("<scope>Public</scope>", "", Scope.PUBLIC),
        (">None<", ">Inner<", Scope.RESTRICTED),
        (">None<", ">INNER<", Scope.RESTRICTED),
        (">Public<", ">Private<", Scope.PRIVATE),
        (">Public<", ">Everybody<", None),
    ],
)
def test_who_may_hear_it(old: str, new: str, scope: Scope | None) -> None:
    assert one(changed(old, new)).scope is scope


def test_names_are_known_in_any_case_and_the_root_by_what_it_holds() -> None:
    text = GOOD
    for name in ("headline", "onset", "expires"):
        text = text.replace(f"<{name}>", f"<{name.title()}>").replace(f"</{name}>", f"</{name.title()}>")
    text = text.replace("<alert>", '<test xmlns="urn:example:other">').replace("</alert>", "</test>")
    alert = one(changed(">Actual<", ">Test<", text))
    assert alert.status is Status.TEST
    assert alert.infos == one().infos


def test_the_sender_is_named_where_it_has_no_code_and_the_time_may_be_caps() -> None:
    text = changed("<senderCode>34152341600000</senderCode>", "")
    assert one(text).sender == "舒城县气象台"
    alert = one(changed("sendTime>", "sent>"))
    assert (alert.sent, alert.sender) == (at(14, 30), "34152341600000"), (
        "the dialect is known by its sender's code"
    )


@pytest.mark.parametrize("sent", ["2026-07-28 14:30:00", "2026-07-28T06:30:00Z", "2026/07/28 下午2:30"])
def test_times_are_read_as_they_are_met(sent: str) -> None:
    text = changed("<sendTime>2026-07-28 14:30:00+08:00<", f"<sendTime>{sent}<")
    assert one(text).sent == at(14, 30)


@pytest.mark.parametrize(
    ("old", "new", "element", "reason"),
    [
        ("<identifier>34152341600000_20260728143000</identifier>", "", "identifier", Reason.MISSING_ELEMENT),
        ("34152341600000_20260728143000<", " <", "identifier", Reason.MISSING_ELEMENT),
        ("<sendTime>2026-07-28 14:30:00+08:00<", "<sendTime>yesterday<", "sendTime", Reason.BAD_VALUE),
        (
            "<sendTime>2026-07-28 14:30:00+08:00<",
            "<sendTime>2026-02-30 14:30:00+08:00<",
            "sendTime",
            Reason.BAD_VALUE,
        ),
        ("<sendTime>2026-07-28 14:30:00+08:00<", "<sendTime><", "sendTime", Reason.MISSING_ELEMENT),
    ],
)
def test_without_identity_it_is_refused_with_the_element_and_its_line(
    old: str, new: str, element: str, reason: Reason
) -> None:
    failure = refused(changed(old, new))
    assert (failure.element, failure.why.reason) == (element, reason)
    assert 2 <= failure.line <= 7


def test_without_any_sender_it_is_refused() -> None:
    text = changed(
        "<senderCode>34152341600000</senderCode>", "", changed("<sender>舒城县气象台</sender>", "")
    )
    assert refused(text).why.reason is Reason.MISSING_ELEMENT


@pytest.mark.parametrize(("element", "word"), [("status", "Actual"), ("msgType", "Alert")])
@pytest.mark.parametrize("said", ["", "Perhaps", "1"])
def test_an_unknown_status_or_type_is_none_and_a_defect(element: str, word: str, said: str) -> None:
    alert = one(changed(f"<{element}>{word}<", f"<{element}>{said}<"))
    assert (alert.status if element == "status" else alert.msg_type) is None
    (defect,) = alert.defects
    assert (defect.element, defect.saw) == (element, said)
    assert defect.line


@pytest.mark.parametrize("name", ["effective", "onset", "expires"])
def test_a_bad_time_of_an_info_is_a_defect_and_the_rest_is_read(name: str) -> None:
    start = GOOD.index(f"<{name}>") + len(name) + 2
    text = GOOD[:start] + "soon" + GOOD[GOOD.index("<", start) :]
    alert = one(text)
    assert getattr(alert.infos[0], name) is None
    assert [(defect.element, defect.saw) for defect in alert.defects] == [(name, "soon")]
    assert meaning.hazard(alert.infos[0]).zh == "暴雨"


def test_geocodes_are_read_flat_and_as_caps_pairs() -> None:
    pair = "<geocode><valueName>any</valueName><value>341523104201</value></geocode><geocode/>"
    start, end = GOOD.index("<geocode>"), GOOD.index("</geocode>") + len("</geocode>")
    assert one(GOOD[:start] + pair + GOOD[end:]).infos[0].areas[0].geocodes == (Pair(CPEAS, "341523104201"),)


def test_an_attachment_is_judged_by_its_digest() -> None:
    sound = b"RIFF" + bytes(40)
    digest = hashlib.sha1(sound).hexdigest()

    def attached(digest: str) -> Alert:
        resource = (
            "<resource><resourceDesc>x_O_01.wav</resourceDesc>"
            f"<digest>{digest}</digest><derefUri>{b64encode(sound).decode()}</derefUri></resource>"
        )
        return one(changed("<area>", f"{resource}<area>"))

    (resource,) = attached(digest).infos[0].resources
    assert (resource.description, resource.embedded, resource.sound) == ("x_O_01.wav", True, True)
    spoilt = attached("0" * 40)
    assert not spoilt.infos[0].resources[0].embedded
    assert [defect.element for defect in spoilt.defects] == ["resource"]


def test_a_warning_without_info_is_read_without_any() -> None:
    start, end = GOOD.index("<info>"), GOOD.index("</info>") + len("</info>")
    assert one(changed(">Alert<", ">Cancel<", GOOD[:start] + GOOD[end:])).infos == ()


HOSTILE: dict[str, Any] = {
    "a code within a code": changed(
        "<message>石桥村请注意，暴雨红色。</message>", "<message><b>石桥</b>村</message>"
    ),
    "no method": changed("<code>", "<code/><kode>").replace("</code>", "</kode>"),
    "two statuses": changed("<status>Actual</status>", "<status>Actual</status><status>Test</status>"),
    "an empty area": changed("<areaDesc>舒城县北部</areaDesc>", ""),
    "an event type as an object": changed("11B03", "<x>11B03</x>"),
    "blanks everywhere": GOOD.replace("<", " <").replace(">", "> ").strip().replace("  <?", "<?"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_strange_documents_are_read_and_never_crash(kind: str) -> None:
    alert = one(HOSTILE[kind])
    assert alert.identifier == "34152341600000_20260728143000"
    assert len(alert.infos) == 1


def test_two_statuses_that_differ_are_none() -> None:
    assert one(HOSTILE["two statuses"]).status is None
