"""Which of two readings people have written."""

from __future__ import annotations

import pytest

from gateway.intake.readers.charset import read
from gateway.intake.readers.commonness import chinese, rather, written

WARNING = "县气象台7月28日14时30分发布暴雨红色预警信号，请注意防范。"
VILLAGES = "濉溪、涡阳、㵲阳河、垴上、崾岘、圪塔"
TRADITIONAL = "氣象局發布豪雨特報，請注意防範山區坍方落石溪水暴漲，沿海地區請注意強風及大浪。"


def test_chinese_has_many_common_signs_and_chance_has_few() -> None:
    assert chinese(WARNING)
    for text in (TRADITIONAL.encode("big5").decode("gb18030"), "Météo, préfecture", "µ§¶", "abc", ""):
        assert not chinese(text)


@pytest.mark.parametrize(
    ("text", "is_chinese"),
    [
        ("位", True),
        ("暮", True),
        ("位位位", True),
        ("Météo à Orléans", False),
        ("préfecture de l'Hérault", False),
    ],
)
def test_of_two_readings_the_one_with_more_sense_is_taken(text: str, is_chinese: bool) -> None:
    """Short words of GBK that are valid UTF-8, and short words of UTF-8 that are valid GBK."""
    raw = text.encode("gbk") if is_chinese else text.encode()
    try:
        other = raw.decode("gb18030")
    except UnicodeDecodeError:
        return  # it can be read in one way only
    assert rather(other, raw.decode()) is is_chinese


@pytest.mark.parametrize("text", [WARNING, VILLAGES, "Présence d'eau à Bâle, évacuée"])
def test_whatever_is_written_in_gb18030_is_known_as_such(text: str) -> None:
    raw = text.encode("gb18030")
    assert written(raw.decode("gb18030"), raw, False)


@pytest.mark.parametrize(
    ("text", "encoding"), [(TRADITIONAL, "big5"), ("Météo, préfecture de l'Hérault, évacuée", "latin-1")]
)
def test_what_is_valid_by_chance_needs_a_statement(text: str, encoding: str) -> None:
    raw = text.encode(encoding)
    assert not written(raw.decode("gb18030"), raw, False)
    assert written(raw.decode("gb18030"), raw, True)


@pytest.mark.parametrize("stated", [True, False])
def test_utf_8_that_lost_a_byte_is_not_taken_for_gb18030(stated: bool) -> None:
    """Wherever it is lost, the rest is valid GB18030."""
    whole = "立即转移到安全地带".encode()
    for at in range(len(whole)):
        raw = whole[:at] + whole[at + 1 :]
        assert not written(raw.decode("gb18030"), raw, stated), at


def test_a_mark_of_utf_8_counts_more_than_a_statement() -> None:
    raw = "位".encode("gbk")
    assert read(raw, "GBK").body == "位".encode()
    assert read(b"\xef\xbb\xbf" + raw, "GBK").body == raw
