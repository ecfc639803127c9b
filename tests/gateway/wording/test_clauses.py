"""Where a text is taken apart, and that nothing of it is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wording.clauses import Clause, clauses, stops


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("预计今晚有大雨，山边住户注意。", ["预计今晚有大雨", "山边住户注意"]),
        ("雨量12.4毫米", ["雨量12.4毫米"]),
        ("10:30发布", ["10:30发布"]),
        ("约3,200人", ["约3,200人"]),
        ("青石镇、柳林乡有雨", ["青石镇、柳林乡有雨"]),
        ("停课（幼儿园除外，通知另发）。", ["停课（幼儿园除外，通知另发）"]),
        ("见https://example.org/a,b。", ["见https://example.org/a,b"]),
        ("橙色预警 请注意", ["橙色预警", "请注意"]),
    ],
)
def test_a_sign_ends_a_clause_unless_it_belongs_to_a_number_brackets_or_an_address(
    text: str, words: list[str]
) -> None:
    assert [clause.words for clause in clauses(text)] == words


@pytest.mark.parametrize(
    ("mark", "ends"), [("。", True), ("；", True), ("", True), ("，", False), ("：", False)]
)
def test_a_sentence_ends_at_a_stop_a_semicolon_and_the_end_of_the_text(mark: str, ends: bool) -> None:
    assert stops(mark) is ends
    assert Clause("有雨", mark).ends is ends


@pytest.mark.parametrize(
    ("words", "number"), [("1.不要过河", "1."), ("（二）关好门窗", "（二）"), ("12.4毫米", "")]
)
def test_the_number_of_an_item_is_told_from_a_decimal(words: str, number: str) -> None:
    assert Clause(words, "；").item == number


@given(st.text(alphabet="预计雨12.,:：，。；！ （）()\n请、", max_size=60))
def test_the_clauses_put_together_are_the_text(text: str) -> None:
    assert "".join(clause.words + clause.mark for clause in clauses(text)) == text
