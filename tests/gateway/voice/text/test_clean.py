"""A text before the rules and after them: one form for each character, no sign lost, full-width pauses."""

from __future__ import annotations

import pytest

from gateway.voice.text.clean import cleaned, leftovers, punctuated


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("１０５户", "105户"),
        ("气温－5°C", "气温-5℃"),
        ("请注意<br/>转移", "请注意，转移"),
        ("风力<8级，雨量>50毫米", "风力<8级，雨量>50毫米"),
        ("详见https://a.b/c。", "详见。"),
        ("2026-07-28T06:30:00Z", "2026-07-28 14:30:00"),
        ("20260728", "2026-07-28"),
        ("1，000人", "1,000人"),
        ("50,100,150毫米", "50，100，150毫米"),
        ("1,234人", "1,234人"),
        ("12 500人", "12500人"),
        ("119 120", "119 120"),
        ("①不要外出②远离河道", "，1、不要外出，2、远离河道"),
        ("“7·20”", "“7·20”"),
    ],
)
def test_what_has_several_forms_gets_one(text: str, clean: str) -> None:
    assert cleaned(text) == clean


def test_a_sign_that_is_left_is_named_spelt_or_a_pause_and_is_noted() -> None:
    assert leftovers("约5≥甲😀") == ("约五大于等于甲，", ("5", "≥", "😀"))
    assert leftovers("请转移。") == ("请转移。", ())


@pytest.mark.parametrize(
    ("words", "punctuation"),
    [
        ("请注意,转移!", "请注意，转移！"),
        ("暴雨(红色)", "暴雨，红色"),
        ("“立即转移”", "立即转移"),
        ("五十-八十毫米", "五十到八十毫米"),
        ("甲—乙", "甲，乙"),
        ("五十毫米/小时", "五十毫米每小时"),
        ("老人/孕妇", "老人，孕妇"),
        ("注意！！！", "注意！"),
        ("请注意...", "请注意。"),
    ],
)
def test_punctuation_becomes_pauses(words: str, punctuation: str) -> None:
    assert punctuated(words) == punctuation
