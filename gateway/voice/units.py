"""Measured and counted things: units, temperatures, shares, levels, ranges, roads and what is left of numbers."""

from __future__ import annotations

import re

from gateway.voice.numerals import cardinal, counted, decimal, digits
from gateway.voice.rules import MINUS, NUMBER, TO, rules, to

UNITS = {
    "mm/h": "毫米每小时", "毫米/小时": "毫米每小时", "毫米/h": "毫米每小时", "mm/d": "毫米每天", "mm/24h": "毫米每二十四小时",
    "μg/m3": "微克每立方米", "mg/m3": "毫克每立方米", "m3/s": "立方米每秒", "立方米/秒": "立方米每秒", "方/秒": "方每秒",
    "km/h": "公里每小时", "KM/H": "公里每小时", "公里/小时": "公里每小时", "千米/小时": "千米每小时", "m/s": "米每秒", "米/秒": "米每秒",
    "km2": "平方公里", "m2": "平方米", "m3": "立方米", "km": "公里", "KM": "公里", "Km": "公里", "cm": "厘米", "mm": "毫米",
    "MM": "毫米", "kV": "千伏", "KV": "千伏", "kv": "千伏", "V": "伏", "kW": "千瓦", "KW": "千瓦", "MW": "兆瓦", "kg": "公斤",
    "mg": "毫克", "mL": "毫升", "ml": "毫升", "hPa": "百帕", "kPa": "千帕", "MPa": "兆帕", "Hz": "赫兹", "dB": "分贝",
    "ha": "公顷", "hm2": "公顷", "min": "分钟", "℃": "摄氏度", "m": "米", "h": "小时", "s": "秒", "t": "吨", "L": "升",
}  # fmt: skip
"""Written units and what is said; the longest that fits is taken."""

UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
COUNTED = (
    "个|名|人|户|次|处|座|条|辆|艘|台|米|公里|千米|小时|分钟|天|年|层(?=楼)|栋|间|支|起|倍|吨|家|所|村|镇|乡|县|市|省|毫米|厘米|万|亿|千伏|遍|轮|项|位|"
    "只|头|株|棵|片|块|口|眼|套|把|张|段|批|方|立方|平方|元|亩|公顷|公斤|斤|克|升|昼夜|星期|周(?!边|围)"
)
"""Measure words: 2 before them is 两. Not 组, 级, 度, 号, 楼, 单元: villages number their groups, 二组."""

_ROMAN = {
    "Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4, "Ⅴ": 5, "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5,
    "ⅰ": 1, "ⅱ": 2, "ⅲ": 3, "ⅳ": 4,
}  # fmt: skip
_POLES = {"E": "东经", "W": "西经", "N": "北纬", "S": "南纬"}
_COMPARED = {"≥": "大于等于", "≤": "小于等于", ">": "大于", "<": "小于"}
_WRITTEN_ONE_BY_ONE = 10
"""A bare number of so many digits is a mark of identification, not a quantity. Our choice."""


def amount(text: str) -> str:
    """A number before a unit or measure word: 2 is 两."""
    return decimal(text) if "." in text else counted(int(text.replace(",", "")))


def degrees(text: str) -> str:
    return "零下" + decimal(text.lstrip("-− ")) if text[0] in "-−" else decimal(text)


def signed(text: str, words: str = "") -> str:
    """负 goes before all that is said: -3% is 负百分之三."""
    return ("负" if text[0] in "-−" else "") + words + decimal(text.lstrip("-− "))


def plain(text: str) -> str:
    return digits(text) if len(text) >= _WRITTEN_ONE_BY_ONE and text.isdecimal() else decimal(text)


