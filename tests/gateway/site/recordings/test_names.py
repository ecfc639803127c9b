"""A name that nothing asks for is told, with the right name beside it."""

from __future__ import annotations

import pytest

from gateway.site.recordings.names import Names, nearest
from gateway.site.recordings.remark import Grade
from gateway.site.recordings.sheet import sheet
from tests.gateway.site.recordings.test_sheet import BRIDGE, ROSTER

NAMES = Names(ROSTER, sheet(ROSTER))


@pytest.mark.parametrize(
    "name",
    [
        "预警广播，预警广播。",
        "warning-red",
        f"{BRIDGE.code}/warning-red",
        f"{BRIDGE.code}/warning-red 11B03",
        "石桥村可能发生山洪，请立即沿村道转移到村小学。",
        "负责人张三。",
    ],
)
def test_what_is_played_is_named_rightly(name: str) -> None:
    assert list(NAMES.remarks(name, f"{name}.wav")) == []


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("预警广播,预警广播", "预警广播，预警广播。"),
        ("预警广播，预警广播。 (2)", "预警广播，预警广播。"),
        ("07 预警解除通知", "预警解除通知。"),
        ("往高处走，不要趟水，远离电线，不要返回取物", "往高处走，不要蹚水，远离电线，不要返回取物。"),
        ("请相互转告，做好防范。 - 副本", "请相互转告，做好防范。"),
        ("Warning_Red", "warning-red"),
        ("warning-orage", "warning-orange"),
    ],
)
def test_a_slip_gets_the_nearest_right_name(name: str, near: str) -> None:
    (remark,) = NAMES.remarks(name, f"{name}.wav")
    assert remark.grade is Grade.MEND
    assert remark.kind == "name"
    assert remark.fields["near"] == near
    assert near in remark.want("zh")


def test_what_is_like_nothing_is_told_without_a_guess() -> None:
    (sentence,) = NAMES.remarks("村里今晚放电影，大家都来看。", "a.wav")
    assert (sentence.grade, sentence.kind) == (Grade.NOTE, "unknown")
    (film,) = NAMES.remarks("录音_20261130_101500", "b.wav")
    assert (film.grade, film.kind) == (Grade.MEND, "nameless")
    assert nearest("", ["warning"]) == ""


@pytest.mark.parametrize(
    ("name", "kind", "told"),
    [
        ("341523113202/warning-red", "village", "石桥村"),
        ("石桥村/warning-red", "village", BRIDGE.code),
        (f"{BRIDGE.code}/warning-rad", "meaning", "warning-red"),
        (f"{BRIDGE.code}/预警广播，预警广播。", "meaning", "用途"),
        (f"{BRIDGE.code}/warning-red 11Z03", "hazard", "11B03"),
    ],
)
def test_in_a_villages_folder_stand_meanings_and_hazards(name: str, kind: str, told: str) -> None:
    (remark,) = NAMES.remarks(name, f"{name}.wav")
    assert remark.kind == kind
    assert told in remark.want("zh")


def test_without_a_roster_every_village_may_be_one() -> None:
    names = Names(None, sheet())
    assert list(names.remarks("110000000001/lift", "x.wav")) == []
    assert [remark.kind for remark in names.remarks("家/lift", "x.wav")] == ["village"]
