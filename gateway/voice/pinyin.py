"""Words → toned syllables: a dictionary, our readings over it, and the sandhi of 一 and 不.

Citation tones otherwise: espeak-ng does the third-tone sandhi itself, twice would be wrong.
"""

from __future__ import annotations

import re

from gateway.voice import dictionary
from gateway.voice.lexicon import OURS, Lexicon

_HAN = re.compile(r"[\u3400-\u9fff]+")


def syllables(words: str, lexicon: Lexicon = OURS) -> list[str]:
    """One item for each character: `zhong4` for a Chinese one, anything else as it stands. Neutral tone is 5, ü is written v. What `lexicon` has
    goes before the dictionary."""
    found: list[str] = []
    start = 0
    for run in _HAN.finditer(words):
        found += words[start : run.start()]
        found += _run(run.group(), lexicon)
        start = run.end()
    return found + list(words[start:])


def _run(run: str, lexicon: Lexicon) -> list[str]:
    """The syllables of a run of Chinese characters: the lexicon's stand as they are, the dictionary's between them change with what follows."""
    spelt = dictionary.spelt(run)
    given = {
        start + place: syllable
        for start, reading in lexicon.found(run)
        for place, syllable in enumerate(reading)
    }
    for place, syllable in given.items():
        spelt[place] = syllable
    return [given.get(place, syllable) for place, syllable in enumerate(_sandhi(run, spelt))]


def _sandhi(run: str, spelt: list[str]) -> list[str]:
    """一 is yi2 before a fourth tone and yi4 before others unless it counts or names; 不 is bu2 before a fourth tone; 为 before a value is wei2;
    长 is long, as in place names, where nobody is the head of something and nothing grows."""
    done = list(spelt)
    for index, character in enumerate(run):
        before, after = run[index - 1 : index], run[index + 1 : index + 2]
        fourth = bool(after) and spelt[index + 1][-1] == "4"
        if character == "不" and fourth:
            done[index] = "bu2"
        elif character == "一" and after:
            done[index] = _one(before, after, run[index + 2 : index + 3], fourth)
        elif character == "为" and (not after or after in _VALUES):
            done[index] = "wei2"
        elif character == "长" and after and before not in _HEADED and after not in _GROWN:
            done[index] = "chang2"
    return done


_HEADED = frozenset(
    "村组乡镇县市省区州局院校河湖林路站队班所处科部司厅会行厂店首社团连排营街段家年增生成助疯上滋消见"
)
_GROWN = frozenset("大出势辈者老官满高子进成")
_DIGITS = "零一二三四五六七八九幺"
_VALUES = _DIGITS + "十百千万两红橙黄蓝负"
_CITED_AFTER = _DIGITS + "十点第初期周之唯统"
"""After these 一 keeps its first tone: 十一, 第一, 星期一, 之一, 统一."""
_CITED_BEFORE = _DIGITS + "十月日号级楼组"
"""Before these 一 is a figure or a name: 一月, 一级响应, 一组."""


def _one(before: str, after: str, second: str, fourth: bool) -> str:
    if before == after:  # 看一看
        return "yi5"
    decimal = after == "点" and bool(second) and second in _DIGITS
    listed = after == "是" and not before
    if decimal or listed or (before and before in _CITED_AFTER) or after in _CITED_BEFORE:
        return "yi1"
    if before == "万" and after not in "百千":
        return "yi1"
    return "yi2" if fourth else "yi4"
