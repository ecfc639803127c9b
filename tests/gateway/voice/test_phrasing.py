"""Texts become pieces: at their marks, not too short, not too long, and the same clause always alike."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.voice.engines import Lengths
from gateway.voice.mandarin.lexicon import OURS
from gateway.voice.mandarin.words import words
from gateway.voice.phrasing import joined, phrased
from gateway.voice.piece import ENDS, MARKS, Piece, Word
from gateway.voice.text.spoken import spoken

LENGTHS = Lengths(5, 25)


def pieces(text: str) -> list[str]:
    return [piece.written for piece in phrased(text, OURS, LENGTHS)]


def length(piece: Piece) -> int:
    return sum(word.size for word in piece.words)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", []),
        ("……“”", []),
        ("立即转移！", ["立即转移！"]),
        ("立即转移", ["立即转移。"]),
        ("预警广播，预警广播。", ["预警广播，预警广播。"]),
        ("石桥村请注意，水库即将泄洪。", ["石桥村请注意，", "水库即将泄洪。"]),
        ("东村、西村、北村。", ["东村、西村、北村。"]),
        ("注意，水库即将泄洪。", ["注意，水库即将泄洪。"]),
        ("水库即将泄洪，快跑。", ["水库即将泄洪，快跑。"]),
        ("水库即将泄洪，快跑。请相互转告做好防范。", ["水库即将泄洪，快跑。", "请相互转告做好防范。"]),
        ("立即转移！带好老人孩子。", ["立即转移！带好老人孩子。"]),
        ("带好老人孩子。立即转移！", ["带好老人孩子。立即转移！"]),
        ("带好老人孩子。快跑！山洪已经来了。", ["带好老人孩子。", "快跑！山洪已经来了。"]),
        ("预警（红色）“立即转移”！", ["预警，红色，立即转移！"]),
        ("AED设备在GPS定位点。", ["AED设备在GPS定位点。"]),
        ("请到花儿沟集合。", ["请到花儿沟集合。"]),
    ],
)
def test_a_text_is_cut_like_this(text: str, wanted: list[str]) -> None:
    assert pieces(text) == wanted


def test_a_voice_that_wants_whole_texts_keeps_the_texts_of_a_script_apart() -> None:
    whole = Lengths(10_000, 10_000)
    texts = ("紧急通知。", "石桥村可能发生山洪，请立即转移。", "请相互转告，做好防范。")
    said = joined([piece for text in texts for piece in phrased(text, OURS, whole)], whole)
    assert [piece.written for piece in said] == ["紧急通知。石桥村可能发生山洪，请立即转移。", texts[2]]


def test_a_long_clause_is_cut_at_an_inner_mark_or_before_a_verb() -> None:
    assert pieces("青石镇、白云乡、晓天镇、柳河乡、石桥村、曾家湾村、王家坝村的群众请注意防范。") == [
        "青石镇、白云乡、晓天镇、柳河乡、石桥村、",
        "曾家湾村、王家坝村的群众请注意防范。",
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "云岭县气象台7月28日14时30分发布暴雨红色预警信号。",
            ["云岭县气象台", "七月二十八日十四时三十分", "发布暴雨红色预警信号。"],
        ),
        (
            "云岭县水利局和云岭县气象局7月28日15时联合发布山洪灾害气象红色预警。",
            ["云岭县水利局和云岭县气象局", "七月二十八日十五时", "联合发布山洪灾害气象红色预警。"],
        ),
        (
            "云岭县气象台7月29日2时5分将暴雨橙色预警信号升级为暴雨红色预警信号。",
            ["云岭县气象台", "七月二十九日两时零五分", "将暴雨橙色预警信号升级为暴雨红色预警信号。"],
        ),
        ("云岭县气象台9时发布暴雨红色预警信号。", ["云岭县气象台九时", "发布暴雨红色预警信号。"]),
        ("云岭县气象台继续发布暴雨红色预警信号。", ["云岭县气象台", "继续发布暴雨红色预警信号。"]),
        (
            "云岭县气象台二十八日十时整解除高温红色预警。",
            ["云岭县气象台", "二十八日十时整", "解除高温红色预警。"],
        ),
        ("县里解除暴雨蓝色预警信号。", ["县里解除暴雨蓝色预警信号。"]),
        ("云岭县气象台发布重要天气报告请注意收听。", ["云岭县气象台发布重要天气报告请注意收听。"]),
    ],
)
def test_what_is_issued_and_when_are_pieces_of_their_own(text: str, wanted: list[str]) -> None:
    assert pieces(text) == wanted


@pytest.mark.parametrize(
    ("text", "lengths", "wanted"),
    [
        (
            "沿河低洼地带群众和学生、立即转移到石桥村小学操场集合等待通知。",
            (5, 25),
            ["沿河低洼地带群众和学生、", "立即转移到石桥村小学操场集合等待通知。"],
        ),
        ("石桥村群众、立即向高处转移了。", (6, 12), ["石桥村群众、立即", "向高处转移了。"]),
        ("请石桥村群众走、立即转移了。", (1, 6), ["请石桥村群众", "走、立即转移了。"]),
    ],
    ids=["a mark that is not in the middle", "not too short for a mark", "not too long for a mark"],
)
def test_a_mark_inside_is_the_best_place_if_the_parts_keep_their_lengths(
    text: str, lengths: tuple[int, int], wanted: list[str]
) -> None:
    assert [piece.written for piece in phrased(text, OURS, Lengths(*lengths))] == wanted


def test_a_numeral_stays_with_its_measure() -> None:
    for count in range(101, 130):
        text = f"请沿河低洼地带受到洪水威胁的群众和学生{count}户{count}人全部立即转移到村小学"
        assert not any(piece.endswith(tuple("一二三四五六七八九十百")) for piece in pieces(text))


def test_a_sentence_of_latin_words_is_english_and_stays_apart() -> None:
    said = phrased("注意安全了吗。Stay away! 快跑到高处去。", OURS, LENGTHS)
    assert [(piece.language, piece.written) for piece in said] == [
        ("zh", "注意安全了吗。"),
        ("en", "Stay away！"),
        ("zh", "快跑到高处去。"),
    ]


def test_erhua_has_a_syllable_of_its_own() -> None:
    (piece,) = phrased("请到花儿沟集合。", OURS, LENGTHS)
    assert piece.syllables[2:5] == ("hua1", "er2", "gou1")


def test_short_texts_of_a_script_are_joined_to_what_follows() -> None:
    texts = ("紧急通知。", "石桥村可能发生山洪，请立即转移。", "请相互转告，做好防范。", "测试完毕。")
    said = joined([piece for text in texts for piece in phrased(text, OURS, LENGTHS)], LENGTHS)
    assert [piece.written for piece in said] == [
        "紧急通知。石桥村可能发生山洪，",
        "请立即转移。",
        "请相互转告，做好防范。测试完毕。",
    ]


OPENINGS = (
    "预计未来三小时降雨量将达一百毫米以上",
    "请沿河群众立即转移",
    "青石镇、白云乡、晓天镇山洪风险极高",
)


@given(st.permutations(OPENINGS), st.sampled_from("，。；！"))
def test_the_same_clause_in_another_text_is_the_same_piece(order: list[str], mark: str) -> None:
    assert pieces(mark.join(order) + "。") == [opening + mark for opening in order[:-1]] + [order[-1] + "。"]


WORDS = """立即 转移 到 石桥村 的 群众 山洪 一百零五 户 请 沿河 降雨量 AED 注意 快跑 、 ， 。 ！ ； ："""
CLAUSES = st.lists(st.sampled_from(WORDS.split()), max_size=30).map("".join)


def wanted(text: str) -> list[Word]:
    """The words of a text with a full stop at their end."""
    found = words(spoken(text).words, OURS)
    if found and found[-1].mark not in tuple(ENDS):
        found[-1] = replace(found[-1], mark="。")
    return found


@given(CLAUSES, st.integers(1, 8), st.integers(16, 30))
def test_no_word_is_lost_and_every_piece_keeps_its_length(text: str, least: int, most: int) -> None:
    said = phrased(text, OURS, Lengths(least, most))
    assert [word for piece in said for word in piece.words] == wanted(text)
    assert all(length(piece) <= most for piece in said)
    if sum(word.size for word in wanted(text)) >= least and {piece.language for piece in said} == {"zh"}:
        assert all(length(piece) >= least for piece in said)
    assert said == phrased(text, OURS, Lengths(least, most))
    again = joined(said, Lengths(least, most))
    assert [word for piece in again for word in piece.words] == wanted(text)
    assert again == joined(again, Lengths(least, most))


@given(st.text(max_size=60))
def test_no_text_raises(text: str) -> None:
    said = phrased(text, OURS, LENGTHS)
    assert [word for piece in said for word in piece.words] == wanted(text)
    assert all(word.mark == "" or word.mark in MARKS for piece in said for word in piece.words)
