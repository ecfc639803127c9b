"""Before the rules: one form for each character. After them: what is left is spelt out or named, and punctuation is made full-width."""

from __future__ import annotations

import html
import re
import unicodedata

from gateway.voice.numerals import digits
from gateway.voice.rules import HAN

_DASHES = dict.fromkeys("\u2010\u2011\u2015\u2500\u2501\ufe63\uff0d\ufe58", "-")
_TILDES = dict.fromkeys("～〜∼˜⁓", "~")
_CIRCLED = {chr(0x2460 + number): f"，{number + 1}、" for number in range(20)} | {
    chr(0x2474 + number): f"，{number + 1}、" for number in range(20)
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
}
_ONE_FORM = str.maketrans(_DASHES | _TILDES | _CIRCLED | _SIGNS)
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
    r"(?<![\d.,])\d{1,3}(?: \d{3})+(?= ?(?:[万亿]|人|户|元|米|立方|平方|毫米|公里|千米|亩|吨|次|个|名|头|只|株))"
)
"""Thousands set apart by spaces, before what is counted only: `拨打119 120` are two numbers."""
_STARS = re.compile(r"\*{2,}|[*★☆●■◆▲※►▶]+|(?<!\d)[·•]+|[·•]+(?!\d)")
"""But `7·20`, the day an event is called by."""


def cleaned(text: str) -> str:
    """The same text in the characters the rules know: no markup, no addresses, one kind of dash, tilde, digit and space."""
    words = html.unescape(html.unescape(text))
    words = _INVISIBLE.sub("", words)
    words = _TAG.sub("\n", words)
    words = _ADDRESS.sub("", words)
    words = words.translate(_FULL_WIDTH).translate(_ONE_FORM)
    words = re.sub(r"[\u3300-\u33ff]", lambda m: unicodedata.normalize("NFKC", m[0]), words)
    words = re.sub(r"℃|°\s?[Cc](?![A-Za-z])|\u2103", "℃", words)
    words = re.sub(r"(?<=[A-Za-z])[²³]", lambda m: "2" if m[0] == "²" else "3", words)
    words = re.sub(r"\s*[\r\n]+\s*", "，", words.strip())
    words = _SPACED.sub(lambda m: m[0].replace(" ", ""), words)
    # `1，000` is one number, no list has an entry of 000; `.5` is 0.5
    words = re.sub(r"(?<=\d)，(?=0\d\d(?!\d))", ",", words)
    words = re.sub(r"(?<![\w.])\.(?=\d)", "0.", words)
    words = _STARS.sub("，", words).replace("•", "·")
    words = re.sub(r"[ \t\u00a0\u2000-\u200a\u3000]+", " ", words)
    return re.sub(rf"(?<=\d) (?={HAN}|[%℃‰])|(?<={HAN}) (?=\d)", "", words)


_SAID = {
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


def leftovers(words: str) -> tuple[str, tuple[str, ...]]:
    """Every character said or named: signs by their name, digits one by one; what no voice can say is left out. All of them are noted."""
    notes: list[str] = []

    def spell(match: re.Match[str]) -> str:
        sign = match[0]
        if _SPEAKABLE.fullmatch(sign):
            return sign
        notes.append(sign)
        if sign in _SAID:
            return _SAID[sign]
        if sign.isdecimal():
            return digits(str(int(sign)))
        return "，"

    return re.sub(r"(?s).", spell, words), tuple(notes)


def punctuated(words: str) -> str:
    """Full-width punctuation, at which alone voices pause; brackets pause too, quotation marks do not."""
    words = re.sub(r"(?<=[米里克方升吨次人])/", "每", words)
    words = re.sub(r"/+", "，", words)
    words = re.sub(r"\.{2,}|。{2,}", "。", words)
    words = words.translate(_SILENT).translate(_PAUSE)
    words = re.sub(rf"(?<={HAN})\.(?={HAN})|\.(?=\s|$)", "。", words)
    words = re.sub(rf"(?<!^)\s*[-—–]+\s*(?={HAN})|(?<={HAN})\s*[-—–]+|^[-—–]+", "，", words)
    words = re.sub(r"\s*([，。！？；：、])\s*", r"\1", words)
    words = re.sub(r"([！？])\1+", r"\1", words)
    words = re.sub(r"，+(?=[。！？；：、])|(?<=[。！？；：、])，+", "", words)
    return re.sub(r"，{2,}", "，", words).strip("，、： ")
