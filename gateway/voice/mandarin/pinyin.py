"""Words → toned syllables: a dictionary, our readings over it, and the sandhi of 一 and 不.

Citation tones otherwise: espeak-ng does the third-tone sandhi itself, twice would be wrong.
"""

from __future__ import annotations

import re

from gateway.voice.mandarin import dictionary
from gateway.voice.mandarin.lexicon import OURS, Lexicon

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
    """The characters whose reading hangs on their neighbours, where no phrase has settled it."""
    done = list(spelt)
    for index, character in enumerate(run):
        before, rest = run[index - 1 : index], run[index + 1 :]
        fourth = bool(rest) and spelt[index + 1][-1] == "4"
        if character == "不" and fourth:
            done[index] = "bu2"
        elif character == "一" and rest:
            done[index] = _one(run[:index], rest, fourth)
        elif character == "为" and done[index] == "wei4" and _is(before, rest):
            done[index] = "wei2"
        elif character == "长" and _long(before, rest):
            done[index] = "chang2"
        elif character == "地" and run[index - 2 : index] in _MANNERS and rest[:1] not in _GROUNDS:
            done[index] = "de5"
    return done


_DIGITS = "零一二三四五六七八九幺"
_NUMERALS = _DIGITS + "十百千万两"
_CITED_AFTER = _DIGITS + "十点第初期周之唯统逐"
"""After these 一 keeps its first tone: 十一, 第一, 星期一, 之一, 统一, 逐一."""
_CITED_BEFORE = _DIGITS + "十月日号级楼组"
"""Before these 一 is a figure or a name: 一月, 一级响应, 一组."""
_DECIMAL = re.compile(rf"点[{_DIGITS}]+(?![{_NUMERALS}]*[分刻])")
"""一点五, but not 一点五十分."""
_TO = re.compile(rf"[到至][{_NUMERALS}]")


def _one(before: str, rest: str, fourth: bool) -> str:
    """一 is yi2 before a fourth tone and yi4 before others unless it counts or names; between a verb and itself it is neutral."""
    last, after = before[-1:], rest[0]
    if last == after and last not in _DIGITS and before[-2:-1] != "一":  # 看一看, but 一户一户
        return "yi5"
    listed = after in "是要" and not before
    counts = _DECIMAL.match(rest) or _TO.match(rest) or after in _CITED_BEFORE
    if listed or counts or (last and last in _CITED_AFTER):
        return "yi1"
    if last == "万" and after not in "百千":
        return "yi1"
    return "yi2" if fourth else "yi4"


_BECOMES = frozenset("级整转改换降变成作分定列")
"""升级为, 调整为, 改为: whatever follows is what it is now."""
_FOR = (
    *("了", "此", "何", "什么", "防", "避", "保", "确保", "减", "抢", "救", "应对", "迎接", "尽", "做好", "切实", "有效", "全力", "进一步", "加强"),
    *("您", "你", "我", "他", "大家", "群众", "村民", "居民", "老人", "孩子", "学生", "广大"),
)  # fmt: skip
"""Before these 为 means for: 为防汛做准备, 为老人送饭."""
_RANKED = (*_NUMERALS, "红", "橙", "黄", "蓝", "负", "今年", "历史", "全国", "全省", "全市", "全县", "近")
"""What a clause that begins with 为 says something is: 为今年以来最强."""


def _is(before: str, rest: str) -> bool:
    """Whether 为 means is, wei2, and not for, wei4."""
    if before == "因":
        return False
    if not rest or before in _BECOMES:
        return True
    return not rest.startswith(_FOR) if before else rest.startswith(_RANKED)


_HEADED = frozenset(
    "年村组乡镇县市省区州局院校河湖林路站队班所处科部司厅会行厂店首社团连排营街段家网格挥台园事书谋察士警师军舰湾田片栋元寨屯户塘坝机"
)
"""长 is their head: 村长, 网格长, 指挥长."""
_GROWING = frozenset("增生成助疯上滋消见")
_GROWN = frozenset("大出势辈者老官满高子进成")
_LENGTH = re.compile(rf"[期江途达沙城]|时间|约?[{_NUMERALS}]+点?[{_NUMERALS}]*(?:多|余)?[米公里]")
"""长期, 长江, 长约二百米: long, whatever stands before it."""


def _long(before: str, rest: str) -> bool:
    """Whether 长 is long, chang2, as in place names too, and nobody is the head of something and nothing grows."""
    if before in _HEADED:
        return bool(_LENGTH.match(rest))
    return before not in _GROWING and rest[:1] not in _GROWN


_MANNERS = frozenset(
    [
        "安全",
        "迅速",
        "快速",
        "及时",
        "有序",
        "主动",
        "冷静",
        "积极",
        "尽快",
        "全面",
        "仔细",
        "紧张",
        "大声",
        "慢慢",
        "不断",
        "适当",
        "有效",
        "逐步",
        "小心",
        "耐心",
    ]
)
"""In 安全地转移 地 is the ending of how something is done, in 安全地带 it is ground."""
_GROUNDS = frozenset("质震带区点方面下上形段势铁")
