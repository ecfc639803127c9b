"""What the sender of an unreadable document is told: the format, the line, what is wrong, what to do."""

from __future__ import annotations

import re
import tomllib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.etree import XMLSyntaxError

import gateway.i18n
from gateway.i18n import LANGUAGES, sentence
from gateway.intake import Unreadable
from gateway.intake.readers import parse, position, xml_fault
from gateway.intake.readers.members import lost, unread
from gateway.model.reason import Reason, Why

I18N = Path(gateway.i18n.__file__).parent
WORDS = {lang: tomllib.loads((I18N / f"{lang}.toml").read_text("utf-8")) for lang in LANGUAGES}
KNOWN = "能读的格式有：国突 XML、CAP 1.2 XML、"
CAP = """<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>R1</identifier>
  <sender>county@weather.example</sender>
  <sent>2026-07-28T14:30:00+08:00</sent>
  <status>Actual</status>
  <msgType>Alert</msgType>
  <scope>Public</scope>
</alert>"""


LINES = """{"result": {"alert": {"content": [
  {"alertId": "c1", "pubtimestamp": 1785225600, "status": "预警中"},
  {
    "alertId": "c2",
    "status": "预警中"
  },
  {"pubtimestamp": 1785225600}
]}}}"""
ALERTS = """<alerts>
<alert><identifier>a</identifier><sender>s</sender><sent>2026-07-28T14:30:00+08:00</sent></alert>
<alert>
  <identifier>b</identifier>
  <sender>s</sender>
  <sent>昨天</sent>
</alert>
<alert><sender>s</sender><sent>2026-07-28T14:30:00+08:00</sent></alert>
</alerts>"""


def refused(document: str | bytes) -> Unreadable:
    raw = document if isinstance(document, bytes) else document.encode()
    with pytest.raises(Unreadable) as caught:
        parse(raw)
    return caught.value


def unreadable(raw: bytes) -> Unreadable | None:
    try:
        parse(raw)
    except Unreadable as failure:
        return failure
    return None


def said(document: str | bytes) -> str:
    return sentence(refused(document).why)


def without(text: str, part: str) -> str:
    assert part in text
    return text.replace(part, "")


