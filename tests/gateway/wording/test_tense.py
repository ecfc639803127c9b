"""Of what time each clause of a text speaks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wording.tense import Tense, tensed


def tenses(text: str) -> list[Tense]:
    return [clause.tense for clause in tensed(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("县气象台发布暴雨橙色预警信号：", [Tense.HEAD]),
        ("过去2小时下了40毫米，", [Tense.PAST]),
        ("目前雨势不减，", [Tense.NOW]),
        ("预计今晚还有大雨。", [Tense.COMING]),
        ("请远离河道。", [Tense.ADVICE]),
        ("沟谷水位高。", [Tense.PLAIN]),
    ],
)
def test_a_clause_speaks_of_the_time_of_its_own_words(text: str, found: list[Tense]) -> None:
    assert tenses(text) == found


def test_a_clause_without_a_time_goes_on_with_the_one_before_it_in_its_sentence() -> None:
    assert tenses("预计今晚有大雨，青石镇最大。") == [Tense.COMING, Tense.COMING]
    assert tenses("预计今晚有大雨。青石镇最大。") == [Tense.COMING, Tense.PLAIN]


def test_a_forecast_begins_a_clause_without_a_sign_before_it() -> None:
    assert tenses("过去1小时下了30毫米预计还有40毫米。") == [Tense.PAST, Tense.COMING]


def test_behind_the_heading_of_a_guide_all_is_advice() -> None:
    assert tenses("防御指南：预计有雨时不要出门。").count(Tense.ADVICE) >= 1
    assert tenses("防御指南。目前有雨时不要出门。")[-1] is Tense.ADVICE


@given(st.text(alphabet="预计未来过去目前请有雨镇，。；：\n防御指南", max_size=60))
def test_together_the_clauses_are_the_whole_text(text: str) -> None:
    found = tensed(text)
    assert "".join(text[clause.start : clause.end] for clause in found) == text
