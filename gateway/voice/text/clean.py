"""Before the rules: one form for each character. After them: what is left is spelt out or named, and punctuation is made full-width."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime

from gateway.quantities.numerals import digits
from gateway.runtime.clock import CHINA
from gateway.voice.text.lines import joined
from gateway.voice.text.rules import HAN

_DASHES = dict.fromkeys("\u2010\u2011\u2500\u2501\ufe63\uff0d\ufe58", "-")
_LONG = {"\u2015": "—"}
_TILDES = dict.fromkeys("～〜∼˜⁓", "~")
_CIRCLED = {chr(0x2460 + number): f"，{number + 1}、" for number in range(20)} | {
    chr(0x2474 + number): f"，{number + 1}、" for number in range(20)
}
_CIRCLED |= {chr(0x2488 + number): f"，{number + 1}、" for number in range(20)} | {
    chr(0x3220 + number): f"，{number + 1}、" for number in range(10)
}
_SIGNS = {
    "µ": "μ",
    "º": "°",
    "˚": "°",
    "″": "秒",
    "′": "分",
    "〇": "零",
    "∶": ":",
    "○": "零",
    "﹪": "%",
    "≧": "≥",
    "≦": "≤",
    "¥": "￥",
    "．": ".",
    "≈": "约",
    "→": "到",
    "↑": "，上升",
    "↓": "，下降",
    "№": "第",
    "∕": "/",
    "½": "二分之一",
    "⅓": "三分之一",
    "⅔": "三分之二",
    "¼": "四分之一",
    "¾": "四分之三",
}
_ONE_FORM = str.maketrans(_DASHES | _LONG | _TILDES | _CIRCLED | _SIGNS)
_FULL_WIDTH = str.maketrans(
    {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F) if chr(code) not in ",;!?~"}
)
"""Not the comma: `50，100` are two numbers, `50,100` is one."""
_INVISIBLE = re.compile(
    r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,300}>")
"""A letter must follow: `风力<8级，雨量>50毫米` is no tag."""
_ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+|[\w.-]+@[\w-]+\.[A-Za-z.]+", re.ASCII)
_SPACED = re.compile(
    r"(?<![\d.,])\d{1,3}(?: \d{3})+(?= ?(?:[万亿]|人|户|元|立方|平方|公里|千米|亩|吨|次|个|名|头|只|株))"
)
"""Thousands set apart by spaces, before what is counted only: `拨打119 120` are two numbers."""
_STARS = re.compile(r"\*{2,}|[*★☆●■◆▲※►▶]+|(?<!\d)[·•]+|[·•]+(?!\d)")
"""But `7·20`, the day an event is called by."""


_OFFSET = re.compile(r"(?<!\d)(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?:\.\d+)?(Z|[+-]\d\d:?\d\d)(?!\d)")


def _in_beijing(match: re.Match[str]) -> str:
    """All our times are those of Beijing."""
    try:
        at = datetime.fromisoformat(f"{match[1]}T{match[2]}{match[3] or ''}{match[4]}")
    except ValueError:
        return match[0]
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}" + (f"{at:%S}".join((":", "")) if match[3] else "")


_SECONDS = re.compile(r"(?<=°)(\d{1,2})['’](?:(\d{1,2}(?:\.\d+)?)(?:\"|''|”))?")
_COMMAS = re.compile(r"(?<![\d.,])\d{1,4}(?:,\d{1,4})+(?![\d,])")
_SMALL = re.compile(r" ?(?:毫米|mm|MM|厘米|cm|米(?!每|/)|m(?![A-Za-z0-9³/])|℃|度|级)")
MOST_SMALL = 10_000
"""No rain, level or wind is so large: before these units commas are a list's then."""


def _comma_lists(words: str) -> str:
    def said(match: re.Match[str]) -> str:
        first, *rest = match[0].split(",")
        thousands = len(first) < 4 and first[0] != "0" and all(len(one) == 3 for one in rest)
        small = _SMALL.match(words, match.end()) and int(match[0].replace(",", "")) >= MOST_SMALL
        told = words[: match.start()].endswith(("分别为", "分别达", "分别是"))
        return (
            match[0]
            if thousands and not small and not (told and len(rest) > 1)
            else match[0].replace(",", "，")
        )

    return _COMMAS.sub(said, words)