WHOLE = {
    # a key that is missing or wrong, in each family of formats
    without(CAP, "  <sent>2026-07-28T14:30:00+08:00</sent>\n"): (
        "按“CAP 1.2 XML”读：第 2 行，缺少 sent（发布时间），这是必需项，"
        "例如 2026-07-28T14:30:00+08:00。请补上后重发。"
    ),
    CAP.replace("2026-07-28T14:30:00+08:00", "昨天下午"): (
        "按“CAP 1.2 XML”读：第 5 行，sent（发布时间）的值不可用：读到 昨天下午，"
        "应为 2026-07-28T14:30:00+08:00。请改正后重发。"
    ),
    CAP.replace("<sender>county@weather.example</sender>", "<senderCode/>"): (
        "按“国突 XML”读：第 4 行，缺少 senderCode（发布单位代码），这是必需项。请补上后重发。"
    ),
    '{"result": {"alert":\n {"content": "无"}}}': (
        '按“彩云 JSON”读：第 2 行，result.alert.content（预警列表）的值不可用：读到 "无"，'
        "应为 […]。请改正后重发。"
    ),
    '{"result": {"alert": {"content": [\n{"alertId": "c1",\n "pubtimestamp": "昨天"}]}}}': (
        "按“彩云 JSON”读：第 3 行，result.alert.content[0].pubtimestamp（发布时间）的值不可用：读到 昨天，"
        "应为 2026-07-28T14:30:00+08:00。请改正后重发。"
    ),
    '{"metadata": {}, "alerts": [\n{"issuedTime": "2026-07-28T14:30+08:00"}]}': (
        "按“和风 JSON”读：第 2 行，缺少 alerts[0].id（编号），这是必需项。请补上后重发。"
    ),
    # no JSON
    '{"identifier": "a",\n "sender": "b",}': (
        "按“JSON”读：不是合法的 JSON：第 2 行第 16 列，最后一项后面多了一个逗号，"
        "请去掉（读到 }）。请改正后重发。"
    ),
    "{'identifier': 'a'}": (
        "按“JSON”读：不是合法的 JSON：第 1 行第 2 列，用了单引号，键和文字要用英文双引号"
        "（读到 'identifier'）。请改正后重发。"
    ),
    '{"identifier": "a",\n "headline": "红色': (
        "按“JSON”读：不是合法的 JSON：第 2 行第 14 列，这里开始的文字没有用双引号收尾，内容可能被截断"
        '（读到 "红色）。请改正后重发。'
    ),
    # no XML
    "<alert>\n<info>\n</alert>": (
        "按“CAP 1.2 XML”读：不是完整的 XML：第 3 行第 9 列，标签不配对：第 2 行的 <info> 用 </alert> 收了尾，"
        "请检查收尾的标签。请改正后重发。"
    ),
    CAP[: CAP.index("@weather")]: (
        "按“CAP 1.2 XML”读：不是完整的 XML：第 4 行第 17 列，内容到这里就断了，<sender>（第 4 行）没有收尾，"
        "请检查是否发送完整。请改正后重发。"
    ),
    "<alert>\n<sendTime>2026-07-28 14:30:00</sendTime>\n<sender>甲&乙</sender></alert>": (
        "按“国突 XML”读：不是完整的 XML：第 3 行第 12 列，正文里的 & 没有写成 &amp;。请改正后重发。"
    ),
    # XML without an alert
    "<rss><channel/></rss>": (
        "按“XML”读：第 1 行，缺少 alert（预警），这是必需项（读到的是 rss），"
        "这是订阅列表，里面没有预警的条目。请补上后重发。"
    ),
    # nothing that is read here
    "<!DOCTYPE html>\n<html><br><p>登录</html>": (
        f"认不出格式：像是网页，多半是登录页或报错页，请核对发送的地址和登录状态，开头是 HTML。{KNOWN}"
    ),
    "今天下午有暴雨": f"认不出格式：像是普通文字，请按下面的一种格式发，开头是 今天下午有暴雨。{KNOWN}",
    "alert=%E7%BA%A2&id=1": (
        f"认不出格式：像是网页表单（键=值），请直接发 JSON 或 XML，开头是 alert=%E7%BA%A2&id=1。{KNOWN}"
    ),
    "%PDF-1.7\n": f"认不出格式：像是 PDF 文件，请发预警的原始数据，开头是 25 50 44 46 2d 31 2e 37。{KNOWN}",
    "": "内容为空，里面没有预警。请检查发送端是否带上了预警正文。",
    "[]": "按“JSON”读：内容为空，里面没有预警。请检查发送端是否带上了预警正文。",
    '{"a":\n' * 40 + "1" + "}" * 40: ("按“JSON”读：第 33 行，嵌套过深，最多 32 层。请去掉多余的外层后重发。"),
    "<!DOCTYPE alert []><alert/>": (
        "按“CAP 1.2 XML”读：第 1 行，含有 DOCTYPE 声明，为安全起见不读。请去掉这个声明后重发。"
    ),
}


@pytest.mark.parametrize("document", WHOLE)
def test_the_sentence_of_a_refusal(document: str) -> None:
    assert said(document).startswith(WHOLE[document])


def xml(inside: str) -> str:
    return f"<alert>{inside}</alert>"


