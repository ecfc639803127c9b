"""Telephone numbers are told from amounts and are said digit by digit, with a pause between their groups."""

from __future__ import annotations

import pytest

from gateway.voice.text.telephones import RULES, telephone


def ruled(text: str) -> str:
    for pattern, say in RULES:
        text = pattern.sub(say, text)
    return text


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("119", "幺幺九"),
        ("13812345678", "幺三八，幺二三四，五六七八"),
        ("8621234", "八六二，幺二三四"),
        ("86212345", "八六二幺，二三四五"),
        ("4001234567", "四零零，幺二三，四五六七"),
        ("0564-8621234", "零五六四，八六二，幺二三四"),
    ],
)
def test_a_number_is_said_in_its_groups(number: str, words: str) -> None:
    assert telephone(number) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("请拨打110", "请拨打幺幺零"),
        ("110报警", "幺幺零报警"),
        ("119", "幺幺九"),
        ("110或119", "幺幺零或幺幺九"),
        ("12379短信", "幺二三七九短信"),
        ("0851-12345678转802", "，零八五幺，幺二三四，五六七八，转八零二"),
        ("台风2619号", "台风二六一九号"),
    ],
)
def test_a_number_is_known_by_its_neighbours(text: str, words: str) -> None:
    assert ruled(text) == words


@pytest.mark.parametrize(
    "text", ["流量120", "水位达120预警", "110千伏", "119户", "120毫米", "第110号", "13812345678元"]
)
def test_an_amount_is_no_telephone_number(text: str) -> None:
    assert ruled(text) == text
