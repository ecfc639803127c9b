"""What a recogniser wrote down, as syllables, with every way in which its numbers can be read.

A recogniser writes 327.5 or 0556 where words were said. Nobody knows which words. So each number has all of
its plausible readings, and the measure takes the nearest. It does so for every voice.
"""

from __future__ import annotations

import re
from itertools import product

from gateway.quantities.numerals import cardinal, counted, digits
from gateway.voice.mandarin.lexicon import Lexicon
from gateway.voice.mandarin.pinyin import syllables
from gateway.voice.text.spoken import spoken
from tests.hearing.sentences import sounding

Segment = tuple[tuple[str, ...], ...]
"""A part of what was heard: its possible readings, each in toned syllables."""

_TOKEN = re.compile(r"(\d+(?:[.,:：]\d+)*[%％]?)|(℃|°C?|[-−–—~～])|([A-Za-z]+)")
_SIGNS = {"℃": ("摄氏度", "度"), "°C": ("摄氏度", "度"), "°": ("度", "")}
_DASH = ("", "到", "至", "零下", "负")
"""The readings of a dash: none between the groups of a telephone number."""
_NOT_HAN = re.compile(r"[^\u3400-\u9fff]+")
_SIMPLE = str.maketrans(
    "樓級號組長為萬兩點還處數發乾種轉樂調應傳彈見幾縣會車單沒給當間從勝興難強區覺論結燒個們著兒頭節係藏橫將盡捲"
    "銀雙來裡裏時過離開電話氣壓線報鎮莊",
    "楼级号组长为万两点还处数发干种转乐调应传弹见几县会车单没给当间从胜兴难强区觉论结烧个们着儿头节系藏横将尽卷"
    "银双来里里时过离开电话气压线报镇庄",
)
"""Traditional characters, which a recogniser writes as it likes, where a word of several readings holds
them: 長, 還, 一樓. The lexicon knows the words in simplified ones."""
LATIN = "latin0"
"""The syllable of a Latin word, which no Mandarin sentence holds: it counts as one wrong syllable."""
NEAR = 6
"""Characters on either side of a number from which 一 takes its tone. Our choice."""


def heard(text: str, lexicon: Lexicon) -> list[list[Segment]]:
    """The text in segments, once with every reading of its numbers, once as the product would say it.

    The second holds what only the whole text shows: 3/15 as a date.
    """
    text = text.translate(_SIMPLE)
    whole = sounding(syllables(_han(spoken(text).words), lexicon)) if text.strip() else ()
    return [_segments(text, lexicon), [(whole,)]]


def _segments(text: str, lexicon: Lexicon) -> list[Segment]:
    found: list[Segment] = []
    start = 0
    for token in _TOKEN.finditer(text):
        found.append(_plain(text[start : token.start()], lexicon))
        before, after = _han(text[: token.start()])[-NEAR:], _han(text[token.end() :])[:NEAR]
        number, sign, _ = token.groups()
        if number or sign:
            words = readings(number) if number else _SIGNS.get(sign, _DASH)
            found.append(tuple(_between(before, each, after, lexicon) for each in words))
        else:
            found.append(((LATIN,),))
        start = token.end()
    return [*found, _plain(text[start:], lexicon)]


def _plain(text: str, lexicon: Lexicon) -> Segment:
    return (sounding(syllables(_NOT_HAN.sub("，", text), lexicon)),)


def _between(before: str, words: str, after: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The syllables of the words as they sound between their neighbours: the 一 of 一米 is yi4."""
    items = syllables(before + words + after, lexicon)
    return sounding(items[len(before) : len(before) + len(words)])


def _han(text: str) -> str:
    return _NOT_HAN.sub("", text)


def readings(number: str) -> tuple[str, ...]:
    """The words of a written number in every plausible reading: as a quantity, digit by digit with 一 or 幺,
    as a time. A point is said."""
    if number[-1] in "%％":
        return tuple(f"百分之{words}" for words in readings(number[:-1]))
    if len(parts := re.split("[,:：]", number)) > 1:
        return tuple(dict.fromkeys((*readings("".join(parts)), *_apart(parts))))
    if "." in number:
        whole, *rest = number.split(".")
        after = "".join(f"点{digits(part)}" for part in rest)
        return tuple(before + after for before in _digits_read(whole))
    return _digits_read(number)


def _apart(parts: list[str]) -> list[str]:
    """The parts of a number with separators one after the other; two of them perhaps as a time."""
    each = list(product(*(readings(part) for part in parts)))
    together = ["".join(words) for words in each]
    if len(parts) != 2:
        return together
    for hour, minute in each:
        together += [f"{hour}点{minute}分", f"{hour}点{minute}", f"{hour}时{minute}分"]
        if int(parts[1].partition(".")[0]) == 0:
            together += [f"{hour}点", f"{hour}时", f"{hour}点整"]
    return together


def _digits_read(number: str) -> tuple[str, ...]:
    one_by_one = (digits(number), digits(number, "幺"))
    if number.startswith("0") and len(number) > 1:
        return tuple(dict.fromkeys(one_by_one))
    return tuple(dict.fromkeys((cardinal(int(number)), counted(int(number)), *one_by_one)))
