"""The texts that our voices can say, and a block without the others."""

from __future__ import annotations

import pytest

from gateway.announcements.sayable import UNNAMED, foreign, sayable, spoken_of
from gateway.model.alert import Pair
from tests.support.judge_cases import info

TIBETAN = "ཆར་ཆུ་ཆེན་པོ་འབབ་ངེས་ཡིན་པས་གཟབ་ནན་གནང་རོགས།"


@pytest.mark.parametrize(
    ("text", "can"),
    [
        ("", True),
        ("暴雨红色预警", True),
        ("Heavy rain, 100 mm", True),
        ("12:30", True),
        ("请青石镇ཀ村群众立即转移", True),
        (TIBETAN, False),
        ("暴雨" + TIBETAN, False),
        ("Сильный дождь", False),
    ],
    ids=["empty", "Chinese", "Latin", "no letter", "a foreign name", "Tibetan", "mostly Tibetan", "Russian"],
)
def test_chinese_and_latin_letters_can_be_said(text: str, can: bool) -> None:
    assert sayable(text) is can


def test_a_block_in_a_foreign_script_keeps_only_the_texts_that_can_be_said() -> None:
    block = info(description=TIBETAN, instruction=TIBETAN, headline=TIBETAN)
    assert foreign(block)
    spoken = spoken_of(block)
    assert (spoken.headline, spoken.description, spoken.instruction) == ("", "", "")
    assert spoken.sender_name == block.sender_name
    assert not foreign(info())
    assert spoken_of(info()) == info()


def test_an_event_that_cannot_be_said_becomes_the_hazards_name_by_its_code() -> None:
    known = info(event=TIBETAN, headline=TIBETAN, event_codes=(Pair("eventCode", "11B03"),))
    assert spoken_of(known).event == "暴雨"
    unknown = info(event=TIBETAN, headline=TIBETAN)
    assert spoken_of(unknown).event == UNNAMED
