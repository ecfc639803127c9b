"""Words become toned syllables, by a dictionary, the lexicon that goes before it, and the sandhi of 一 and
不.

All other tones stay as in the dictionary: espeak-ng itself makes the sandhi of the third tone.
"""

from __future__ import annotations

import re

from gateway.voice.mandarin import dictionary
from gateway.voice.mandarin.lexicon import OURS, Lexicon

_HAN = re.compile(r"[\u3400-\u9fff]+")


def syllables(words: str, lexicon: Lexicon = OURS) -> list[str]:
    """One item for each character: the syllable of a Chinese character, such as `zhong4`, any other as it
    stands.

    The neutral tone is 5, ü is written v. The phrases of `lexicon` go before the dictionary's.
    """
    items: list[str] = []
    start = 0
    for run in _HAN.finditer(words):
        items += words[start : run.start()]
        items += _run(run.group(), lexicon)
        start = run.end()
    return items + list(words[start:])


def _run(run: str, lexicon: Lexicon) -> list[str]:
    """The syllables of a run of Chinese characters.

    The syllables of the lexicon stay as they are. Those of the dictionary may change with their neighbours.
    """
    spelt = dictionary.spelt(run)
    given = {
        start + place: syllable
        for start, phrase in lexicon.found(run)
        for place, syllable in enumerate(phrase)
    }
    for place, syllable in given.items():
        spelt[place] = syllable
    return [given.get(place, syllable) for place, syllable in enumerate(_sandhi(run, spelt))]


def _sandhi(run: str, spelt: list[str]) -> list[str]:
    """The syllables, after the changes of the characters whose pronunciation depends on their neighbours.

    They are 一, 不, 为, 长, 只 and 地.
    """
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
        elif character == "只" and before and before in _COUNTS and rest[:1] not in _ONLY:
            done[index] = "zhi1"
        elif character == "地" and run[index - 2 : index] in _MANNERS and rest[:1] not in _GROUNDS:
            done[index] = "de5"
    return done


_DIGITS = "零一二三四五六七八九幺"
_NUMERALS = _DIGITS + "十百千万两"
_COUNTS = _NUMERALS + "几多余"
"""After these characters 只 is a measure: 两只羊."""
_ONLY = tuple("有要能是限可会需剩留在许")
"""Before these characters 只 means only: 万一只剩."""
_CITED_AFTER = _DIGITS + "十点第初期周之唯统逐"
"""After these characters 一 keeps its first tone: 十一, 第一, 星期一, 之一, 统一, 逐一."""
_CITED_BEFORE = _DIGITS + "十月日号级楼组"
"""Before these characters 一 is a digit or a name: 一月, 一级响应, 一组."""
_DECIMAL = re.compile(rf"点[{_DIGITS}]+(?![{_NUMERALS}]*[分刻])")
"""The fraction of a decimal: 一点五, but not 一点五十分."""
_TO = re.compile(rf"[到至][{_NUMERALS}]")
_ORDINAL = re.compile(
    r"路(?:公交|汽车|电车|路口|口|段|站|与|和|至|积水|附近|沿线|交叉)|单元|标段|工区|期(?:工程|项目|建设)"
    r"|[中大分]队|支队(?!伍)|环[路线]"
)
"""Before these words 一 is the first of several: 一路公交, 一单元, 一期工程."""
_STREET = re.compile(r"(?:乘|坐|[\u3400-\u9fff]{2})$")
"""A name or a verb before 一路 at the end of a clause: 解放一路. In 一路向东 it means all the way."""
_STATION = re.compile(r"(?:中央|央视|卫视|电视|广播|综合|新闻)$")
_SCHOOL = re.compile(r"[县市区镇高省]$")


def _ordinal(before: str, rest: str) -> bool:
    """Whether 一 names the first of several: a line of buses, a channel, a school, a part of a building."""
    return bool(
        _ORDINAL.match(rest)
        or (rest == "路" and _STREET.search(before))
        or (rest[0] == "台" and _STATION.search(before))
        or (re.match(r"[中小院幼](?![型等雨到])", rest) and _SCHOOL.search(before))
    )


def _one(before: str, rest: str, fourth: bool) -> str:
    """The syllable of 一.

    一 is yi2 before a fourth tone and yi4 before other tones. It is yi1 where it counts or names. Between a
    verb and itself it is neutral.
    """
    last, after = before[-1:], rest[0]
    if last == after and last not in _DIGITS and before[-2:-1] != "一":  # 看一看, but 一户一户
        return "yi5"
    listed = after in "是要" and not before
    counts = _DECIMAL.match(rest) or _TO.match(rest) or after in _CITED_BEFORE
    if listed or counts or _ordinal(before, rest) or (last and last in _CITED_AFTER):
        return "yi1"
    if last == "万" and after not in "百千":
        return "yi1"
    return "yi2" if fourth else "yi4"


_BECOMES = frozenset("级整转改换降变成作分定列")
"""After these characters 为 means becomes: 升级为, 调整为, 改为."""
_FOR = (
    *("了", "此", "何", "什么", "防", "避", "保", "确保", "减", "抢", "救", "应对", "迎接"),
    *("尽", "做好", "切实", "有效", "全力", "进一步", "加强"),
    *("您", "你", "我", "他", "大家", "群众", "村民", "居民", "老人", "孩子", "学生", "广大"),
)  # fmt: skip
"""Before these words 为 means for: 为防汛做准备, 为老人送饭."""
_RANKED = (*_NUMERALS, "红", "橙", "黄", "蓝", "负", "今年", "历史", "全国", "全省", "全市", "全县", "近")
"""Before these words 为 at the beginning of a clause means is: 为今年以来最强."""


def _is(before: str, rest: str) -> bool:
    """Whether 为 means is or becomes, wei2. Else it means for, wei4."""
    if before == "因":
        return False
    if not rest or before in _BECOMES:
        return True
    return not rest.startswith(_FOR) if before else rest.startswith(_RANKED)


_HEADED = frozenset(
    "年村组街楼田乡镇县市省区州局院校河湖林路站队班所处科部司厅会行厂店首社团连排营街段家网格挥台园事书谋察士警师军舰湾田片栋元寨屯户塘坝机"
)
"""After these characters 长 means head: 村长, 网格长, 指挥长."""
_GROWING = frozenset("增生成助疯上滋消见")
_GROWN = frozenset("大出势辈者老官满高子进成")
_LENGTH = re.compile(rf"[期江途达沙城]|时间|约?[{_NUMERALS}]+点?[{_NUMERALS}]*(?:多|余)?[米公里]")
"""Before these 长 means long, after any character: 长期, 长江, 长约二百米."""


def _long(before: str, rest: str) -> bool:
    """Whether 长 means long, chang2, as it also does in place names. Else it means head or grow, zhang3."""
    if before in _HEADED:
        return bool(_LENGTH.match(rest))
    return before not in _GROWING and rest[:1] not in _GROWN


_MANNERS = frozenset(
    [
        *("安全", "迅速", "快速", "及时", "有序", "主动", "冷静", "积极", "尽快", "全面"),
        *("仔细", "紧张", "大声", "慢慢", "不断", "适当", "有效", "逐步", "小心", "耐心"),
    ]
)
"""After these words 地 is the ending of an adverb, de5: 安全地转移. In 安全地带 it is ground, di4."""
_GROUNDS = frozenset("质震带区点方面下上形段势铁")
