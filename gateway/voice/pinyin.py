"""Words → toned syllables: pypinyin's dictionary, our readings over it, and the sandhi of 一 and 不.

Citation tones otherwise: espeak-ng does the third-tone sandhi itself, twice would be wrong.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

_HAN = re.compile(r"[\u3400-\u9fff]+")


@cache
def _readings() -> dict[str, tuple[str, ...]]:
    table = tomllib.loads((resources.files("gateway.voice") / "readings.toml").read_text("utf-8"))
    return {phrase: tuple(reading.split()) for phrase, reading in table.items()}


@cache
def _ours() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _readings()), key=len, reverse=True)))


def syllables(words: str) -> list[str]:
    """One item for each character: `zhong4` for a Chinese one, anything else as it stands. Neutral tone is 5, ü is written v."""
    found: list[str] = []
    start = 0
    for run in _HAN.finditer(words):
        found += words[start : run.start()]
        found += _sandhi(run.group(), _run(run.group()))
        start = run.end()
    return found + list(words[start:])


def _run(run: str) -> list[str]:
    """The syllables of a run of Chinese characters: our readings first, the dictionary between them."""
    found: list[str] = []
    start = 0
    dictionary = _dictionary(run)
    for ours in _ours().finditer(run):
        found += dictionary[start : ours.start()] + list(_readings()[ours.group()])
        start = ours.end()
    return found + dictionary[start:]


def _dictionary(run: str) -> list[str]:
    # pypinyin costs 50 MB and a third of a second: only who speaks pays.
    from pypinyin import Style, lazy_pinyin

    spelt: list[str] = lazy_pinyin(run, style=Style.TONE3, neutral_tone_with_five=True, errors=list)  # type: ignore[arg-type]
    assert len(spelt) == len(run), (run, spelt)
    return spelt


def _sandhi(run: str, spelt: list[str]) -> list[str]:
    """一 is yi2 before a fourth tone and yi4 before others, but yi1 in numbers and ordinals; 不 is bu2 before a fourth tone."""
    done = list(spelt)
    for index, character in enumerate(run[:-1]):
        following = spelt[index + 1][-1]
        if character == "不" and following == "4":
            done[index] = "bu2"
        elif character == "一" and not _number(run, index):
            done[index] = "yi2" if following == "4" else "yi4"
    return done


_NUMERALS = frozenset("零一二三四五六七八九十百千万亿点第幺两年月日号")


def _number(run: str, index: int) -> bool:
    """一百 and 一千 change (yi4 bai3), 十一月 and 第一 and 二零一一 do not."""
    before, after = run[index - 1] if index else "", run[index + 1]
    if before and before in "第十点零二三四五六七八九幺":
        return True
    return after in "零一二三四五六七八九十点月日号幺" and after not in "百千万亿"
