"""Text → words: every number, date, time, unit and sign as people say it. Rules in order; what none of them knew is spelt out, never dropped."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from gateway.voice import Spoken
from gateway.voice.numerals import cardinal, counted, decimal, digits

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]

_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_TO = r"\s*(?:[~～—–−-]|至|到)\s*"

UNITS = {
    "mm/h": "毫米每小时",
    "毫米/小时": "毫米每小时",
    "μg/m³": "微克每立方米",
    "m³/s": "立方米每秒",
    "m3/s": "立方米每秒",
    "立方米/秒": "立方米每秒",
    "km/h": "公里每小时",
    "公里/小时": "公里每小时",
    "m/s": "米每秒",
    "米/秒": "米每秒",
    "km²": "平方公里",
    "m²": "平方米",
    "m³": "立方米",
    "km": "公里",
    "cm": "厘米",
    "mm": "毫米",
    "kV": "千伏",
    "kg": "公斤",
    "ha": "公顷",
    "℃": "摄氏度",
    "°C": "摄氏度",
    "m": "米",
    "h": "小时",
    "t": "吨",
}
"""Written units and what is said; the longest that fits is taken."""

_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
_MEASURES = "个|名|人|户|次|处|座|条|辆|艘|台|米|公里|千米|小时|分钟|天|年|层|栋|间|支|起|倍|吨|家|所|村|镇|乡|县|市|省|毫米|厘米|万|亿|路|组|遍|轮|项|度|元|亩|公顷|级以上大风"
_ROMAN = {"Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4, "I": 1, "II": 2, "III": 3, "IV": 4}
_PUNCTUATION = str.maketrans(
    {
        ",": "，",
        ";": "；",
        ":": "：",
        "!": "！",
        "?": "？",
        "(": "，",
        ")": "，",
        "（": "，",
        "）": "，",
        "、": "、",
    }
)
_SIGNS = {
    "+": "加",
    "=": "等于",
    "&": "和",
    "#": "号",
    "@": "艾特",
    "≥": "大于等于",
    "≤": "小于等于",
    ">": "大于",
    "<": "小于",
    "°": "度",
    "%": "百分号",
    "±": "正负",
    "×": "乘",
    "/": "每",
    "～": "到",
    "~": "到",
    "℃": "摄氏度",
    "‰": "千分号",
    "＞": "大于",
    "＜": "小于",
}


def _signed(text: str) -> str:
    return "负" + decimal(text[1:]) if text[:1] in "-−" else decimal(text)


def _degrees(text: str) -> str:
    return "零下" + decimal(text[1:]) if text[:1] in "-−" else decimal(text)


def _length(text: str) -> str:
    """A number before a unit: 2 is 两."""
    return decimal(text) if "." in text else counted(int(text.replace(",", "")))


def _telephone(text: str) -> str:
    """In groups as they are dialled: a mobile number 3-4-4, others as written."""
    plain = re.sub(r"\D", "", text)
    if len(plain) == 11 and plain.startswith("1"):
        groups = [plain[:3], plain[3:7], plain[7:]]
    else:
        groups = [group for group in re.split(r"\D+", text) if group]
    return "，".join(digits(group, "幺") for group in groups)


def _date(year: str | None, month: str, day: str) -> str:
    return (digits(year) + "年" if year else "") + cardinal(int(month)) + "月" + cardinal(int(day)) + "日"


def _clock(hour: str, minute: str, second: str | None = None) -> str:
    words = ("零" if int(hour) == 0 else counted(int(hour)) if int(hour) == 2 else cardinal(int(hour))) + "点"
    if int(minute) == 0 and not second:
        return words + "整"
    words += ("零" if int(minute) < 10 else "") + cardinal(int(minute)) + "分"
    return words + (cardinal(int(second)) + "秒" if second else "")


def _range(first: str, second: str, unit: str, to: str) -> str:
    return f"{_length(first)}{to}{_length(second)}{UNITS.get(unit, unit)}"


def _to(match: re.Match[str]) -> str:
    """至 stays 至: the official text is said as it stands; a dash is 到."""
    return "至" if "至" in match[0] else "到"


RULES: tuple[Rule, ...] = tuple(
    (re.compile(pattern), say)
    for pattern, say in (
        # what is not meant for ears
        (r"<[^<>]{0,200}>", lambda m: " "),
        (r"https?://[^\s，。；）)]+", lambda m: ""),
        (r"\*{3,}", lambda m: "，"),
        # telephone numbers
        (r"(?<!\d)(?:1[3-9]\d{9}|1[3-9]\d[- ]\d{4}[- ]\d{4})(?!\d)", lambda m: _telephone(m[0])),
        (
            r"(?<!\d)(0\d{2,3}[-－ ]\d{7,8})(?:[-－转]+(\d{1,5}))?(?!\d)",
            lambda m: _telephone(m[1]) + (f"，转{digits(m[2], '幺')}" if m[2] else ""),
        ),
        (
            r"(?<![\d.])(110|119|120|122|123\d{2}|95\d{3}|96\d{3}|400[- ]?\d{3}[- ]?\d{4})(?![\d.]|\s*(?:毫米|米|户|人|个|次|公里|万|亿|元|吨|立方|平方|"
            + _UNIT
            + "))",
            lambda m: _telephone(m[0]),
        ),
        (
            r"(电话|热线|拨打|手机|联系方式)([:：]?\s*)(\d[\d -]{2,}\d)",
            lambda m: m[1] + "，" + _telephone(m[3]),
        ),
        # dates and times
        (r"(?<!\d)(\d{4})" + _TO + r"(\d{4})\s*年", lambda m: f"{digits(m[1])}{_to(m)}{digits(m[2])}年"),
        (
            r"(?<!\d)(\d{4})\s*年(?:" + _TO + r"(\d{4})\s*年)?",
            lambda m: digits(m[1]) + "年" + (f"{_to(m)}{digits(m[2])}年" if m[2] else ""),
        ),
        (r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", lambda m: _date(m[1], m[2], m[3])),
        (
            r"(?<!\d)(\d{1,2}):(\d{2})(?::(\d{2}))?" + _TO + r"(\d{1,2}):(\d{2})(?!\d)",
            lambda m: f"{_clock(m[1], m[2])}{_to(m)}{_clock(m[4], m[5])}",
        ),
        (r"(?<!\d)([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?(?!\d)", lambda m: _clock(m[1], m[2], m[3])),
        (
            r"(?<!\d)(\d{1,2})(月|日|时|点|分|秒|号)" + _TO + r"(\d{1,2})(?=\2|月|日|时|点|分)",
            lambda m: f"{_hour(m[1], m[2])}{m[2]}{_to(m)}{cardinal(int(m[3]))}",
        ),
        (
            r"(?<!\d)(\d{1,2})" + _TO + r"(\d{1,2})(月|日|时|点|分(?!之)|秒|号)",
            lambda m: f"{_hour(m[1], m[3])}{_to(m)}{_hour(m[2], m[3])}{m[3]}",
        ),
        (r"(?<=[时点])0?(\d)分", lambda m: f"零{cardinal(int(m[1]))}分" if m[1] != "0" else "整"),
        (r"(?<!\d)(\d{1,2})(月|日|时|点|分(?!之)|秒|号)", lambda m: _hour(m[1], m[2]) + m[2]),
        # levels, fractions, percentages
        (r"([ⅠⅡⅢⅣ]|(?<![A-Za-z])(?:IV|III|II|I))(?=\s*级)", lambda m: cardinal(_ROMAN[m[1]])),
        (
            r"(" + _NUMBER + r")\s*[%％]?" + _TO + r"(" + _NUMBER + r")\s*[%％]",
            lambda m: f"百分之{decimal(m[1])}到百分之{decimal(m[2])}",
        ),
        (
            r"([-−]?" + _NUMBER + r")\s*[%％]",
            lambda m: ("负" if m[1][0] in "-−" else "") + "百分之" + decimal(m[1].lstrip("-−")),
        ),
        (r"([-−]?" + _NUMBER + r")\s*‰", lambda m: "千分之" + decimal(m[1].lstrip("-−"))),
        (
            r"(?<![\d/])(\d{1,2})/(\d{1,3})(?![\d/])",
            lambda m: f"{cardinal(int(m[2]))}分之{cardinal(int(m[1]))}",
        ),
        # temperatures, also ranges and below zero
        (
            r"([-−]?" + _NUMBER + r")\s*(?:℃|°C|度)?" + _TO + r"([-−]?" + _NUMBER + r")\s*(?:℃|°C|摄氏度)",
            lambda m: f"{_degrees(m[1])}{_to(m)}{_degrees(m[2])}摄氏度",
        ),
        (r"([-−]?" + _NUMBER + r")\s*(?:℃|°C|摄氏度)", lambda m: _degrees(m[1]) + "摄氏度"),
        # comparisons before numbers
        (r"[≥]\s*(?=\d)", lambda m: "大于等于"),
        (r"[≤]\s*(?=\d)", lambda m: "小于等于"),
        (r"[>＞]\s*(?=\d)", lambda m: "大于"),
        (r"[<＜]\s*(?=\d)", lambda m: "小于"),
        # roads and kilometre posts, earthquakes
        (r"(?<![A-Za-z])K(\d+)\+(\d{3})", lambda m: f"K{cardinal(int(m[1]))}加{digits(m[2])}"),
        (
            r"(?<![A-Za-z])([GSXYC])(\d{1,4})(?=线|国道|省道|高速|公路|路|县道|\b|[^\d.])",
            lambda m: m[1] + digits(m[2], "幺"),
        ),
        (r"(?<![A-Za-z])M[sSwL]?\s?(?=\d+\.\d)", lambda m: ""),
        # ranges and numbers with units
        (
            r"("
            + _NUMBER
            + r")\s*(?:"
            + _UNIT
            + r")?"
            + _TO
            + r"("
            + _NUMBER
            + r")\s*("
            + _UNIT
            + r"|"
            + _MEASURES
            + r")",
            lambda m: _range(m[1], m[2], m[3], _to(m)),
        ),
        (
            r"(" + _NUMBER + r")" + _TO + r"(" + _NUMBER + r")",
            lambda m: f"{decimal(m[1])}{_to(m)}{decimal(m[2])}",
        ),
        (r"第\s*(\d+)", lambda m: "第" + cardinal(int(m[1]))),
        (r"(" + _NUMBER + r")\s*(" + _UNIT + r")(?![A-Za-z])", lambda m: _length(m[1]) + UNITS[m[2]]),
        (r"(?<![\d.])(" + _NUMBER + r")\s*(?=" + _MEASURES + r")", lambda m: _length(m[1])),
        (r"(?<![\d\w])[-−](" + _NUMBER + r")", lambda m: "负" + decimal(m[1])),
        (r"(?<!\d)0\d+", lambda m: digits(m[0])),
        (_NUMBER, lambda m: decimal(m[0])),
        # units and signs that stand alone
        (r"(?<=[\u4e00-\u9fff])(" + _UNIT + r")(?![A-Za-z])", lambda m: UNITS[m[1]]),
    )
)


def _hour(number: str, unit: str) -> str:
    """两点, 两时 but 二月, 二日, 二号; minutes count: 两分."""
    value = int(number)
    if unit in ("点", "时", "分", "秒") and value == 2:
        return "两"
    return cardinal(value)


_LEFT = re.compile(r"[\d%℃°/~～+≥≤<>=#&@±×‰＞＜−\u2160-\u216b]")
_SPACE = re.compile(r"[ \t\u3000]+")


def spoken(text: str) -> Spoken:
    """The words of a text. `notes` name every sign that had to be spelt out one by one (the leftover guard)."""
    words = html.unescape(html.unescape(text))
    words = "".join(
        chr(ord(char) - 0xFEE0)
        if "\uff10" <= char <= "\uff19" or ("\uff21" <= char <= "\uff5a" and char.isalpha())
        else char
        for char in words
    )
    words = re.sub(r"\s*[\r\n]+\s*", "，", words.strip())
    for pattern, say in RULES:
        words = pattern.sub(say, words)
    notes: list[str] = []

    def spell(match: re.Match[str]) -> str:
        notes.append(match[0])
        return digits(match[0]) if match[0].isdecimal() else _SIGNS.get(match[0], "")

    words = _LEFT.sub(spell, words)
    words = words.translate(_PUNCTUATION)
    words = re.sub(r"\.(?=\s|$|[\u4e00-\u9fff])", "。", words)
    words = re.sub(r"(?<=[\u4e00-\u9fff，。])[-—–_]+(?=[\u4e00-\u9fff])", "，", words)
    words = _SPACE.sub(lambda m: " ", words)
    words = re.sub(r"\s*([，。！？；：、])\s*", r"\1", words)
    words = re.sub(r"，+(?=[。！？；，])|(?<=[。！？；：])，+", "", words)
    return Spoken(words.strip("， "), tuple(notes))
