"""What is done to a text before the rules of speech and after them.

Before them `cleaned` gives each character one form. After them `leftovers` spells out or names the signs that
no rule knew, and `punctuated` makes the punctuation full-width.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime

from gateway.quantities.numerals import digits
from gateway.runtime.clock import CHINA
from gateway.voice.mandarin.homophones import RARE
from gateway.voice.text.lines import joined
from gateway.voice.text.rules import HAN
from gateway.wording.characters import ordinary

_DASHES = dict.fromkeys("\u2010\u2011\u2500\u2501\ufe63\uff0d\ufe58", "-")
_LONG = {"\u2015": "—"}
_TILDES = dict.fromkeys("～〜∼˜⁓", "~")
_CIRCLED = {chr(0x2460 + number): f"，{number + 1}、" for number in range(20)} | {
    chr(0x2474 + number): f"，{number + 1}、" for number in range(20)
}
_CIRCLED |= {chr(0x2488 + number): f"，{number + 1}、" for number in range(20)} | {
    chr(first + number): f"，{number + 1}、"
    for first in (0x3220, 0x3280, 0x2776, 0x2780, 0x278A, 0x24F5)
    for number in range(10)
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
"""The comma is left out: `50，100` are two numbers, `50,100` is one."""
_RARE = str.maketrans(RARE)
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_INVISIBLE = re.compile(
    r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,300}>")
"""A letter must follow the bracket: `风力<8级，雨量>50毫米` is no tag."""
_ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+|[\w.-]+@[\w-]+\.[A-Za-z.]+", re.ASCII)
_SPACED = re.compile(r"(?<![\d.,:/-])[1-9]\d{0,2}(?: \d{3})+(?![\d:])")
"""Thousands that blanks set apart."""
_CALLED = re.compile(
    r"(?:电话|拨打|热线|号码|致电|手机|联系方式|编号|[账帐]号|分别[为达是]?)[^，。；！？]{0,12}$"
)
"""Behind these words groups of digits are no thousands."""
_HELP = re.compile(r"1(?:10|14|19|20|22)(?: 1(?:10|14|19|20|22))+")
_STARS = re.compile(r"\*{2,}|[*★☆●■◆▲※►▶]+|(?<!\d)[·•]+|[·•]+(?!\d)")
"""Signs of lists and of emphasis. The dot of `7·20`, the day that names an event, is none of them."""


_OFFSET = re.compile(r"(?<!\d)(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?:\.\d+)?(Z|[+-]\d\d:?\d\d)(?!\d)")


def _in_beijing(match: re.Match[str]) -> str:
    """A time with an offset as a time of Beijing, without the offset."""
    try:
        at = datetime.fromisoformat(f"{match[1]}T{match[2]}{match[3] or ''}{match[4]}")
    except ValueError:
        return match[0]
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}" + (f"{at:%S}".join((":", "")) if match[3] else "")


_SECONDS = re.compile(r"(?<=°)(\d{1,2})['’](?:(\d{1,2}(?:\.\d+)?)(?:\"|''|”))?")
_COMMAS = re.compile(r"(?<![\d.,])\d{1,4}(?:,\d{1,4})+(?![\d,])")
_SMALL = re.compile(r" ?(?:毫米|mm|MM|厘米|cm|米(?!每|/)|m(?![A-Za-z0-9³/])|℃|度|级)")
_LITTLE = re.compile(r" ?(?:毫米|mm|℃|度|级)")
MOST_SMALL = 10_000
"""No rain, water level, temperature or wind is so large. Before their units such a number is a list."""


def _comma_lists(words: str) -> str:
    """The commas between the numbers of a list become full-width, the commas of thousands stay."""

    def separated(match: re.Match[str]) -> str:
        first, *rest = match[0].split(",")
        thousands = len(first) < 4 and first[0] != "0" and all(len(group) == 3 for group in rest)
        too_large = _SMALL.match(words, match.end()) and int(match[0].replace(",", "")) >= MOST_SMALL
        respectively = words[: match.start()].endswith(("分别为", "分别达", "分别是"))
        if thousands and not too_large and not (respectively and len(rest) > 1):
            return match[0]
        return match[0].replace(",", "，")

    return _COMMAS.sub(separated, words)


def _unspaced(match: re.Match[str]) -> str:
    """Thousands without their blanks. `拨打119 120` and `50 100毫米` are two numbers each."""
    whole = match[0].replace(" ", "")
    large = int(whole) >= MOST_SMALL and _LITTLE.match(match.string, match.end())
    called = _CALLED.search(match.string[: match.start()]) or _HELP.fullmatch(match[0])
    return match[0] if large or called else whole


_HASHTAG = re.compile(r"(?<!\d)#([A-Za-z\u3400-\u9fff][^#\n]{0,30})#")
_COMPACT_DAY = re.compile(
    r"(?<![\d.])(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?![\d.]|_\d| ?(?:元|立方|m|米|人|千|万))"
)
_DOTTED_SPAN = re.compile(r"(?<!\d)(20\d\d)\.(\d{1,2})\.(\d{1,2}) ?[-~—–] ?(\d{1,2})\.(\d{1,2})(?![\d.])")
_DAYS = re.compile(
    r"(?:^|(?<=[，。；：:（( ])|(?<=[自从于])|(?<=时间))(0?[1-9]|1[0-2])\.(0?[1-9]|[12]\d|3[01])"
    r" ?[-~—–至到] ?(0?[1-9]|1[0-2])\.(0?[1-9]|[12]\d|3[01])(?=$|[，。；）)]|[期间有将我全各本出持停]|日)"
)
"""Two days with points at the beginning of a clause, without a unit: 7.28-7.30有强降雨."""
_ENTRY = re.compile(r"(?:^|(?<=[，。；;\n]))([1-9])\.(?=(?:6|12|24|36|48|72)小?时|(?:15|20|30|45|60|90)分钟)")
"""The number of an entry before its hours: 1.24小时内转移. Nobody writes 1.24 hours."""


def _days(match: re.Match[str]) -> str:
    """The two days in plain words, if the second is the later one. Else they are decimals."""
    first, last = (int(match[1]), int(match[2])), (int(match[3]), int(match[4]))
    return f"{first[0]}月{first[1]}日到{last[0]}月{last[1]}日" if first < last else match[0]


_FULL_WIDTH_THOUSANDS = re.compile(
    r"(?:(?<![\d.,，、:第])|(?<=[人户亩元名吨]、))(\d{1,2})，(?=\d{3} ?(?:人|户|亩|元|名|吨)(?!次))"
    r"|(?<=\d)()，(?=0\d\d(?!\d))"
)
"""The full-width comma of thousands.

