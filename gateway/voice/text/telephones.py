"""Telephone numbers: digit by digit, 幺 for 1, a pause between groups."""

from __future__ import annotations

import re

from gateway.quantities.numerals import cardinal, digits
from gateway.quantities.spans import TO
from gateway.quantities.units import COUNTED, UNIT
from gateway.voice.text.rules import rules

_SHORT = r"1(?:10|14|19|20|22)|12[13]\d\d|95\d{3}|96\d{3}"
"""Short numbers: police 110, fire 119, first aid 120, traffic 122, and hot lines 12xxx, 95xxx and 96xxx.

12379 takes warnings, 12345 is the government's.
"""
_CLUE = re.compile(
    r"(?:[拨打]|电话|热线|报警|火警|匪警|急救|号码|致电|求助|联系|呼叫|咨询|举报|投诉)[^，。；！？量数值位程雨受]{0,20}$"
    r"|(?:救援|抢修|服务|查询|海事|气象台?|事故)[:：]?(?:1\d{4}[/、])?$"
    r"|[零幺二三四五六七八九]{3}(?:[，、/]|[，、 ]?(?:或者?|和|及))$"
)
"""Words before a short number, in the same clause, that show that it is one."""
_FOLLOWED = re.compile(
    r"，?请?[拨打]"
    r"| ?[“\"]?(?:报警|急救|热线|火警|警务|电话|指挥中心|指战员|救护|消防|民警|特警|出警|接警|救援"
    r"|举报|投诉|咨询)"
)
"""Words right behind a short number that show that it is one."""
_SERVED = re.compile(r" ?[“\"]?(?:服务|平台|安全生产|短信|信息|预警|便民|水上|交通|高速|气象|海事|环保|市民)")
"""The same behind hot lines of five digits alone: in 水位达120预警 the 120 is an amount."""
_ALONE = re.compile(rf"(?:{_SHORT})(?: ?[、和或及/] ?(?:{_SHORT}))*")
"""A text of short numbers and nothing else."""
_DASH = r"[-—–/) ]"
_MEASURED = rf"(?! ?(?:[万亿千]|元|立方|方|米|吨|{UNIT}|亩|平方))"
_MORE = r"((?: ?[、，/和或] ?\d{7,8}(?![\d.]))*)"
"""Further numbers of the same kind."""


def telephone(text: str) -> str:
    """A telephone number in words, with a comma between its groups.

    The groups are those of the text. A mobile number has 3-4-4 digits, a number of seven or eight digits 3-4
    or 4-4, a number of 400 or 800 3-3-4.
    """
    groups = [group for group in re.split(r"\D+", text) if group]
    plain = "".join(groups)
    if len(plain) == 11 and plain.startswith("1"):
        groups = [plain[:3], plain[3:7], plain[7:]]
    elif len(plain) == 10 and plain.startswith(("400", "800")):
        groups = [plain[:3], plain[3:6], plain[6:]]
    return "，".join(digits(part, "幺") for group in groups for part in _parts(group))


def _parts(group: str) -> list[str]:
    """A group as it is said: a group of seven or eight digits in two parts."""
    return [group[:-4], group[-4:]] if len(group) in (7, 8) else [group]


def _named(match: re.Match[str]) -> str:
    """A number that the text calls a telephone number. A comma sets a long number apart from its name."""
    words = telephone(match[4])
    before = "".join(part or "" for part in match.groups()[:3])
    return before + ("，" if "，" in words else "") + words + _further(match[5])


def _further(more: str) -> str:
    """The further numbers of the same kind."""
    return re.sub(r"\d+", lambda match: telephone(match[0]), more)


def _local(match: re.Match[str]) -> str:
    """A number with the code of its area, its extension, and further numbers."""
    extension = f"，转{digits(match[3], '幺')}" if match[3] else ""
    return "，" + telephone(f"{match[1]} {match[2]}") + extension + _further(match[4])