FAULTS: dict[str, tuple[str | bytes, ...]] = {
    "json_cut_off": ('{"a": 1', '{"a":', '{"a"', "{", "[1, ", '{"a": [{"b": 2}\n', '{"a": tru'),
    "json_open_quote": ('{"a": "红', '{"a', '["'),
    "json_line_break": ('{"a": "红色\n预警"}', '{"a": "b,\n"c": 1}', '{"a": "b\r\n"}'),
    "json_control": ('{"a": "b\tc"}', '{"a": "b\x01"}'),
    "json_backslash": (r'{"a": "C:\我的"}', r'{"a": "\x41"}'),
    "json_unicode": (r'{"a": "\u12"}', r'{"a": "\uzzzz"}'),
    "json_single_quote": ("{'a': 1}", "{\"a\": 'b'}", "['a']", '{"a": `b`}'),
    "json_chinese_quote": ("{“a”: 1}", '{"a": “b”}', '{"a": 「b」}', "{‘a’: 1}"),
    "json_chinese_comma": ('{"a": 1，"b": 2}', '["a"、"b"]', '{"a": 1；"b": 2}', '{"a": "b"，"c": 1}'),
    "json_chinese_colon": ('{"a"：1}', '{"a" ： "b"}'),
    "json_wide_bracket": ('{"a": ［1］}', '{"a": ｛}'),
    "json_round_bracket": ('{"a": (1, 2)}', '{"a": 1)'),
    "json_blank": ('{\u3000"a": 1}', '{"a":\u00a01}', '{"a": 1\u3000}', '{"a": 1, \ufeff"b": 2}'),
    "json_nul": (b'{"a": 1,\0 "b": 2}',),
    "json_comment": ('{"a": 1, // 级别\n"b": 2}', '{/* x */ "a": 1}', '{"a": 1 # x\n}', "[1, <!-- x --> 2]"),
    "json_double_comma": ('{"a": 1,, "b": 2}', "[1,,2]", '{,"a": 1}', '{"a": , "b": 2}'),
    "json_trailing_comma": ('{"a": 1,}', "[1, 2,]", '{"a": [1,\n]}', '[{"a": 1},]'),
    "json_no_comma": ('{"a": 1 "b": 2}', "[1 2]", '["a" "b"]', '{"a": {} "b": 2}', "[{} {}]"),
    "json_quote_inside": ('{"a": "发布"红色"预警"}', '{"a": "他说"走""}'),
    "json_no_colon": ('{"a" 1}', '{"a" "b"}'),
    "json_colon_in_list": ('["a": 1]', '{"a": "b": "c"}'),
    "json_equals": ('{"a" = 1}', '{"a"=1}'),
    "json_semicolon": ('{"a": 1; "b": 2}', '{"a": "b";}'),
    "json_no_value": ('{"a": }', '{"a"}', '{"b": 1, "a":\n}'),
    "json_no_key": ("{: 1}", '{"a": 1, : 2}'),
    "json_bare_key": ("{a: 1}", '{"a": 1, 级别: 2}', "{1: 2}", '{"a": 1, {"b": 2}}'),
    "json_bare_text": ('{"a": 红色}', '{"a": red}', '{"a": Actual, "b": 1}'),
    "json_xml_in_text": ('{"xml": "<alert/>"}', '{"data": [{"cap": "<?xml version=\'1.0\'?><cap:alert/>"}]}'),
    "json_literal": ('{"a": True}', '{"a": None}', '{"a": undefined}', '{"a": nan}', '{"a": NULL}'),
    "json_number": (
        '{"a": 0123}',
        '{"a": +5}',
        '{"a": .5}',
        '{"a": 5.}',
        '{"a": 30mm}',
        '{"a": 1.2.3}',
        '{"a": -x}',
    ),
    "json_brackets": ('{"a": [1, 2}', '[{"a": 1]', '{"a": {"b": 1]'),
    "json_closed_twice": ('{"a": 1}}', "[1]]\n"),
    "json_two": ('{"a": 1}\n{"a": 2}', "[1][2]", '{"a": 1} {"b"'),
    "json_no_list": ('{"a": 1},\n{"a": 2}', '{"a": 1},'),
    "json_more": ('{"a": 1} 以上', '{"a": 1};', '{"a": 1}\n</body>'),
    "json_other": ('{"a": @b}', '{"a": *}', '{"a": <b>}', '{"a": ?}'),
    "xml_cut_off": (
        "<alert><info>",
        "<alert>\n<info>红",
        "<alert",
        "<",
        "<alert><info",
        "<alert a=",
        "<alert></aler",
    ),
    "xml_tags": ("<alert><info></alert>", "<alert></Alert>", "<cap:alert><info></cap:alert>"),
    "xml_tag_name": (xml("雨量 < 50"), xml("<1a/>"), "<>x</>", "</alert>", "<!DOCTYP html><a/>"),
    "xml_open_tag": ("<alert></alert <x>", xml("<a></a b>")),
    "xml_sign": (xml("a\x08b"), xml("a\0b"), xml("&#x1;")),
    "xml_number_of_sign": (xml("&#xZZ;"), xml("&#12 x")),
    "xml_ampersand": (xml("a & b"), xml("a&b"), xml("http://x?a=1&b=2")),
    "xml_entity": (xml("&nbsp;"), xml("a&middot;b")),
    "xml_attribute_quote": ("<alert a=1/>", "<alert a=“1”/>"),
    "xml_attribute_open": ('<alert a="1/>',),
    "xml_attribute_value": ("<alert a/>", "<alert a >x</alert>"),
    "xml_attribute_name": (xml("<a <b/>"), "<alert </alert>", '<alert "x"/>'),
    "xml_attribute_twice": ('<alert a="1" a="2"/>', '<x:alert a="1" a="2"/>'),
    "xml_less_in_attribute": ('<alert a="<"/>',),
    "xml_blank": ('<alert a="1"b="2"/>', '<?xml version="1.0"<alert/>'),
    "xml_comment_open": ("<alert><!-- x",),
    "xml_hyphens": (xml("<!-- a -- b -->"),),
    "xml_cdata_open": ("<alert><![CDATA[x",),
    "xml_cdata_end": (xml("a]]>b"),),
    "xml_instruction": ("<alert><?x y",),
    "xml_declaration": ('<?xml encoding="utf-8"?><alert/>', '<?xml version="2.0"?><alert/>'),
    "xml_declaration_quote": ("<?xml version=“1.0”?><alert/>",),
    "xml_declaration_late": (
        xml('<?xml version="1.0"?>'),
        '<?xml version="1.0"?><alert/><?xml version="1.0"?><alert/>',
    ),
    "xml_no_root": ('<?xml version="1.0"?>', "<!-- x -->", "<?php echo 1; ?>"),
    "xml_more": ("<alert/><alert/>", "<alert/>\n以上", '<alert/>{"a": 1}'),
    "xml_too_large": (f"<{'a' * 60_000}/>",),
    "xml_feed": ("<rss/>", "<feed xmlns='http://www.w3.org/2005/Atom'><entry/></feed>"),
    "xml_edxl": ("<EDXLDistribution xmlns='urn:oasis:names:tc:emergency:EDXL:DE:1.0'/>",),
    "xml_ebd": ("<EBD><EBDVersion>1</EBDVersion></EBD>",),
    "xml_in_text": ("<r>&lt;alert/&gt;</r>", "<r><![CDATA[<?xml version='1.0'?><alert/>]]></r>"),
    "xml_soap": ("<s:Envelope xmlns:s='u'><s:Body/></s:Envelope>",),
    "xml_soap_fault": ("<s:Envelope xmlns:s='u'><s:Body><s:Fault/></s:Body></s:Envelope>",),
    "xml_error": ("<Error><Code>NoSuchKey</Code></Error>",),
    "xml_map": ("<kml/>",),
    "xml_part": ("<info><event>暴雨</event></info>",),
    "like_html": (
        "<!DOCTYPE html><p>x",
        "<html><body>",
        "<html/>",
        "\n<!-- x -->\n<HTML><br>",
        "<!doctype html><html/>",
    ),
    "like_http": (
        "HTTP/1.1 200 OK\r\n\r\n{}",
        "Host: gateway\nContent-Type: text/xml\n\n<alert/>",
        "POST /alerts HTTP/1.1\nHost: a",
    ),
    "like_mail": ("Subject: 预警\n\n暴雨", "From: a@b\nTo: c"),
    "like_yaml": ("---\nid: 1\n", "identifier: a\nsender: b\n", "alerts:\n  - id: 1\n"),
    "like_ini": ("[alert]\nid = 1\n",),
    "like_jsonp": ('callback("a")', 'jQuery12.cb([{"a": 1}], "b");', '/**/cb({"a": 1}); cb()'),
    "like_script": ('var alarminfo=JSON.parse("{}");', "module.exports = {}", "window.data = [1]"),
    "like_form": ("identifier=a&sender=b", "text=%E6%9A%B4", "alert=1"),
    "like_escaped": ("%7B%22a%22%3A1%7D", "&lt;alert&gt;"),
    "like_quoted": ('"{\\"a\\": 1}"', "'{\"a\": 1}'", '"<alert/>"'),
    "like_wide": ("＜alert＞", "｛｝"),
    "like_hex": ("7b2261223a20317d7d7d", "3c616c6572743e3c2f616c6572743e"),
    "like_base64": (b64encode('{"标题": "暴雨红色"}'.encode()), b64encode(CAP.encode())),
    "like_path": ("/data/alert.xml", "https://weather.example/a.xml\n", "C:\\alert.xml"),
    "like_csv": ("id,level,text\n1,red,暴雨\n",),
    "like_pdf": (b"%PDF-1.7 \xe2\xe3",),
    "like_zip": (b"PK\x03\x04\x14", b"EBD.xml" + bytes(250) + b"ustar\0"),
    "like_office": (b"\xd0\xcf\x11\xe0\xa1\xb1",),
    "like_rtf": (b"{\\rtf1\\ansi x}",),
    "like_picture": (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a"),
    "like_sound": (b"ID3\x04", b"RIFF\x24\0\0\0WAVE"),
    "like_key": ("-----BEGIN CERTIFICATE-----\nMIIB",),
    "like_binary": (bytes(range(1, 60)), b"\xff\xff\xff\xff"),
    "like_text": ("预计今天下午有暴雨", "hello", "42", "true", "预警".encode("gb18030"), "~~~"),
}
ROWS = [(fault, document) for fault, documents in FAULTS.items() for document in documents]
ELSEWHERE = {"gauge_dry_run", "xml_other"}
"""Faults that no document has by itself."""


@pytest.mark.parametrize(("fault", "document"), ROWS)
def test_the_fault_that_is_named(fault: str, document: str | bytes) -> None:
    assert refused(document).why.fields["fault"] == fault


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize(
    ("start", "fault"), [("<alert>\n<info>", "xml_cut_off"), ('{"a":\n "', "json_open_quote")]
)
def test_a_document_that_was_cut_off_inside_a_character_is_told_as_cut_off(
    start: str, fault: str, encoding: str
) -> None:
    raw = f"{start}预计未来三小时降雨量将达一百毫米".encode(encoding)[:-1]
    assert (refused(raw).why.fields["fault"], refused(raw).line) == (fault, 2)


def test_every_fault_has_words_in_both_languages_and_a_document_that_has_it() -> None:
    assert set(WORDS["zh"]["fault"]) == set(WORDS["en"]["fault"]) == {*FAULTS, *ELSEWHERE}


ENGLISH = re.compile(r"[A-Za-z]{3,}")
NAMES = {
    "JSON",
    "XML",
    "CAP",
    "UTF",
    "DOCTYPE",
    "CDATA",
    "EDXL",
    "EBD",
    "SOAP",
    "YAML",
    "JSONP",
    "CSV",
    "PDF",
    "RTF",
}
NAMES |= {
    "multipart",
    "Word",
    "Excel",
    "Base",
    "HTTP",
    "true",
    "false",
    "null",
    "xmlns",
    "amp",
    "xml",
    "version",
}
NAMES |= {"encoding"}
"""Names of formats, and what a sender shall write."""


@pytest.mark.parametrize("document", [*WHOLE, *(document for _, document in ROWS)])
def test_a_chinese_refusal_has_no_english_but_names_and_what_the_document_says(document: str | bytes) -> None:
    in_chinese(refused(document).why)


def in_chinese(why: Why) -> None:
    """Assert that the sentence is Chinese, and the English one English."""
    names = [value for field, value in why.fields.items() if field not in ("fault", "format", "formats")]
    text, english = sentence(why), sentence(why, "en")
    for value in sorted(names, key=len, reverse=True):
        shown = "".join(sign if sign.isprintable() else " " for sign in value)
        text = text.replace(shown, "") if len(value) > 2 else text
        english = english.replace(shown, "")
    assert set(ENGLISH.findall(text)) <= NAMES
    assert not re.search(r"[一-鿿]", english)


SPOILT = [CAP, LINES, ALERTS, CAP.replace("<sender>", "<senderCode/><sender>")]


SIGNS = [*"\"'{}[]<>&,:\\\n\t，“0x红=-", ""]


@given(st.sampled_from(SPOILT), st.integers(0, 600), st.sampled_from(SIGNS), st.integers(0, 9))
def test_a_document_that_was_spoilt_anywhere_is_refused_in_chinese(
    text: str, at: int, sign: str, gone: int
) -> None:
    failure = unreadable((text[:at] + sign + text[at + gone :]).encode())
    if failure:
        in_chinese(failure.why)
        assert failure.line or failure.why.reason in (Reason.EMPTY, Reason.UNKNOWN_FORMAT)


def test_an_error_that_has_no_words_of_its_own_is_told_by_its_number() -> None:
    fields = xml_fault.fault(b"<a>", XMLSyntaxError("something new, line 4, column 2", 777, 4, 2))
    assert sentence(Why(Reason.NOT_XML, {"format": "cap", **fields})) == (
        "按“CAP 1.2 XML”读：不是完整的 XML：第 4 行第 2 列，写法有误（错误号 777），"
        "请核对标签和引号。请改正后重发。"
    )
    assert xml_fault.fault(b"", XMLSyntaxError(None, 0, 0, 0))["fault"] == "xml_other"


LOST = {
    LINES: [
        (2, 3, "按“彩云 JSON”读：第 2 件，第 3 行，缺少 result.alert.content[1].pubtimestamp（发布时间）"),
        (3, 7, "按“彩云 JSON”读：第 3 件，第 7 行，缺少 result.alert.content[2].alertId（编号）"),
    ],
    ALERTS: [
        (2, 6, "按“CAP 1.2 XML”读：第 2 件，第 6 行，sent（发布时间）的值不可用：读到 昨天，"),
        (3, 8, "按“CAP 1.2 XML”读：第 3 件，第 8 行，缺少 identifier（编号），这是必需项。"),
    ],
}


@pytest.mark.parametrize("document", LOST)
def test_a_lost_member_is_told_with_its_number_and_its_line_in_the_whole_document(document: str) -> None:
    for one, (member, line, words) in zip(lost(document.encode()), LOST[document], strict=True):
        assert (one.member, one.unreadable.line) == (member, line)
        assert sentence(one.unreadable.why).startswith(words)


@pytest.mark.parametrize("before", ["\n\n", "\ufeff\r\n \n", "\n\ufeff\n"])
def test_blank_lines_before_a_document_are_counted(before: str) -> None:
    for document in (LINES, ALERTS):
        lines = [(one.unreadable.line, one.unreadable.why.fields["line"]) for one in lost(document.encode())]
        lower = lost((before + document).encode())
        assert [(one.unreadable.line, one.unreadable.why.fields["line"]) for one in lower] == [
            (line + 2, str(line + 2)) for line, _ in lines
        ]
    why = refused(before + "<alert>\n<info>\n</alert>").why
    assert (why.fields["line"], why.fields["since"]) == ("5", "4")
    assert refused(before + '{"a": 1,}').line == 3


def test_where_every_member_is_bad_each_is_told_and_the_first_stands_for_all() -> None:
    document = '{"metadata": {}, "alerts": [\n{"id": "q1"},\n{"issuedTime": "2026-07-28T14:30+08:00"}]}'
    told = [(one.member, one.unreadable.line, one.unreadable.why) for one in unread(document.encode())]
    assert [(member, line) for member, line, _ in told] == [(1, 2), (2, 3)]
    assert refused(document).why == told[0][2]


def test_a_large_document_of_bad_members_is_told_in_one_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    walks = 0
    walk = position._inside

    def counted(text: str, start: int) -> Iterator[tuple[str, int, int]]:
        nonlocal walks
        walks += text[start] == "["
        return walk(text, start)

    monkeypatch.setattr(position, "_inside", counted)
    found = lost(b"[" + b",".join([b'\n{"alertId": "", "pubtimestamp": 1}'] * 500) + b"]")
    assert [one.unreadable.line for one in found] == list(range(2, 502))
    assert walks == 1


@pytest.mark.parametrize(
    ("lang", "told"), [("zh", "应为 1–200 个字符的文字"), ("en", "expected a text of 1–200 characters")]
)
def test_an_identity_that_is_no_text_is_told_how_long_a_text_it_may_be(lang: str, told: str) -> None:
    why = Why(Reason.BAD_VALUE, {"element": "identifier", "saw": "{}", "expected": "1–200"})
    assert told in sentence(why, lang)
