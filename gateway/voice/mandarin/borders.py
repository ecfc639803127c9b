"""The borders of words in a run of Chinese characters.

A neural voice learnt from words: without their borders it is misheard nearly twice as often. The words come
from `vocabulary.toml`, from the dictionary's phrases, from the lexicon, and from the forms of numbers and of
places' names. The way of least cost through them is taken. A character that no word covers is a word of one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from importlib import resources
from typing import NamedTuple

from gateway.voice.mandarin import dictionary
from gateway.voice.mandarin.lexicon import OURS, Lexicon

_TABLE = {
    name: words.split()
    for name, words in tomllib.loads(
        (resources.files("gateway.voice.mandarin") / "vocabulary.toml").read_text("utf-8")
    ).items()
}
KNOWN = {word: name for name in ("things", "adverbs", "verbs") for word in _TABLE[name]}
"""The words of the vocabulary with their kind, but for those of one syllable that tie others."""
TIES, _PARTICLES, _INSIDE = (frozenset(_TABLE[name]) for name in ("ties", "particles", "inside"))
_TOWARD, _SUFFIXES, _NOT_WORDS = (frozenset(_TABLE[name]) for name in ("toward", "suffixes", "not_words"))
_TIMES, _MEASURES = (frozenset(_TABLE[name]) for name in ("times", "measures"))


def is_verb(word: str) -> bool:
    """Whether the vocabulary has this word as something that is done."""
    return KNOWN.get(word) == "verbs"


def _is_act(word: str) -> bool:
    """Whether it is something that is done, or how it is done."""
    return KNOWN.get(word) in ("verbs", "adverbs")


_LONGEST = 5
"""Characters of a word of the dictionary at most: a longer phrase is a saying. Our choice."""
_FIGURES = "零一二三四五六七八九幺"
NUMERALS = _FIGURES + "十百千万亿两几半"
_NUMBER = re.compile(rf"(?:(?!千[米克瓦])[{NUMERALS}])+(?:点[{_FIGURES}]+(?![{NUMERALS}]*[分刻]))?[多余]?")
_SPAN = re.compile(rf"[{NUMERALS}][到至][{NUMERALS}](\w)")
"""A short span with its unit: 六到七级."""
_ORDINAL = re.compile(rf"[第每][{NUMERALS}]+")
_MEASURED, _DATED = 3, 4
"""Syllables of a word of a numeral and a measure at most, and of a numeral and a unit of time."""
_FIGURE_GROUP = 6
"""Syllables of a word of a long number at most. Our choice."""


class Cost(NamedTuple):
    """The cost of a word in a way through the run. The way of least cost is taken. Our choice: they were set
    by trying, over sentences that are not those of the test."""

    known: float = 1.0
    """A word of the vocabulary."""
    tie: float = 1.05
    """One of its words of one syllable that stand between others."""
    number: float = 1.1
    """A numeral, alone or with its measure."""
    short: float = 1.2
    """A known word of one syllable that is no tie."""
    phrase: tuple[float, ...] = (0.0, 0.0, 1.25, 1.45, 2.05, 2.2)
    """A phrase of the dictionary, by its length."""
    name: tuple[float, ...] = (0.0, 0.0, 1.55, 1.9, 2.2, 3.4)
    """What has the form of a place's name, by its length."""
    water: float = 0.25
    """More for a name that ends like a river's or a hill's, not like a village's."""
    alone: float = 1.8
    """A character of which nothing is known."""


COST = Cost()


class Kind(NamedTuple):
    """A word in a run, and its kind."""

    written: str
    """Its characters."""
    kind: str
    """`known`, `tie`, `number`, `measured`, `phrase`, `name`, `alone`, or the particle's own: `particle`."""


def cut(run: str, lexicon: Lexicon = OURS) -> list[str]:
    """The words of a run of Chinese characters. Raises NoDictionary."""
    words = [word for kind in _cheapest(run, lexicon) for word in _shorter(kind)]
    return [word.written for word in _joined(words)]


