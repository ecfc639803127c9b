"""Characters that look alike become one, and those with a meaning of their own stay."""

from __future__ import annotations

import unicodedata

import pytest

from gateway.wording.characters import ordinary


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("⽔位上涨2⽶", "水位上涨2米"),
        ("⻋辆绕⾏，⻔窗关好，⻛⼒8级", "车辆绕行，门窗关好，风力8级"),
        ("\uf9f7即\uf901新\ufa09雨", "立即更新降雨"),
        ("﹣5℃", "-5℃"),
        ("\U0001d7db户", "3户"),
        ("ﬁre", "fire"),
        ("", ""),
    ],
)
def test_what_looks_alike_is_one(text: str, plain: str) -> None:
    assert ordinary(text) == plain


@pytest.mark.parametrize("text", ["m³/s", "10⁴", "½", "①", "℃", "㎡", "Ⅱ级", "１０５户", "暴雨，立即转移。"])
def test_what_has_a_meaning_of_its_own_stays(text: str) -> None:
    assert ordinary(text) == text


def test_no_radical_of_a_common_character_is_left() -> None:
    kangxi = "".join(map(chr, range(0x2F00, 0x2FD6)))
    simplified = [
        chr(code) for code in range(0x2E80, 0x2EF4) if "SIMPLIFIED" in unicodedata.name(chr(code), "")
    ]
    assert all(0x3400 <= ord(sign) <= 0x9FFF for sign in ordinary(kangxi))
    assert all(0x3400 <= ord(ordinary(sign)) <= 0x9FFF for sign in simplified)