_HASHTAG = re.compile(r"(?<!\d)#([A-Za-z\u3400-\u9fff][^#\n]{0,30})#")
_COMPACT_DAY = re.compile(
    r"(?<![\d.])(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?![\d.]|_\d| ?(?:元|立方|m|米|人|千|万))"
)
_DOTTED_SPAN = re.compile(r"(?<!\d)(20\d\d)\.(\d{1,2})\.(\d{1,2}) ?[-~—–] ?(\d{1,2})\.(\d{1,2})(?![\d.])")
_FULL_WIDTH_THOUSANDS = re.compile(
    r"(?:(?<![\d.,，、:])|(?<=[人户亩元名吨]、))(\d{1,2})，(?=\d{3} ?(?:人|户|亩|元|名|吨)(?!次))|(?<=\d)()，(?=0\d\d(?!\d))"
)
"""`1，000` is one number: no list has an entry of 000, nor has `共3，500人` one of 3."""


def cleaned(text: str) -> str:
    """The same text in the characters the rules know: no markup, no addresses, no lines, one kind of dash, tilde, digit and space, and what has several
    ways to be written in one."""
    words = joined(_one_form(text))
    words = _STARS.sub("，", _plainly_written(words)).replace("•", "·")
    words = re.sub(r"[ \t\u00a0\u2000-\u200a\u3000]+", " ", words)
    return re.sub(rf"(?<=\d) (?={HAN}|[%℃‰])|(?<={HAN}) (?=\d)", "", words)


def _one_form(text: str) -> str:
    words = html.unescape(html.unescape(text))
    words = _TAG.sub("\n", _INVISIBLE.sub("", words))
    words = _ADDRESS.sub("", words)
    words = re.sub(r"(?<=\d)(?=[½¼¾⅓⅔])", "又", words.translate(_FULL_WIDTH)).translate(_ONE_FORM)
    words = re.sub(r"[\u3300-\u33ff]", lambda m: unicodedata.normalize("NFKC", m[0]), words)
    words = re.sub(r"℃|°\s?[Cc](?![A-Za-z])|\u2103", "℃", words)
    words = _HASHTAG.sub(r"\1", words)
    words = re.sub(r"([—–-])\1{2,}", r"\1\1", words)
    return re.sub(r"(?<=[A-Za-z])[²³]", lambda m: "2" if m[0] == "²" else "3", words)


def _plainly_written(words: str) -> str:
    """Days, times and numbers in the one way that the rules, and who compares figures, know."""
    words = _OFFSET.sub(_in_beijing, words)
    words = _COMPACT_DAY.sub(r"\1-\2-\3", words)
    words = _DOTTED_SPAN.sub(r"\1-\2-\3到\4月\5日", words)
    words = re.sub(r"(?<=\d)[wW](?=[人元户亩吨立])", "万", words)
    words = re.sub(r"(?<=\d) *: *(?=[0-5]\d(?!\d))", ":", words)
    words = _SECONDS.sub(lambda m: f"{m[1]}分" + (f"{m[2]}秒" if m[2] else ""), words)
    words = re.sub(r"(?<=\d)[—–]{2,}(?=\d)", "-", words)
    words = re.sub(r"(?<=\d) ?\* ?(?=\d)", "×", words)
    words = _FULL_WIDTH_THOUSANDS.sub(lambda m: f"{m[1] or ''},", _comma_lists(words))
    words = _SPACED.sub(lambda m: m[0].replace(" ", ""), words)
    return re.sub(r"(?<![\w.])\.(?=\d)", "0.", words)


SAID = {
    "+": "加", "=": "等于", "&": "和", "#": "号", "@": "艾特", "≥": "大于等于", "≤": "小于等于", ">": "大于", "<": "小于", "°": "度",
    "%": "百分号", "±": "正负", "×": "乘", "÷": "除以", "~": "到", "℃": "摄氏度", "‰": "千分号", "−": "负", "²": "平方", "³": "立方", "$": "美元", "￥": "元",
    "Ⅰ": "一", "Ⅱ": "二", "Ⅲ": "三", "Ⅳ": "四", "Ⅴ": "五", "Ⅵ": "六", "Ⅶ": "七", "Ⅷ": "八", "Ⅸ": "九", "Ⅹ": "十", "μ": "微",
}  # fmt: skip
_SPEAKABLE = re.compile(
    rf"{HAN}|[A-Za-z .，。！？；：、,;:!?()\[\]{{}}【】〔〕［］（）「」『』《》〈〉“”‘’\"'…—–_/\\|^`-]"
)
_SILENT = str.maketrans(dict.fromkeys("“”‘’\"'《》〈〉「」『』`", ""))
_PAUSE = str.maketrans(
    dict.fromkeys(",()[]{}【】〔〕_|^\\", "，") | {";": "；", ":": "：", "!": "！", "?": "？", "…": "，"}
)