def _cheapest(run: str, lexicon: Lexicon) -> list[Kind]:
    """The words of the way of least cost. Of two such ways the one with the longer last words."""
    inside = {at for number in _NUMBER.finditer(run) for at in range(number.start() + 1, number.end())}
    taught = {start: len(phrase) for start, phrase in lexicon.found(run)}
    best: list[tuple[float, Kind | None]] = [(0.0, None), *[(float("inf"), None)] * len(run)]
    for start in range(len(run)):
        before = best[start][0]
        words = _words_at(run, start, taught.get(start, 0), lexicon)
        for length, cost, kind in words if start in inside else (*words, *_numbers(run, start)):
            if before + cost < best[start + length][0] - 1e-9:
                best[start + length] = before + cost, Kind(run[start : start + length], kind)
    way: list[Kind] = []
    end = len(run)
    while end:
        word = best[end][1]
        assert word is not None  # a character alone is always a word
        way.append(word)
        end -= len(word.written)
    return way[::-1]


def _words_at(run: str, start: int, taught: int, lexicon: Lexicon) -> Iterator[tuple[int, float, str]]:
    """The words that may begin here: length, cost and kind."""
    sign, left = run[start], len(run) - start
    yield _single(sign)
    phrases = dictionary.lengths(run, start, min(left, _LONGEST))
    for length in range(2, min(left, _LONGEST) + 1):
        word = run[start : start + length]
        if word in KNOWN:
            yield length, COST.known, "known"
        elif length in phrases and word not in _NOT_WORDS:
            yield length, COST.phrase[length], "phrase"
        named = length - 1 in phrases and not _is_act(word[:-1])  # 太平村
        if word[-1] in _SUFFIXES and (named or _is_name(word)):
            village = word[-1] in _VILLAGES
            yield length, COST.name[length] + (0 if village else COST.water), "name"
    if taught > 1:
        yield from _taught(run[start : start + taught], lexicon)


def _single(sign: str) -> tuple[int, float, str]:
    if sign in _PARTICLES:
        return 1, COST.tie, "particle"
    if sign in TIES:
        return 1, COST.tie, "tie"
    if sign in _INSIDE:
        return 1, COST.number, "known"
    return (1, COST.short, "known") if sign in KNOWN else (1, COST.alone, "alone")


_VILLAGES = frozenset("省市县区旗盟州乡镇村屯寨庄组")


def _is_name(word: str) -> bool:
    """Whether these characters may be the name of a place: none of them ties words, and no two are an act.

    A numeral may begin it where it counts nothing: 万佛湖.
    """
    stem, first = word[:-1], word[0]
    if len(stem) == 1:
        return not (stem in _MEASURES or is_verb(stem) or stem in NUMERALS or _ties(stem))
    counts = first in NUMERALS and (stem[1] in _MEASURES or stem[1] in _TIMES or word[1:3] in KNOWN)
    if counts or word[-2:] in KNOWN or (len(stem) > 2 and stem[:2] in KNOWN):
        return False
    if any(sign in NUMERALS for sign in stem[1:]) or not _VILLAGES.isdisjoint(stem):
        return False
    return not any(map(_ties, stem)) and not any(_is_act(stem[at : at + 2]) for at in range(len(stem) - 1))


def _ties(sign: str) -> bool:
    return sign in TIES or sign in _PARTICLES


def _taught(phrase: str, lexicon: Lexicon) -> Iterator[tuple[int, float, str]]:
    """A phrase of the lexicon as a word.

    The site teaches names. The product's own phrases are words if they are short, or end like a name: others
    show a character in its neighbourhood.
    """
    if phrase not in OURS.phrases:
        yield len(phrase), COST.known, "name"
    elif len(phrase) == 2 or phrase[-1] in _SUFFIXES:
        yield len(phrase), COST.name[min(len(phrase), 3)] - 0.3, "name"


def _numbers(run: str, start: int) -> Iterator[tuple[int, float, str]]:
    """Numerals that begin here, alone and with their measure: 十二, 十二户, 第三批, 二十八日, 六到七级."""
    found = _NUMBER.match(run, start) or _ORDINAL.match(run, start)
    if not found:
        return
    length = found.end() - start
    yield length, COST.number if length > 1 else COST.short, "number"
    unit = run[found.end() : found.end() + 1]
    dated = unit in _TIMES and (length < _DATED or unit == "年")
    if unit and (dated or (unit in _MEASURES and length < _MEASURED)):
        even = unit in ("点", "时") and run[found.end() + 1 : found.end() + 2] in ("半", "整")
        yield length + 1 + even, COST.number, "measured"
    elif (span := _SPAN.match(run, start)) and span[1] in _MEASURES | _TIMES:
        yield span.end() - start, COST.number, "measured"


