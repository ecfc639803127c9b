"""What is rehearsed are the very pieces of which real warnings are made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import chain, islice, takewhile

import pytest

from gateway.announcements import script
from gateway.announcements.stock import stock
from gateway.announcements.template import notice, order
from gateway.model.deed import Deed
from gateway.model.hazard import Hazard, Level
from gateway.model.region import Region
from gateway.model.reminder import Reminder
from gateway.model.speaker import Refuge, Roster, Speaker, Village
from gateway.voice.engines import Lengths
from gateway.voice.mandarin.lexicon import OURS
from gateway.voice.phrasing import phrased
from gateway.voice.piece import Piece
from gateway.voice.repertoire import Past, repertoire
from tests.support import small_repertoire

LENGTHS = Lengths(5, 25)
"""Those of a neural voice that says no good tones in less."""
BRIDGE = Region("341523113201")
REFUGE = Refuge("村小学", "村道", "张三", "13812345678")
ROSTER = Roster(
    1,
    (Village(BRIDGE, "石桥村", refuge=REFUGE),),
    (Speaker("square", "广场", BRIDGE, "bus", 1),),
    reminders=(Reminder("青石镇应急办提醒：沟口的住户听从村干部安排。"),),
)
PAST = Past(("梅岭县气象台",), ("目前强降雨云团已影响我县青石镇，强度维持。",))
NOW = datetime(2027, 7, 28, 2, 5, tzinfo=UTC)
RAIN = Hazard("11B03", "暴雨", "rainstorm")


def cut(text: str) -> Sequence[Piece]:
    return phrased(text, OURS, LENGTHS)


@cache
def rehearsed() -> tuple[Piece, ...]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gateway.voice.repertoire.table", small_repertoire.table)
        return tuple(chain.from_iterable(repertoire(cut, ROSTER, PAST, NOW)))


@pytest.mark.parametrize(
    "sentences",
    [
        tuple(stock()),
        order(Deed.MOVE, "11A51", {"place": "石桥村", **REFUGE.fields}).sentences,
        order(Deed.SHELTER, "11A01", {"place": "石桥村", **REFUGE.fields}).sentences,
        script.lift("梅岭县气象台", RAIN, Level.ORANGE, None).sentences,
        script.lift("梅岭县气象台", RAIN, Level.RED, NOW.replace(minute=0), moved=True).sentences,
        script.correction("梅岭县气象台", RAIN, Level.RED).sentences,
        script.left("梅岭县气象台", RAIN, Level.YELLOW).sentences,
        (
            *PAST.sentences,
            "青石镇应急办提醒：沟口的住户听从村干部安排。",
            "以上是梅岭县气象台预警。",
            "预警级别，红色。",
        ),
    ],
    ids=["fixed", "move", "shelter", "lift", "lift at the hour", "correction", "left", "site"],
)
def test_what_is_known_word_for_word_is_rehearsed_whole(sentences: tuple[str, ...]) -> None:
    missing = [piece.written for text in sentences for piece in cut(text) if piece not in rehearsed()]
    assert missing == []


def test_a_short_sentence_is_rehearsed_as_it_is_joined_to_the_next() -> None:
    told = notice("suspension", {})
    assert len(cut(told.sentences[0])[0].syllables) < LENGTHS.least
    assert set(cut(told.text)) <= set(rehearsed())


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("梅岭县气象台7月28日14时28分发布暴雨橙色预警信号。", 1),
        ("梅岭县气象台8月3日9时5分继续发布暴雨红色预警信号。", 1),
        ("梅岭县气象台7月28日11时发布暴雨红色预警信号。", 0),
        ("预计未来6小时将出现120毫米以上的降雨，并可能伴有雷电、短时大风，请注意防范。", 0),
        ("预计未来3小时石桥村将有100毫米以上强降雨，山洪、滑坡风险极高，请立即转移避险。", 0),
        ("预计未来12小时全县大部仍有30到50毫米降水，最大小时雨强40毫米，请注意防范。", 2),
    ],
)
def test_of_a_new_text_only_what_nobody_knows_is_lacking(text: str, lacking: int) -> None:
    missing = [piece.written for piece in cut(text) if piece not in rehearsed()]
    assert len(missing) == lacking, missing


def test_each_piece_is_rehearsed_once_and_none_is_a_name_alone() -> None:
    pieces = rehearsed()
    assert len(pieces) == len({(piece.written, piece.syllables) for piece in pieces})
    assert not [piece.written for piece in pieces if piece.written.strip("，。") == "石桥村"]
    short = [piece.written for piece in pieces if len(piece.syllables) < LENGTHS.least]
    assert set(short) <= {"紧急通知。", "返回通知。", "测试完毕。", "停课停工。"}, "whole sentences of ours"


def test_the_fixed_sentences_come_first_then_the_villages_orders() -> None:
    first = [piece for text in stock() for piece in cut(text)]
    assert list(islice(rehearsed(), len(set(first)))) == list(dict.fromkeys(first))
    orders = takewhile(lambda piece: "预警级别" not in piece.written, rehearsed()[len(set(first)) :])
    assert any("立即沿村道转移到村小学" in piece.written for piece in orders)


@pytest.mark.slow
def test_a_site_of_twelve_villages_fits_into_a_night() -> None:
    """An hour and a half of one core, at the pace of one thread (docs/performance.md)."""
    names = ("石桥", "河湾", "山背", "白云", "枫岗", "上店", "河口", "柳林", "青石", "沙河", "湾潭", "大坪")
    villages = tuple(
        Village(Region(f"3415231132{number:02d}"), f"{name}村", refuge=REFUGE)
        for number, name in enumerate(names)
    )
    seconds = sum(
        0.9 + 0.115 * len(piece.syllables)
        for piece in chain.from_iterable(repertoire(cut, Roster(1, villages, ()), PAST, NOW))
    )
    assert seconds < 1.5 * 3600


def test_tomorrow_other_hours_are_rehearsed() -> None:
    said = {piece.written for piece in rehearsed()}
    assert any("七月二十八日十一时" in words for words in said)
    assert any("七月二十九日" in words for words in said)
    assert not any("七月三十一日" in words for words in said)
