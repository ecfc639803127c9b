"""Characters that look alike become one, and those with a meaning of their own stay."""

from __future__ import annotations

import unicodedata
from datetime import datetime

import pytest

from gateway.intake.readers import parse
from gateway.model.alert import Alert, Area, Info, Pair
from gateway.runtime.clock import CHINA
from gateway.wording.characters import legible, ordinary


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


def test_every_text_of_an_alert_is_in_ordinary_characters_and_its_key_stays() -> None:
    at = datetime(2027, 7, 28, 9, tzinfo=CHINA)
    odd = Info(
        event="暴⾬",
        sender_name="云岭县⽓象台",
        headline="⻩⾊预警",
        description="⻘⽯镇100毫⽶",
        instruction="远离河⽔",
        areas=(Area("⻘⽯镇"),),
        parameters=(Pair("ColorCode", "⻩"),),
    )
    alert = legible(Alert("⾬1", "county", at, None, None, None, "⽕", infos=(odd,)))
    info = alert.infos[0]
    assert (alert.identifier, alert.note) == ("⾬1", "火")
    assert (info.event, info.sender_name, info.headline) == ("暴雨", "云岭县气象台", "黄色预警")
    assert (info.description, info.instruction) == ("青石镇100毫米", "远离河水")
    assert (info.areas[0].description, info.parameters[0].value) == ("青石镇", "黄")
    plain = Alert("1", "county", at, None, None, None, infos=(Info(description="青石镇"),))
    assert legible(plain) is plain


def test_no_radical_of_a_common_character_is_left() -> None:
    kangxi = "".join(map(chr, range(0x2F00, 0x2FD6)))
    simplified = [
        chr(code) for code in range(0x2E80, 0x2EF4) if "SIMPLIFIED" in unicodedata.name(chr(code), "")
    ]
    assert all(0x3400 <= ord(sign) <= 0x9FFF for sign in ordinary(kangxi))
    assert all(0x3400 <= ord(ordinary(sign)) <= 0x9FFF for sign in simplified)


@pytest.mark.parametrize(
    "raw",
    [
        "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'><identifier>1</identifier><sender>s</sender>"
        "<sent>2027-07-28T10:00:00+08:00</sent><info><headline>暴⾬</headline></info></alert>",
        '{"identifier": "1", "sender": "s", "sent": "2027-07-28T10:00:00+08:00",'
        '"status": "Actual", "msgType": "Alert", "event": "雨", "headline": "暴⾬"}',
    ],
)
def test_readers_give_ordinary_characters(raw: str) -> None:
    assert parse(raw.encode())[0].infos[0].headline == "暴雨"
