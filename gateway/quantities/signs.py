"""Whether a dash before a number is its minus."""

from __future__ import annotations

import re

from gateway.quantities.cardinals import NUMERAL

DASHES = "-−–—"
"""The signs that may be a minus: the hyphen, the minus, and two dashes that are typed for it."""
_DEGREE = r"(?:℃|℉|°|摄氏度|华氏度|度)"
_BELOW_ZERO = (
    r"(?:百帕|hPa|%|‰|[万亿]?元|米(?!粉|饭)|m(?![A-Za-z0-9²³/])|厘米|cm|公分|[万亿]?立方米|m[3³]/s|㎥/s)"
)
"""Units of what may be below zero, beside temperatures."""
_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_TAIL = rf"(?: ?[~—–−-]{{1,2}} ?| ?[至到] ?[-−]?)?(?:{_NUMBER})? ?"
_COLD = re.compile(rf" ?{_NUMBER} ?(?:{_DEGREE}|{_DEGREE}?{_TAIL}{_DEGREE})")
_LOW = re.compile(rf" ?{_NUMBER} ?(?:{_BELOW_ZERO}|{_BELOW_ZERO}?{_TAIL}{_BELOW_ZERO})")
_MEASURED = re.compile(
    r"(?:[位差幅平压潮警戒限程拔亏]|[涨变]幅|[潮标波]高|百分率|增水|埋深|水深|海拔|位移|变[化率]|增长|[昨前今当]日|较?去年|同期|[同环]比|幅度"
    r"|堤顶|坝顶|[为达至于移落降])[:：（(]?$"
)
"""Nouns whose values may be below zero. Behind them a dash before a number is its minus."""
_MOVED = re.compile(r"(?:位移|沉降|变形|距平|变化)[:：（(]?$")
_FINE = re.compile(rf" ?{_NUMBER} ?(?:毫米|mm)")
"""Small movements of slopes and dams: 位移-3mm. Behind rain such a dash is none."""
_FRACTION = re.compile(rf" ?(?:\d+\.\d+ ?{_BELOW_ZERO}|{_NUMBER} ?[%‰])")
_BARE = re.compile(rf" ?{_NUMBER}(?:$|[，。；、）)！？,;]|[以之][上下内]|左右|[~—–−至到-])")
_COLDNESS = re.compile(r"(?:温度?|露点|冰点|温差|最[低高])[:：（(]?[为达约至到]?$")
_COUNTED = re.compile(
    rf"[\d{NUMERAL}] ?(%|‰|{_DEGREE}|毫米|厘米|公里|千米|米|[a-zA-Zµμ]{{1,3}}[23²³]?(?:/[a-z]+)?"
    r"|小时|分钟|[万亿年月日号时分秒点级层楼组个户人元天次])$"
)
_SPAN_SIGN = re.compile(rf"(?:[\d{NUMERAL}]|{_DEGREE}|%|米|m) ?(?:[~—–−-]|至|到)$")


def minus(text: str, at: int) -> bool | None:
    """Whether the dash at this place makes the number behind it negative. None: it may be either.

    A dash between two numbers is the sign of a span. Before a temperature it is a minus, whatever noun stands
    before it: 最高气温-5℃. So it is before a length, a share or a flow behind the noun of what may be below
    zero: 水位-0.35米. Else it may be a dash: 石桥村-5组.
    """
    before, behind = text[:at].rstrip(), text[at + 1 :]
    cold, low = _COLD.match(behind), _LOW.match(behind)
    if _SPAN_SIGN.search(before):
        return True if cold or before[-1] not in DASHES else None
    if before[-1:].isdecimal() or re.search(rf"[{NUMERAL}]$", before):
        return False
    if counted := _COUNTED.search(before):
        if cold:
            return not re.fullmatch(_DEGREE, counted[1])
        return bool(low) and counted[1] in "日时号"
    if re.search(r"[A-Za-z]$", before):
        return False
    if re.search(rf"[{DASHES}]$", before):
        return None
    if cold or _COLDNESS.search(before):
        return True
    if _MEASURED.search(before) and (low or _BARE.match(behind)):
        return True
    if _MOVED.search(before) and _FINE.match(behind):
        return True
    alone = re.search(r"(?:^|[，。；：:（(、\n])$", before)
    return True if alone and _FRACTION.match(behind) else None
