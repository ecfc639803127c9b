"""Statements about an encoding, true ones and lies, as systems in China send them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.intake import Unreadable
from gateway.intake.readers import parse
from gateway.intake.readers.charset import named, read, stated
from gateway.model.alert import Arrival, Defect
from gateway.model.reason import Reason
from tests.support.county import START, cap

WORDS = "朱镕村预计3小时降雨量达100毫米以上。"
"""镕 is in GBK and not in GB2312."""


def document(declared: str, encoding: str, words: str = WORDS) -> bytes:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = cap("A1", START).decode().partition("?>")[2].replace("</headline>", f"{words}</headline>", 1)
    return (head + body).encode(encoding)


def came(raw: bytes, charset: str) -> Arrival:
    return Arrival(raw, "county", "", START, charset)


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
        ("gb_2312-80", "gbk", "gb_2312-80"),
        ("x-gbk", "gbk", ""),
        ("cp936", "gbk", ""),
        ("ISO-8859-1", "gbk", "iso-8859-1"),
        ("ISO-8859-1", "utf-8", "iso-8859-1"),
        ("UTF-16", "utf-8", "utf-16"),
        ("no-such-thing", "gbk", "no-such-thing"),
        ("UTF-16", "utf-16", ""),
        ("GBK", "utf-16", "gbk"),
        ("UTF-8", "utf-16-le", "utf-8"),
        ("UTF-8", "utf-16-be", "utf-8"),
        ("", "utf-16-be", ""),
        ("UTF-16", "utf-16-le", ""),
        ("UTF-8", "utf-8-sig", ""),
        ("GBK", "utf-8-sig", "gbk"),
        ("UTF-32", "utf-32", ""),
        ("UTF-8", "utf-32-be", "utf-8"),
    ],
)
def test_the_bytes_decide_and_the_lie_is_recorded(declared: str, encoding: str, defect: str) -> None:
    (alert,) = parse(document(declared, encoding))
    assert alert.infos[0].headline.endswith(WORDS)
    lies = [one for one in alert.defects if one.element == "encoding"]
    assert lies == ([Defect("encoding", defect, 1)] if defect else [])


@pytest.mark.parametrize(
    ("charset", "declared", "encoding", "defect"),
    [
        ("GBK", "", "gbk", ""),
        ("gbk", "GBK", "gbk", ""),
        ("GB18030", "UTF-8", "gb18030", "utf-8"),  # a proxy changed the bytes, or the file was saved so
        ("gb-2312", "", "gbk", "gb-2312"),
        ("utf-8", "GBK", "gbk", "utf-8"),  # a framework that says utf-8 of everything
        ("ISO-8859-1", "GBK", "gbk", "iso-8859-1"),  # a Java server
        ("ISO-8859-1", "", "gbk", "iso-8859-1"),
        ("ISO-8859-1", "UTF-8", "utf-8", "iso-8859-1"),
        ("ISO-8859-1", "", "utf-8", "iso-8859-1"),
        ("us-ascii", "", "utf-8", "us-ascii"),  # text/xml without a charset, by the letter of RFC 3023
        ("windows-1252", "gb2312", "gbk", "windows-1252"),
        ("utf-8", "", "gbk", "utf-8"),
        ("UTF8", "UTF-8", "utf-8", ""),
        ("gbk", "UTF-8", "utf-8", "gbk"),
        ("chinese-traditional", "", "utf-8", "chinese-traditional"),
        ("utf-16", "UTF-8", "utf-8", "utf-16"),
        ("utf-8", "UTF-16", "utf-16", "utf-8"),
        ("GBK", "", "utf-16-le", "gbk"),
        ("utf-16le", "", "utf-16-le", ""),
        ("utf8mb4", "", "utf-8", ""),
        ("ms936", "", "gbk", ""),
    ],
)
def test_what_the_transport_states_spoils_no_document(
    charset: str, declared: str, encoding: str, defect: str
) -> None:
    (alert,) = parse(came(document(declared, encoding), charset))
    assert alert.infos[0].headline.endswith(WORDS)
    assert [one.saw for one in alert.defects if one.element == "encoding"] == ([defect] if defect else [])


TRADITIONAL = "氣象局發布豪雨特報，請注意防範。"


@pytest.mark.parametrize("charset", ["Big5", "big5-hkscs", "cp950"])
def test_the_encoding_of_another_place_is_taken_at_its_word(charset: str) -> None:
    text = f"<a>{TRADITIONAL}</a>"
    assert read(text.encode("big5"), charset) == (text.encode(), None)
    declared = f'<?xml version="1.0" encoding="{charset}"?>{text}'
    assert read(declared.encode("big5")) == (declared.encode(), None)


@pytest.mark.parametrize(
    ("charset", "declared"), [("iso-8859-1", ""), ("", "ISO-8859-1"), ("", "windows-1252")]
)
def test_a_latin_text_is_latin(charset: str, declared: str) -> None:
    """é before a letter is valid GBK."""
    raw = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body, lie = read((raw + "<alert>Météo, préfecture de l'Hérault</alert>").encode("latin-1"), charset)
    assert "Météo, préfecture" in body.decode()
    assert lie is None


@pytest.mark.parametrize("words", ["位", "暮", "隆", "位暮", "路口"])
def test_a_short_text_of_gbk_that_is_valid_utf_8_by_chance_is_what_was_stated(words: str) -> None:
    raw = words.encode("gbk")
    if words != "路口":
        raw.decode()  # it is valid, indeed
    assert read(b'{"a": "' + raw + b'"}', "gbk").body.decode() == f'{{"a": "{words}"}}'
    assert (
        read(b'<?xml version="1.0" encoding="GBK"?><a>' + raw + b"</a>")
        .body.decode()
        .endswith(f"{words}</a>")
    )


@pytest.mark.parametrize("words", ["暴雨", "村", "℃", "红色", "。", "朱镕", "位位位"])
def test_utf_8_is_read_as_such_however_short_and_whatever_is_stated(words: str) -> None:
    for charset in ("gbk", "GB2312", "", "ISO-8859-1", "utf-8", "big5", "hz-gb-2312"):
        assert read(f"<a>{words}</a>".encode(), charset).body.decode() == f"<a>{words}</a>", charset


@pytest.mark.parametrize(
    "raw",
    [
        document("UTF-8", "utf-8").replace("镕".encode(), b"\xff\xff\xff"),
        document("UTF-8", "utf-8").replace("镕".encode(), "镕".encode("gbk")),  # two systems wrote it
        document("GBK", "gbk").replace("镕".encode("gbk"), "镕".encode()[:2]).replace(b"3", b"\xff"),
        document("UTF-16", "utf-16") + b"\x00\xd8\x00\xd8",
        '{"identifier": "暴雨暴'.encode()[:-1] + '雨红色"}'.encode(),  # a byte was lost; valid GB18030
    ],
)
def test_bytes_of_no_encoding_are_refused_by_name_with_their_line(raw: bytes) -> None:
    for charset in ("", "ISO-8859-1", "windows-1252", "utf-8", "GBK", "unknown-8bit"):
        with pytest.raises(Unreadable) as caught:
            parse(came(raw, charset))
        assert caught.value.why.reason is Reason.NOT_TEXT, charset
        assert caught.value.line == int(caught.value.why.fields["line"]) > 0


def test_an_encoding_of_which_nobody_tells_is_not_taken_for_chinese() -> None:
    """Its bytes are valid GB18030, and would be said as words that nobody wrote."""
    for words, encoding in ((TRADITIONAL, "big5"), ("Météo, préfecture de l'Hérault, évacuée", "latin-1")):
        raw = f"<a>{words}</a>".encode(encoding)
        raw.decode("gb18030")
        for charset in ("", "utf-8", "nobody-knows"):
            with pytest.raises(Unreadable) as caught:
                read(raw, charset)
            assert caught.value.why.reason is Reason.NOT_TEXT
        assert read(raw, encoding).body.decode() == f"<a>{words}</a>"
    villages = "濉溪、涡阳、㵲阳河、垴上、崾岘、圪塔"
    assert read(villages.encode("gb18030")).body.decode() == villages


WINDOWS = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xA0)}
"""As browsers do (WHATWG Encoding Standard, windows-1252)."""


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
@pytest.mark.parametrize("windows", [True, False])
def test_what_was_taken_for_latin_text_is_decoded_twice(encoding: str, windows: bool) -> None:
    text = "<a>暴雨红色预警信号，请注意防范。</a>"
    garbled = text.encode(encoding).decode("latin-1")
    raw = (garbled.translate(WINDOWS) if windows else garbled).encode()
    assert read(raw) == (text.encode(), Defect("encoding", "utf-8, twice"))


@pytest.mark.parametrize("words", ["暴雨红色，请防范", "立即转移，村民注意，"])
def test_what_was_taken_for_gbk_is_decoded_twice_where_no_byte_was_lost(words: str) -> None:
    raw = words.encode().decode("gb18030").encode()
    assert read(raw) == (words.encode(), Defect("encoding", "utf-8, twice"))
    assert read("锛炉厂村、銆村".encode()).body.decode() == "锛炉厂村、銆村"


@pytest.mark.parametrize(
    "words", ["Météo, préfecture de l'Hérault", "ÄÖÜß", "±5 °C", "“Red”", "½ × ¾ ± ÷", "é" * 50]
)
def test_latin_words_were_encoded_once(words: str) -> None:
    assert read(words.encode()) == (words.encode(), None)


def test_json_is_read_in_every_encoding() -> None:
    told = {"identifier": "A1", "sender": "county", "sent": "2026-07-28T10:00:00+08:00", "status": "Actual"}
    raw = json.dumps({**told, "msgType": "Alert", "headline": WORDS}, ensure_ascii=False)
    (plain,) = parse(raw.encode())
    assert plain.defects == ()
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-8-sig"):
        assert parse(raw.encode(encoding)) == (plain,), encoding
    (chinese,) = parse(raw.encode("gbk"))
    assert Defect("encoding", "utf-8") in chinese.defects
    assert parse(came(raw.encode("gbk"), "gbk")) == (plain,)


def test_rare_characters_as_java_writes_them() -> None:
    """CESU-8: two surrogates of three bytes each."""
    village = "𠮷水村"
    written = b"".join(
        chr(int.from_bytes(pair, "big")).encode("utf-8", "surrogatepass")
        for sign in village
        for pair in [sign.encode("utf-16-be")[i : i + 2] for i in range(0, len(sign.encode("utf-16-be")), 2)]
    )
    assert written != village.encode()
    assert read(b"<a>" + written + b"</a>").body.decode() == f"<a>{village}</a>"


def test_a_line_break_of_one_byte_behind_utf_16_is_no_part_of_it() -> None:
    raw = document("UTF-16", "utf-16")
    assert parse(raw + b"\n") == parse(raw) == parse(document("UTF-16", "utf-16-be")[:-1] + b">\0"[:1])


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        ("application/xml; charset=GBK", "GBK"),
        ('text/xml;charset="gb2312"', "gb2312"),
        ("text/xml; Charset='UTF-8'; q=1", "UTF-8"),
        ("application/json;charset=utf-8,application/json", "utf-8"),
        ("text/xml; charset = GB18030 ;version=1", "GB18030"),
        ("text/xml; charset=", ""),
        ("text/xml", ""),
        ("", ""),
        ("text/xml; accept-charset", ""),
        ("text/xml; charset=" + "x" * 100, "x" * 40),
    ],
)
def test_a_content_type_states_a_charset_in_many_ways(content_type: str, charset: str) -> None:
    assert stated(content_type) == charset


def test_a_name_of_an_encoding_is_known_in_any_case() -> None:
    assert all(named(name) for name in ("UTF-8", "gbk", "Big5", "ISO-8859-1", "utf-16", "KOI8-R"))
    assert not any(named(name) for name in ("", "gzip", "br", "rot13", "idna", "unicode_escape", "utf-7"))


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=6))
def test_chinese_words_in_gbk_are_read_as_they_were_written(words: str) -> None:
    """Six characters: of fewer a chance reading as UTF-8 is possible."""
    raw = document("GB2312", "gb18030", words)
    (alert,) = parse(raw)
    assert words in alert.infos[0].headline


@given(
    st.binary(max_size=200), st.sampled_from(["", "gbk", "utf-8", "big5", "iso-8859-1", "hz", "utf-16", "?"])
)
def test_any_bytes_are_text_or_refused(raw: bytes, charset: str) -> None:
    try:
        body, _ = read(raw, charset)
    except Unreadable:
        return
    assert "\ufffd" not in body.decode() or b"\xef\xbf\xbd" in raw or b"\xfd\xff" in raw or b"\xff\xfd" in raw


@pytest.mark.parametrize("words", ["Météo", "à Québec, prévu", "señal única", "niño"])
def test_accents_within_words_are_utf_8_whatever_is_stated(words: str) -> None:
    raw = f"<alert>{words}</alert>".encode()
    raw.decode("gb18030")  # it is valid, too
    for charset in ("GBK", "gb2312", "GB18030"):
        assert read(raw, charset).body == raw


@pytest.mark.parametrize("words", ["é", "à", "« à »", "位"])
def test_the_mark_of_utf_8_decides(words: str) -> None:
    raw = f'<?xml version="1.0" encoding="GB2312"?><a>{words}</a>'.encode()
    assert read(b"\xef\xbb\xbf" + raw).body == raw