def _short(match: re.Match[str]) -> str:
    """A short number as a telephone number if the text shows that it is one; else as it stands.

    A flow of 120 is no telephone number.
    """
    text = match.string
    sure = (
        _CLUE.search(text[: match.start()])
        or _FOLLOWED.match(text, match.end())
        or (len(match[1]) > len("110") and _SERVED.match(text, match.end()))
        or _ALONE.fullmatch(text.strip())
    )
    return telephone(match[1]) if sure else match[0]


RULES = rules(
    (
        (r"(?<!\d)(?:\+86|0086)[- ]?(?=1[3-9]\d)", lambda m: ""),
        (r"(?<!\d)\+86[- ](\d{2,3})[- ](?=\d{7,8}(?!\d))", lambda m: f"0{m[1]}-"),
        (rf"(?<!\d)1[3-9]\d([- ]?)\d{{4}}\1\d{{4}}(?!\d){_MEASURED}", lambda m: "，" + telephone(m[0])),
        (r"(?<![\d.])1[3-9]\d([-—–.])\d{4}\1\d{4}(?![\d.])", lambda m: "，" + telephone(m[0])),
        (r"(?<![\d.])1[3-9]\d([- ])\d{3}\1\d{5}(?![\d.])", lambda m: "，" + telephone(m[0])),
        (r"(?<![\d-])[48]00[- ]?\d{3}[- ]?\d{4}(?![\d-])", lambda m: telephone(m[0])),
        (
            rf"(?<!\d)\(?(0\d{{2,3}}){_DASH}{{1,3}}(\d{{7,8}})(?: ?[-转] ?(\d{{1,5}}))?(?!\d){_MORE}",
            _local,
        ),
        (r"(?<!\d)(010|02\d|0[3-9]\d\d)(\d{7,8})(?!\d)()()", _local),
        (r"(电话|热线|拨打|手机|联系方式|致电)(号码)?(是|为)?[:：]? ?(\d[\d -]{1,}\d)" + _MORE, _named),
        (
            r"(?<=[指办室站局所镇村县区院队台警][:：])(\d{7,8})(?![\d.])" + _MORE,
            lambda m: telephone(m[1]) + _further(m[2]),
        ),
        (r"(?<!\d)(\d{7,8})转(\d{2,5})(?!\d)", lambda m: f"{telephone(m[1])}，转{digits(m[2], '幺')}"),
        (r"(分机号?[为是:：]? ?)(\d{2,5})(?!\d)", lambda m: m[1] + digits(m[2], "幺")),
        (
            r"((?:编号|[账帐]号|邮编|短号|QQ群|验证码|身份证号?)[为是:：]? ?)(\d[\d -]*\d)",
            lambda m: m[1] + "，".join(digits(part) for part in re.split(r"[ -]+", m[2])),
        ),
        (
            r"(?<!\d)((?:19|20)\d\d)-(\d{1,3})(?=[号期])",
            lambda m: f"{digits(m[1])}，{cardinal(int(m[2]))}",
        ),
        (r"[\[(【]((?:19|20)\d\d)[\])】](?=第?\d+[号期])", lambda m: f"，{digits(m[1])}，"),
        (r"〔(\d{4})〕", lambda m: f"，{digits(m[1])}，"),
        (
            r"(台风(?:[“\"]?[\u3400-\u9fff]{1,5}[”\"]?[(（])?)(\d{4,6})(?=号)",
            lambda m: m[1] + digits(m[2]),
        ),
        (r"(?<![\d.])(\d{4,6})(?=号(?:强?台风|热带))", lambda m: digits(m[1])),
        (
            rf"(?<![\d.,]|[A-Za-z第])({_SHORT})(?!,?\d|\.\d| ?(?:{COUNTED}|{UNIT}|[余多来几号%‰°])|{TO}\d)",
            _short,
        ),
    )
)  # fmt: skip