_SIGNED = rf"({MINUS}?{NUMBER})"
_LEVELS = (
    (r"([≥≤><]) ?(?=[-−]?\d)", lambda m: _COMPARED[m[1]]),
    (r"(?<![A-Za-z])([ⅠⅡⅢⅣⅤⅰⅱⅲⅳ]|IV|III|II|I|V)(?= ?级)", lambda m: cardinal(_ROMAN[m[1]])),
    (r"(?<=\d)一(?=\d)", lambda m: "-"),  # a dash typed as the numeral: 6一7级
)
_SHARES = (
    (rf"{_SIGNED} ?%?{TO}{_SIGNED} ?%", lambda m: f"{signed(m[1], '百分之')}{to(m)}{signed(m[2], '百分之')}"),
    (rf"{_SIGNED} ?%", lambda m: signed(m[1], "百分之")),
    (rf"((?<!\d){MINUS}?{NUMBER}) ?‰", lambda m: signed(m[1], "千分之")),
    (r"(?<![\d/.])(\d{1,2})/(\d{1,3})(?![\d/])", lambda m: f"{cardinal(int(m[2]))}分之{cardinal(int(m[1]))}"),
    (r"(?<![\d:])(\d+):(\d+)(?![\d:])", lambda m: f"{cardinal(int(m[1]))}比{cardinal(int(m[2]))}"),
)
_TEMPERATURES = (
    (
        rf"{_SIGNED} ?(?:℃|度)?{TO}{_SIGNED} ?(℃|摄氏度|度)",
        lambda m: f"{degrees(m[1])}{to(m)}{degrees(m[2])}{UNITS.get(m[3], m[3])}",
    ),
    (rf"{_SIGNED} ?(℃|摄氏度|度)", lambda m: degrees(m[1]) + UNITS.get(m[2], m[2])),
    # in a text of weather a minus behind 温 is cold, never a dash
    (rf"(温|温为|温达|温约|温降?至|温降?到|温低至) ?{MINUS}({NUMBER})(?:{TO}{MINUS}({NUMBER}))?", lambda m: m[1] + _cold(m)),
    (rf"({NUMBER})°(?:(\d+)分)?(?:({NUMBER})秒)? ?([EWNS])(?![A-Za-z])", lambda m: _POLES[m[4]] + decimal(m[1]) + "度" + _sixtieths(m[2], m[3])),
    (rf"({NUMBER})°(?:(\d+)分)?(?:({NUMBER})秒)?", lambda m: decimal(m[1]) + "度" + _sixtieths(m[2], m[3])),
)  # fmt: skip
_ROADS = (
    (
        r"(?<![A-Za-z])([GS])(\d{1,2})(?=[\u4e00-\u9fff]{0,6}(?:高速|公路|国道|省道))",
        lambda m: m[1] + digits(m[2], "幺"),
    ),
    (r"(?<=分)(成)?(\d)路", lambda m: f"{m[1] or ''}{counted(int(m[2]))}路"),
    (r"(?<![A-Za-z])K(\d+)\+(\d{3})", lambda m: f"K{cardinal(int(m[1]))}加{digits(m[2])}"),
    (r"(?<![A-Za-z])([GSXYC])(\d{3,4})(?![\d.])", lambda m: m[1] + digits(m[2], "幺")),
    (r"(国道|省道|县道|乡道)(\d{3})(?![\d.])", lambda m: m[1] + digits(m[2], "幺")),
    (r"(?<!\d)(\d{3,4})(?=国道|省道|县道|乡道|室(?!内|外))", lambda m: digits(m[1], "幺")),
    (r"(?<![A-Za-z])M[sSwWLl]? ?(?=\d+\.\d)", lambda m: ""),
)
_QUANTITIES = (
    # behind these a dash is no dash: 水位-0.5米, 降至-3米
    (rf"(?<=[位幅差为达至])-({NUMBER})", lambda m: "负" + amount(m[1])),
    (rf"￥ ?({NUMBER})(万|亿)?元?", lambda m: f"{decimal(m[1])}{m[2] or ''}元"),
    (rf"\$ ?({NUMBER})(万|亿)?(?:美元)?", lambda m: f"{decimal(m[1])}{m[2] or ''}美元"),
    (
        rf"({NUMBER}) ?(?:{UNIT}|{COUNTED}|级)?{TO}({NUMBER}) ?({UNIT}|{COUNTED})(?![A-Za-z])",
        lambda m: f"{amount(m[1])}{to(m)}{amount(m[2])}{UNITS.get(m[3], m[3])}",
    ),
    (rf"({NUMBER})(级|组|号|楼|成){TO}({NUMBER})\2", lambda m: f"{decimal(m[1])}{to(m)}{decimal(m[3])}{m[2]}"),
    (rf"({NUMBER}){TO}({NUMBER})", lambda m: f"{decimal(m[1])}{to(m)}{decimal(m[2])}"),
    (r"第 ?(\d+)((?:[、,，]\d+)*)", lambda m: "第" + cardinal(int(m[1])) + re.sub(r"\d+", lambda n: cardinal(int(n[0])), m[2])),
    (r"(?<=、)(\d+)(?=[号组村楼])", lambda m: cardinal(int(m[1]))),
    (rf"({NUMBER}) ?({UNIT})(?![A-Za-z])", lambda m: amount(m[1]) + UNITS[m[2]]),
    (rf"(?<=[万亿])({UNIT})(?![A-Za-z])", lambda m: UNITS[m[1]]),
    (rf"(?<![\d.])({NUMBER})(?={COUNTED})", lambda m: amount(m[1])),
    (r"(?:^|(?<=[，。；！\n ]))(\d{1,2})\.(?=[^\d\s])", lambda m: cardinal(int(m[1])) + "、"),
    (r"(?<=\d)\.(\d+)\.(?=\d)", lambda m: f"点{digits(m[1])}点"),
    (rf"(?<!\w){MINUS}({NUMBER})", lambda m: "负" + decimal(m[1])),
    (r"(?<![\d.])0\d+", lambda m: digits(m[0])),
    (NUMBER, lambda m: plain(m[0])),
)  # fmt: skip


def _cold(match: re.Match[str]) -> str:
    return f"零下{decimal(match[2])}" + (f"{to(match)}零下{decimal(match[3])}" if match[3] else "")


def _sixtieths(minutes: str | None, seconds: str | None) -> str:
    return (f"{decimal(minutes)}分" if minutes else "") + (f"{decimal(seconds)}秒" if seconds else "")


RULES = rules((*_LEVELS, *_SHARES, *_TEMPERATURES, *_ROADS, *_QUANTITIES))