def _shorter(word: Kind) -> Iterator[Kind]:
    """A long number in groups, as it is spoken: 三万 五千六百二十一. Other words stay."""
    if word.kind != "number" or len(word.written) <= _FIGURE_GROUP:
        yield word
        return
    for part in re.findall(r"[^亿万点]+[亿万]*|点[^亿万]*|[亿万]+", word.written):
        if len(part) <= _FIGURE_GROUP:
            groups = [part]
        elif set(part) & set("十百千"):
            groups = re.findall(r"[^百]+百?|百", part)
        else:
            groups = [part[at : at + 4] for at in range(0, len(part), 4)]
        yield from (Kind(group, "number") for group in groups)


def _joined(words: list[Kind]) -> list[Kind]:
    """The words, after those of one syllable are joined to the neighbour with which they are spoken."""
    done: list[Kind] = []
    for word in words:
        if done and (kind := _fits(done[-1], word)):
            done[-1] = Kind(done[-1].written + word.written, kind)
        else:
            done.append(word)
    return done


_LONGEST_JOINED = 5


def _fits(before: Kind, word: Kind) -> str:
    """The kind of the two as one word, or "" if they are two."""
    if len(before.written) + len(word.written) > _LONGEST_JOINED:
        return ""
    return next((kind for rule in _RULES if (kind := rule(before, word))), "")


_MAY = "不可能必应"
"""A verb that begins like this is no verb that 过 ends: in 不能过 it stands for itself."""


def _particle(before: Kind, word: Kind) -> str:
    crosses = word.written == "过" and before.kind == "known" and before.written[0] in _MAY
    return "particle" if word.kind == "particle" and before.kind != "particle" and not crosses else ""


def _inside(before: Kind, word: Kind) -> str:
    """村里, 小时内, 三天内, 打雷时, 空旷处."""
    thing = before.kind in ("phrase", "name", "measured") or (
        before.kind == "known" and (not _is_act(before.written) or word.written == "处")
    )
    if len(before.written) > 3 or before.kind == "particle":
        return ""
    when = word.written == "时" and before.kind in ("known", "phrase")
    return "inside" if when or (thing and word.written in _INSIDE) else ""


def _suffix(before: Kind, word: Kind) -> str:
    """和平镇, 曾家湾村: names whose first character could also tie words."""
    if before.kind == word.kind == "name" and len(before.written) == len(word.written) == 2:
        return "" if before.written[-1] in _VILLAGES else "name"
    if before.kind == "name" and len(before.written) == 2 and before.written[-1] not in _SUFFIXES:
        return "name" if word.written in _SUFFIXES else ""  # 曾家湾
    if before.kind == "measured" and before.written[1:] in ("里", "家"):
        return "name" if word.written in _SUFFIXES else ""  # 七里村
    stem = before.kind in ("phrase", "alone", "name") and 1 < len(before.written) < 4
    return "name" if stem and word.kind != "particle" and word.written in _VILLAGES else ""


_WHITHER = frozenset(way + to for way in "上下进出回过起" for to in "来去")


def _toward(before: Kind, word: Kind) -> str:
    """跑到, 锁住, 照顾好, 跑出来, 滚下来."""
    short = len(before.written) == 1 and (before.kind == "alone" or is_verb(before.written))
    if short:
        return "phrase" if word.written in _TOWARD or word.written in _WHITHER else ""
    away = before.written[1:] + word.written in _WHITHER and is_verb(before.written[0])
    return "phrase" if away or (word.written == "好" and is_verb(before.written)) else ""


_DEGREES = frozenset("很太最更较极越先再")


def _denied(before: Kind, word: Kind) -> str:
    """不去, 不离开, 很高, 每两."""
    if before.written == "不" and (len(word.written) == 1 or is_verb(word.written)):
        return "phrase"
    if before.written in _DEGREES and len(word.written) == 1:
        return "phrase"
    counted = before.written == "每" and word.kind in ("number", "measured") and len(word.written) < 3
    return "measured" if counted else ""


def _unknown(before: Kind, word: Kind) -> str:
    """Characters of which nothing is known, beside each other or beside one verb: most are a name or a
    word."""
    if before.kind == word.kind == "alone":
        return "alone" if len(before.written) < 3 else ""
    kinds = {before.kind, word.kind}
    return "phrase" if kinds == {"alone", "known"} and len(before.written) == len(word.written) == 1 else ""


_RULES: tuple[Callable[[Kind, Kind], str], ...] = (_particle, _inside, _suffix, _toward, _denied, _unknown)
