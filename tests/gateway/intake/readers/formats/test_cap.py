"""CAP as it comes: T numbers name traps seen in real systems."""

from __future__ import annotations

import codecs
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.intake import Unreadable
from gateway.intake.readers import LARGEST, parse
from gateway.model.alert import MsgType, Reference, Scope, Severity, Status
from gateway.model.reason import Reason
from gateway.runtime.clock import CHINA
from tests.support.county import cap

NOW = datetime(2026, 7, 28, 14, 30, tzinfo=CHINA)
RAW = cap("A1", NOW)
TITLE = "舒城县气象台发布暴雨红色预警信号"


def changed(old: str, new: str, raw: bytes = RAW) -> bytes:
    assert old in raw.decode()
    return raw.decode().replace(old, new).encode()


def refused(raw: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        parse(raw)
    return caught.value


def test_every_field_of_a_plain_warning_is_read() -> None:
    (alert,) = parse(RAW)
    assert (alert.identifier, alert.sender, alert.sent) == ("A1", "county@weather.example", NOW)
    assert (alert.status, alert.msg_type, alert.scope) == (Status.ACTUAL, MsgType.ALERT, Scope.PUBLIC)
    (info,) = alert.infos
    assert (info.language, info.event, info.severity, info.headline) == (
        "zh-CN",
        "暴雨",
        Severity.EXTREME,
        TITLE,
    )
    assert [(pair.name, pair.value) for pair in info.areas[0].geocodes] == [
        ("CPEAS Geographic Code", "341523104000")
    ]
    assert alert.defects == ()


def test_t2_a_cancel_without_info_is_read() -> None:
    (alert,) = parse(
        cap("C1", NOW, msg_type="Cancel", references="s,A1,2026-07-28T14:30:00+08:00", info=False)
    )
    assert (alert.msg_type, alert.infos) == (MsgType.CANCEL, ())
    assert alert.references == (Reference("s", "A1", NOW),)


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_t8_empty_references_are_no_references(text: str) -> None:
    (alert,) = parse(changed("<scope>", f"<references>{text}</references><scope>"))
    assert (alert.references, alert.defects) == ((), ())


def test_t9_a_malformed_reference_is_a_defect_and_the_others_are_kept() -> None:
    (alert,) = parse(
        changed(
            "<scope>", "<references>a,b s,A0,2026-07-28T14:00:00+08:00\n\tA9 s,A7,never</references><scope>"
        )
    )
    assert [reference.identifier for reference in alert.references] == ["A0", "A9", "A7"]
    assert alert.references[2].sent is None
    assert [(defect.element, defect.saw) for defect in alert.defects] == [("references", "a,b")]


@pytest.mark.parametrize(
    "version",
    ["urn:oasis:names:tc:emergency:cap:1.1", "http://www.incident.com/cap/1.0", "http://com.icss.amp"],
)
def test_t10_any_prefix_and_any_namespace_will_do(version: str) -> None:
    text = RAW.decode().replace('xmlns="urn:oasis:names:tc:emergency:cap:1.2"', f'xmlns:cap="{version}"')
    head, body = text.split("?>\n")
    body = body.replace("</", "\0").replace("<", "<cap:").replace("\0", "</cap:")
    assert parse(f"{head}?>\n{body}".encode())[0].infos[0].headline == TITLE


def test_t11_several_alerts_are_taken_out_of_a_wrapper_and_a_bad_one_loses_no_other() -> None:
    inner = [cap(name, NOW).decode().split("?>\n")[1] for name in ("A1", "A2", "A3")]
    inner[1] = inner[1].replace("<identifier>A2</identifier>", "")
    alerts = parse(("<alerts><x>" + "\n".join(inner) + "</x></alerts>").encode())
    assert [alert.identifier for alert in alerts] == ["A1", "A3"]
    for alert in alerts:
        (defect,) = alert.defects
        assert (defect.element, defect.saw) == ("alert/identifier", "missing_element")
        assert defect.line > 1


def test_an_alert_quoted_inside_an_alert_is_no_warning_of_its_own() -> None:
    inner = cap("inner", NOW).decode().split("?>\n")[1]
    (alert,) = parse(changed("</alert>", f"<x>{inner}</x></alert>", changed("Actual", "Test")))
    assert (alert.identifier, alert.status) == ("A1", Status.TEST)


def test_t12_the_order_of_elements_does_not_matter() -> None:
    scope = "<scope>Public</scope>"
    (alert,) = parse(changed("</alert>", scope + "</alert>", changed(scope, "")))
    assert alert.scope is Scope.PUBLIC


@pytest.mark.parametrize(
    "raw",
    [
        codecs.BOM_UTF8 + RAW,
        codecs.BOM_UTF8 + b"\r\n " + RAW,
        b"\n\n  " + RAW,
        changed("UTF-8", "UTF-16").decode().encode("utf-16"),
        changed("UTF-8", "GB18030").decode().encode("gb18030"),
        changed("UTF-8", "GBK").decode().encode("gbk"),
    ],
)
def test_t13_t14_byte_order_marks_blanks_and_encodings_of_the_declaration_are_understood(raw: bytes) -> None:
    assert parse(raw)[0].infos[0].headline == TITLE


def test_t13_latin_1_letters_stay_right() -> None:
    raw = changed("UTF-8", "ISO-8859-1", changed(TITLE, "Séisme à Montréal")).decode()
    ascii_only = "".join(letter if ord(letter) < 256 else "?" for letter in raw)
    assert parse(ascii_only.encode("latin-1"))[0].infos[0].headline == "Séisme à Montréal"


def test_t15_leading_zeros_are_kept() -> None:
    (alert,) = parse(cap("007", NOW, area="006109"))
    assert (alert.identifier, alert.infos[0].areas[0].geocodes[0].value) == ("007", "006109")


@pytest.mark.parametrize("word", ["Actual\n", "  actual ", "ACTUAL"])
def test_t16_enumerations_may_be_padded_or_in_another_case(word: str) -> None:
    assert parse(changed("Actual", word))[0].status is Status.ACTUAL


@pytest.mark.parametrize(
    ("old", "new", "saw"), [("Actual", "Real", "Real"), ("<status>Actual</status>", "", "")]
)
def test_an_unknown_or_absent_status_is_none_and_a_defect_with_its_line(old: str, new: str, saw: str) -> None:
    (alert,) = parse(changed(old, new))
    assert alert.status is None
    (defect,) = alert.defects
    assert (defect.element, defect.saw) == ("status", saw)
    assert defect.line in (2, 3)


def test_a_status_said_twice_and_differently_is_unknown() -> None:
    assert parse(changed("<scope>", "<status>Test</status><scope>"))[0].status is None
    assert parse(changed("<scope>", "<status>actual</status><scope>"))[0].status is Status.ACTUAL


def test_t17_unknown_words_of_older_versions_lose_nothing() -> None:
    (alert,) = parse(changed("<certainty>Likely", "<certainty>Very Likely"))
    assert (alert.infos[0].certainty, alert.defects) == ("Very Likely", ())


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE alert>",
        '<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE alert [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE alert SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
def test_t18_any_doctype_is_refused(doctype: str) -> None:
    assert refused(changed("?>", "?>" + doctype)).why.reason is Reason.DOCTYPE


def test_t19_an_unreadable_expires_is_a_defect_and_a_missing_one_is_none() -> None:
    late = parse(changed("<expires>", "<expires>soon "))[0]
    assert late.infos[0].expires is None
    assert late.defects[0].element == "expires"


@pytest.mark.parametrize("year", ["0001", "0000", "9999", "1969"])
def test_a_year_that_no_clock_can_convert_is_refused_and_not_passed_on(year: str) -> None:
    failure = refused(changed("<sent>2026", f"<sent>{year}"))
    assert (failure.why.reason, failure.element, failure.line) == (Reason.BAD_VALUE, "sent", 3)


@pytest.mark.parametrize("name", ["identifier", "sender", "sent"])
def test_without_an_identity_it_is_refused_with_the_element_and_its_line(name: str) -> None:
    text = RAW.decode()
    start, end = text.index(f"<{name}>"), text.index(f"</{name}>") + len(name) + 3
    failure = refused((text[:start] + text[end:]).encode())
    assert (failure.why.reason, failure.element, failure.line) == (Reason.MISSING_ELEMENT, name, 2)


def test_broken_xml_is_told_with_its_line() -> None:
    failure = refused(changed("</info>", "</inf>"))
    assert failure.why.reason is Reason.NOT_XML
    assert failure.line == RAW.decode()[: RAW.decode().index("</info>")].count("\n") + 1


@pytest.mark.parametrize("depth", [33, 200, 100_000])
def test_a_depth_bomb_is_refused(depth: int) -> None:
    assert refused(b"<a>" * depth + b"</a>" * depth).why.reason in (Reason.TOO_DEEP, Reason.NOT_XML)


def test_the_bound_of_depth_is_32_elements() -> None:
    assert refused(b"<a>" * 32 + b"</a>" * 32).why.reason is Reason.MISSING_ELEMENT
    assert refused(b"<a>" * 33 + b"</a>" * 33).why.reason is Reason.TOO_DEEP


def test_size_is_bounded_before_parsing() -> None:
    assert refused(b"<" * (LARGEST + 1)).why.reason is Reason.TOO_LARGE


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", Reason.EMPTY),
        (b" \n", Reason.EMPTY),
        (codecs.BOM_UTF8, Reason.EMPTY),
        (b"hello", Reason.UNKNOWN_FORMAT),
        (b"<a/>", Reason.MISSING_ELEMENT),
    ],
)
def test_what_is_no_warning_is_refused_with_a_reason(raw: bytes, reason: Reason) -> None:
    assert refused(raw).why.reason is reason


@given(st.integers(0, len(RAW) - 1), st.binary(max_size=8))
def test_damaged_bytes_are_read_or_refused_and_never_crash(at: int, noise: bytes) -> None:
    try:
        alerts = parse(RAW[:at] + noise + RAW[at + len(noise) :])
    except Unreadable:
        return
    assert all(alert.key.digest and alert.sent.astimezone(UTC) for alert in alerts)
