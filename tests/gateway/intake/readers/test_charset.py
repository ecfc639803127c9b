"""Declarations of an encoding that lie, as systems in China send them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.intake import Unreadable
from gateway.intake.readers import parse
from gateway.intake.readers.charset import text, wrong, xml
from gateway.model.alert import Defect
from tests.support.county import START, cap

WORDS = "朱镕村预计3小时降雨量达100毫米以上。"
"""镕 is in GBK and not in GB2312."""


def document(declared: str, encoding: str, words: str = WORDS) -> bytes:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = cap("A1", START).decode().partition("?>")[2].replace("</headline>", f"{words}</headline>", 1)
    return (head + body).encode(encoding)


@pytest.mark.parametrize(
    ("declared", "encoding", "defect"),
    [
        ("GB2312", "gbk", "gb2312"),
        ("gb2312", "gb18030", "gb2312"),
        ("GB2312", "utf-8", "gb2312"),
        ("GBK", "utf-8", "gbk"),
        ("GB18030", "utf-8", "gb18030"),
        ("UTF-8", "gbk", "utf-8"),
        ("", "gbk", "utf-8"),
        ("GBK", "gbk", ""),
        ("GB18030", "gb18030", ""),
        ("UTF-8", "utf-8", ""),
        ("", "utf-8", ""),
    ],
)
def test_the_bytes_decide_and_the_lie_is_recorded(declared: str, encoding: str, defect: str) -> None:
    (alert,) = parse(document(declared, encoding))
    assert WORDS in alert.infos[0].headline
    lies = [one for one in alert.defects if one.element == "encoding"]
    assert lies == ([Defect("encoding", defect, 1)] if defect else [])


def test_other_encodings_are_left_to_their_declaration() -> None:
    latin = '<?xml version="1.0" encoding="ISO-8859-1"?><alert><identifier>é</identifier></alert>'
    assert xml(latin.encode("latin-1")) is None
    assert wrong(latin.encode("latin-1")) == ""
    assert xml(document("UTF-16", "utf-16")) is None


def test_bytes_of_no_encoding_are_refused() -> None:
    broken = document("UTF-8", "utf-8").replace("镕".encode(), b"\xff\xff\xff")
    with pytest.raises(Unreadable):
        parse(broken)


def test_json_in_gbk_is_read_and_recorded() -> None:
    told = {"identifier": "A1", "sender": "county", "sent": "2026-07-28T10:00:00+08:00", "status": "Actual"}
    raw = json.dumps({**told, "msgType": "Alert", "headline": WORDS}, ensure_ascii=False)
    (alert,) = parse(raw.encode("gbk"))
    assert alert.infos == () or alert.infos[0].headline == WORDS
    assert Defect("encoding", "utf-8") in alert.defects
    (plain,) = parse(raw.encode())
    assert plain.defects == ()


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=6))
def test_chinese_words_in_gbk_are_read_as_they_were_written(words: str) -> None:
    """Six characters: of fewer a chance reading as UTF-8 is possible."""
    raw = document("GB2312", "gb18030", words)
    (alert,) = parse(raw)
    assert words in alert.infos[0].headline


def test_utf_8_is_no_gbk() -> None:
    assert text("镕".encode()) is None
    assert text("镕镕镕".encode("gbk")) == "镕镕镕"