def leftovers(words: str, names: Mapping[str, str] = SAID) -> tuple[str, tuple[str, ...]]:
    """Every character said or named: signs by their name in `names`, digits one by one; what no voice can say is left out. All of them are noted."""
    notes: list[str] = []

    def spell(match: re.Match[str]) -> str:
        sign = match[0]
        if _SPEAKABLE.fullmatch(sign):
            return sign
        notes.append(sign)
        if sign in names:
            return names[sign]
        if sign.isdecimal():
            return digits(str(int(sign)))
        return "，"

    return re.sub(r"(?s).", spell, words), tuple(notes)


_NUMERAL = "零一二三四五六七八九十百千万亿两"
_EACH = re.compile(
    rf"((?:^|(?<=[{_NUMERAL}]))(?:毫米|厘米|公里|千米|立方米|平方米|米|方|吨|升|公斤|千克|克|次|人|户|元|度|摄氏度|千瓦|小时|分钟)|毫米|公里|立方米)"
    rf"/(?=[{_NUMERAL}]*小时|分钟|秒|天|日|次|户|人|亩|升|平方|立方|组|年|月)"
)
"""A slash is 每 between a measured unit and what it is measured by; 老人/孕妇 are two."""
_DAYPART = "次日|当日|翌日|[今明后昨]|[上下中]午|[上中下]旬|凌晨|早|晚|夜"
_BETWEEN = re.compile(
    rf"(?<=[月日号时点分整半旬])\s*[-—–~]+\s*(?=[{_NUMERAL}]+[年月日号时点]|{_DAYPART})|(?<=[{_NUMERAL}][度楼])\s*[-—–~]+\s*(?=[{_NUMERAL}])"
    rf"|(?<=年)\s*[-—–~]+\s*(?=[{_NUMERAL}]{{4}}年|[{_NUMERAL}]+月|{_DAYPART})"
    rf"|(?<=[间夜晚天午早晨])\s*[-—–~]+\s*(?={_DAYPART}|[{_NUMERAL}]+[日号时点月])"
    rf"|(?<=[{_NUMERAL}])\s*(?:-{{1,2}}|[—–~])\s*(?=[{_NUMERAL}]+(?:点[{_NUMERAL}]+)?(?:[级度米毫厘公千人户天小个成年倍组楼层号摄]|[，。；、！？）)]|$)|零[下上]|[A-Z][{_NUMERAL}])"
    r"|(?<=[周期][一二三四五六日天])\s*[-—–~]+\s*(?=周|星期)|(?<=[雨雪])\s*[-—–~]+\s*(?=(?:小|中|大|暴|大暴|特大暴)[雨雪])|(?<=[\u3400-\u9fff])~+(?=[\u3400-\u9fff])"
)
"""A dash is 到 between two ends of one span; elsewhere it is a pause."""


def punctuated(words: str) -> str:
    """Full-width punctuation, at which alone voices pause; brackets pause too, quotation marks do not."""
    words = _EACH.sub(r"\1每", words)
    words = _BETWEEN.sub("到", words)
    words = re.sub(r"/+", "，", words)
    words = re.sub(r"\.{2,}|。{2,}", "。", words)
    words = re.sub(r"，{2,}", "，", words.translate(_SILENT).translate(_PAUSE))
    words = re.sub(rf"(?<={HAN})\.(?={HAN})|\.(?=\s|$)", "。", words)
    words = re.sub(rf"(?<!^)\s*[-—–]+\s*(?={HAN})|(?<={HAN})\s*[-—–]+|^[-—–]+", "，", words)
    words = re.sub(r"\s*([，。！？；：、])\s*", r"\1", words)
    words = re.sub(r"([！？])\1+", r"\1", words)
    words = re.sub(r"，+(?=[。！？；：、])|(?<=[。！？；：、])，+", "", words)
    return re.sub(r"，{2,}", "，", words).strip("，、： ")