No list has an entry 000 as in `1，000`, or an entry 3 as in `共3，500人`.
"""


_TRAILING = re.compile(r"(?<=[^\s~]) ?~+(?= *(?:$|[，。；！？、,;!?)）]))")
"""A tilde at the end of a clause lengthens its last word. It says nothing."""


def cleaned(text: str) -> str:
    """The same text in the characters that the rules know.

    Markup, web addresses and line ends are gone. There is one kind of dash, of tilde, of digit and of space,
    and one way to write a date, a time and a number.
    """
    words = joined(_one_form(text))
    words = re.sub(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+", " ", words)
    words = _STARS.sub("，", _plainly_written(words)).replace("•", "·")
    words = _TRAILING.sub("", words)
    return re.sub(rf"(?<=\d) (?={HAN}|[%℃‰])|(?<={HAN}) (?=\d)", "", words)


def _one_form(text: str) -> str:
    """Each character in its one form, without markup and addresses."""
    words = html.unescape(html.unescape(text))
    words = _TAG.sub("\n", _INVISIBLE.sub("", words))
    words = _ADDRESS.sub("", words)
    words = re.sub(r"(?<=10)\^(\d{1,2})(?!\d)", lambda m: m[1].translate(_RAISED), words)
    words = re.sub(r"(?<=\d)(?=[½¼¾⅓⅔])", "又", words.translate(_FULL_WIDTH)).translate(_ONE_FORM)
    words = ordinary(words).translate(_RARE)
    words = re.sub(r"[\u32c0-\u32cb\u3300-\u33ff]", lambda m: unicodedata.normalize("NFKC", m[0]), words)
    words = re.sub(r"℃|°\s?[Cc](?![A-Za-z])|\u2103", "℃", words)
    words = re.sub(r"°\s?[Ff](?![A-Za-z])", "℉", words)
    words = _HASHTAG.sub(r"\1", words)
    words = re.sub(r"([—–-])\1{2,}", r"\1\1", words)
    return re.sub(r"(?<=[A-Za-z])[²³]", lambda m: "2" if m[0] == "²" else "3", words)


def _plainly_written(words: str) -> str:
    """Dates, times and numbers in the one way that the rules and `quantities.figures` know."""
    words = _OFFSET.sub(_in_beijing, words)
    words = _COMPACT_DAY.sub(r"\1-\2-\3", words)
    words = _DOTTED_SPAN.sub(r"\1-\2-\3到\4月\5日", words)
    words = _DAYS.sub(_days, words)
    words = _ENTRY.sub(r"\1、", words)
    words = re.sub(r"(?<=零下) ?[-−–—] ?(?=\d)", "", words)
    words = re.sub(r"(?<=\d)[—–]+(?=[一二两三四五六七八九十]+人)", "，", words)
    words = re.sub(r"(?<=\d)[wW](?=[人元户亩吨立])", "万", words)
    words = re.sub(r"(?<=\d) *: *(?=[0-5]\d(?!\d))", ":", words)
    words = _SECONDS.sub(lambda m: f"{m[1]}分" + (f"{m[2]}秒" if m[2] else ""), words)
    words = re.sub(r"(?<=\d)[—–]{2,}(?=\d)", "-", words)
    words = re.sub(r"(?<=\d) ?\* ?(?=\d)", "×", words)
    words = _FULL_WIDTH_THOUSANDS.sub(lambda m: f"{m[1] or ''},", _comma_lists(words))
    words = _SPACED.sub(_unspaced, words)
    return re.sub(r"(?<![\w.])\.(?=\d)", "0.", words)


NAMES = {
    "+": "加", "−": "负", "±": "正负", "×": "乘", "÷": "除以",
    "=": "等于", "≥": "大于等于", "≤": "小于等于", ">": "大于", "<": "小于", "~": "到",
    "&": "和", "#": "号", "@": "艾特", "$": "美元", "￥": "元",
    "%": "百分号", "‰": "千分号", "°": "度", "℃": "摄氏度", "²": "平方", "³": "立方", "μ": "微",
    "Ⅰ": "一", "Ⅱ": "二", "Ⅲ": "三", "Ⅳ": "四", "Ⅴ": "五",
    "Ⅵ": "六", "Ⅶ": "七", "Ⅷ": "八", "Ⅸ": "九", "Ⅹ": "十",
}  # fmt: skip
"""The name of a sign that no rule knew."""
_SPEAKABLE = re.compile(
    rf"{HAN}|[A-Za-z .，。！？；：、,;:!?()\[\]{{}}【】〔〕［］（）「」『』《》〈〉“”‘’\"'…—–_/\\|^`-]"
)
_SILENT = str.maketrans(dict.fromkeys("“”‘’\"'《》〈〉「」『』`", ""))
_PAUSE = str.maketrans(
    dict.fromkeys(",()[]{}【】〔〕_|^\\", "，") | {";": "；", ":": "：", "!": "！", "?": "？", "…": "，"}
)


def leftovers(words: str, names: Mapping[str, str] = NAMES) -> tuple[str, tuple[str, ...]]:
    """The words without the signs that no voice can say, and those signs in order.

    A sign is said by its name in `names`, a digit by itself. A sign without a name becomes a pause.
    """
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
    rf"((?:^|(?<=[{_NUMERAL}]))"
    r"(?:毫米|厘米|公里|千米|立方米|平方米|米|方|吨|升|公斤|千克|克|次|人|户|元|度|摄氏度|千瓦|小时|分钟)"
    r"|毫米|公里|立方米)"
    rf"/(?=[{_NUMERAL}]*(?:小时|分钟)|秒|天|日|次|户|人|亩|升|平方|立方|组|年|月)"
)
"""The slash between two units is said 每. The slash of 老人/孕妇 is a pause."""
_DAYPART = "次日|当日|翌日|[今明后昨]|[上下中]午|[上中下]旬|凌晨|早|晚|夜"
_BETWEEN = re.compile(
    rf"(?<=[月日号时点分整半旬])\s*[-—–~]+\s*(?=[{_NUMERAL}]+[年月日号时点]|{_DAYPART})"
    rf"|(?<=[{_NUMERAL}][度楼])\s*[-—–~]+\s*(?=[{_NUMERAL}])"
    rf"|(?<=年)\s*[-—–~]+\s*(?=[{_NUMERAL}]{{4}}年|[{_NUMERAL}]+月|{_DAYPART})"
    rf"|(?<=[间夜晚天午早晨])\s*[-—–~]+\s*(?={_DAYPART}|[{_NUMERAL}]+[日号时点月])"
    rf"|(?<=[{_NUMERAL}])\s*(?:-{{1,2}}|[—–~])\s*"
    rf"(?=[{_NUMERAL}]+(?:点[{_NUMERAL}]+)?"
    rf"(?:[级度米毫厘公千人户天小个成年倍组楼层号摄]|[，。；、！？）)]|$)"
    rf"|零[下上]|[A-Z][{_NUMERAL}])"
    r"|(?<=[周期][一二三四五六日天])\s*[-—–~]+\s*(?=周|星期)"
    r"|(?<=[雨雪])\s*[-—–~]+\s*(?=(?:小|中|大|暴|大暴|特大暴)[雨雪])"
    r"|(?<=[\u3400-\u9fff])~+(?=[\u3400-\u9fff])"
)
"""The dash between the two ends of a span is said 到. Elsewhere a dash is a pause."""


def punctuated(words: str) -> str:
    """The words with full-width punctuation, at which voices pause.

    A bracket is a pause, a quotation mark is not.
    """
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
