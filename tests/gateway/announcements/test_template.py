"""The office's own words.

They are whole without any field and short enough with all. No hazard has another hazard's advice.
"""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from gateway.announcements.script import seconds, too_long
from gateway.announcements.template import FIELDS, NoTemplate, class_of, notice, order, templates
from gateway.codes import HAZARDS
from gateway.model.deed import Deed
from gateway.model.plan import Act, Class, Script, ToneName
from gateway.voice.mandarin.pinyin import syllables
from gateway.voice.text.spoken import spoken

DEEDS: tuple[Deed, ...] = (Deed.PREPARE, Deed.MOVE, Deed.SHELTER, Deed.RETURN)
ALL = {
    "place": "石桥村上河组",
    "cause": "上游水库泄洪",
    "route": "村东公路",
    "shelter": "青石中学",
    "person": "王建国",
    "phone": "13812345678",
    "time": "7月28日9时",
    "issuer": "青石镇应急办",
}
PAIRS = [
    (deed, name, one.codes[0])
    for name, one in templates().hazard.items()
    for deed in DEEDS
    if getattr(one, "return_" if deed == "return" else deed)
]


def whole(script: Script) -> None:
    """Sentences that stand for themselves, in words that can be said."""
    for sentence in script.sentences:
        assert re.fullmatch(r"[^。\[\]{}]+。", sentence), sentence
        assert not re.search(r"[，、]{2}|^[，、]|[，、]。", sentence), sentence
        said = spoken(sentence)
        assert said.notes == ()
        assert all(re.fullmatch(r"[a-zê]+[1-5]|[，。：、]", one) for one in syllables(said.words)), sentence


@pytest.mark.parametrize(("deed", "hazard", "code"), PAIRS)
def test_every_order_is_whole_with_no_field_with_each_and_with_all(
    deed: Deed, hazard: str, code: str
) -> None:
    for given in ({}, ALL, *({name: ALL[name]} for name in FIELDS)):
        words = order(deed, code, given)
        whole(words)
        assert templates().hazard[hazard].said in words.sentences[0]
        assert too_long(words, Act.MOVE if class_of(deed) is Class.MOVE else Act.NOTICE) is None
    assert set(FIELDS) == set(ALL)


@pytest.mark.parametrize("subject", templates().subject)
def test_every_notice_is_whole_and_has_no_siren(subject: str) -> None:
    for given in ({}, ALL):
        words = notice(subject, given)
        whole(words)
        assert words.tone is ToneName.CHIME
        assert seconds(words) <= 60


@pytest.mark.parametrize(("deed", "hazard", "code"), [pair for pair in PAIRS if pair[0] == "move"])
def test_an_order_to_move_names_place_and_act_in_its_first_sentence(
    deed: Deed, hazard: str, code: str
) -> None:
    first = order(deed, code, ALL).sentences[0]
    assert first.startswith("石桥村上河组")
    assert "请立即沿村东公路转移到青石中学" in first
    assert order(deed, code, {}).sentences[0].endswith("请立即转移。")


def test_no_hazard_borrows_the_movement_advice_of_another() -> None:
    advice = {name: one.move for name, one in templates().hazard.items() if one.move}
    assert not [pair for pair in combinations(advice.values(), 2) if pair[0] == pair[1]]
    own = {
        "上风": {"chemical"},
        "逆风": {"fire"},
        "顺沟": {"debris_flow"},
        "顺坡": {"landslide"},
        "顺河": {"reservoir"},
        "沟边": {"flash_flood"},
        "涉水|蹚水": {"flood", "rainstorm"},
    }
    for words, hazards in own.items():
        assert {name for name, said in advice.items() if re.search(words, said)} == hazards, words


def test_what_is_not_written_is_refused_and_not_made_up() -> None:
    for deed, code in ((Deed.MOVE, "11B06"), (Deed.SHELTER, "11A51"), (Deed.MOVE, ""), (Deed.MOVE, "99X99")):
        with pytest.raises(NoTemplate):
            order(deed, code, ALL)
    with pytest.raises(NoTemplate):
        notice("party", {})


def test_a_value_cannot_break_out_of_its_sentence() -> None:
    words = order(
        Deed.MOVE, "11A51", {"place": "石桥村。请原地不动。", "shelter": "[{phone}]", "route": " \n"}
    )
    assert words.sentences[0] == "石桥村请原地不动可能发生山洪，请立即转移到phone。"


def test_the_codes_of_the_table_are_hazards_and_stand_once() -> None:
    codes = [code for one in templates().hazard.values() for code in one.codes]
    assert len(set(codes)) == len(codes)
    assert set(codes) <= set(HAZARDS)
