"""The words mean the written text: whole sentences of random numbers are read back by an independent parser.

The parser knows how people read Chinese numerals and nothing of the rules. (gateway.quantities.figures reads
back at run time by other means.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.voice.text.spoken import spoken

DIGIT = {
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "幺": 1,
}
PLACE = {"十": 10, "百": 100, "千": 1000}


def value(words: str) -> Decimal:
    """Of a numeral: `一亿零三百万`, `十点零五`. Raises ValueError where a person would stumble."""
    if "点" in words:
        whole, _, fraction = words.partition("点")
        return value(whole) + Decimal("0." + "".join(str(DIGIT[sign]) for sign in fraction))
    for name, size in (("亿", 10**8), ("万", 10**4)):
        if name in words:
            head, _, rest = words.rpartition(name)
            below = value(rest) if rest else Decimal(0)
            gap = bool(rest) and below < size // 10
            if gap != rest.startswith("零"):
                raise ValueError(f"零 in {words}")
            return value(head) * size + below
    return Decimal(thousands(words))


def thousands(words: str) -> int:
    if words == "零":
        return 0
    total, last = 0, 10000
    for gap, digit, place in re.findall(r"(零?)([一二两三四五六七八九]?)([十百千]?)", words):
        if not digit and not place:
            continue
        size = PLACE.get(place, 1)
        if size >= last or (last < 10000 and (size < last // 10) != bool(gap)):
            raise ValueError(f"{digit}{place} in {words}")
        total += DIGIT.get(digit, 1) * size
        last = size
    if "".join(re.findall(r"[零一二两三四五六七八九十百千]", words)) != words or (last == 10000 and words):
        raise ValueError(words)
    return total


def digits(words: str) -> str:
    return "".join(str(DIGIT[sign]) for sign in words if sign in DIGIT)


NUMERAL = "[零一二两三四五六七八九十百千万亿]+(?:点[零一二三四五六七八九]+)?"


@dataclass(frozen=True)
class Clause:
    """What is written, how it must be said (groups are numerals), and what the groups must be worth."""

    written: str
    said: str
    worth: tuple[object, ...]


UNITS = {
    "毫米": "毫米", "mm": "毫米", "米": "米", "公里": "公里", "km": "公里", "亩": "亩",
    "m/s": "米每秒", "km/h": "公里每小时", "m³/s": "立方米每秒", "μg/m³": "微克每立方米", "kV": "千伏",
    "户": "户", "人": "人", "级": "级", "小时": "小时", "万元": "万元",
}  # fmt: skip
amounts = st.one_of(
    st.integers(0, 30),
    st.integers(0, 10**4),
    st.integers(0, 10**9 - 1),
    st.decimals(0, 9999, places=1),
    st.decimals(0, 99, places=2),
)


@st.composite
def quantities(draw: st.DrawFn) -> Clause:
    amount, unit = draw(amounts), draw(st.sampled_from(sorted(UNITS)))
    if unit == "万元" and amount >= 10**4:
        unit = "人"
    return Clause(f"{amount}{unit}", f"({NUMERAL}){UNITS[unit]}", (Decimal(amount),))


@st.composite
def spans(draw: st.DrawFn) -> Clause:
    low = draw(st.integers(0, 5000))
    high = draw(st.integers(low + 1, 10000))
    dash, unit = (
        draw(st.sampled_from(["-", "—", "~", "～", "至", "到"])),
        draw(st.sampled_from(["毫米", "公里", "户"])),
    )
    joint = "[到至]"
    return Clause(
        f"{low}{dash}{high}{unit}", f"({NUMERAL}){joint}({NUMERAL}){unit}", (Decimal(low), Decimal(high))
    )


@st.composite
def shares(draw: st.DrawFn) -> Clause:
    amount = draw(st.one_of(st.integers(0, 100), st.decimals(0, 100, places=1)))
    return Clause(f"{amount}%", f"百分之({NUMERAL})", (Decimal(amount),))


@st.composite
def temperatures(draw: st.DrawFn) -> Clause:
    amount = draw(st.one_of(st.integers(-50, 50), st.decimals("-50", "-0.1", places=1)))
    cold = "零下" if amount < 0 else ""
    unit = draw(st.sampled_from(["℃", "°C"]))
    return Clause(f"{amount}{unit}", f"{cold}({NUMERAL})摄氏度", (abs(Decimal(amount)),))


@st.composite
def days(draw: st.DrawFn) -> Clause:
    year, month, day = draw(st.integers(1950, 2099)), draw(st.integers(1, 12)), draw(st.integers(1, 28))
    form = draw(st.sampled_from(["{}年{}月{}日", "{}-{:02}-{:02}", "{}/{}/{}"]))
    return Clause(
        form.format(year, month, day),
        f"([零一二三四五六七八九]{{4}})年({NUMERAL})月({NUMERAL})日",
        (str(year), Decimal(month), Decimal(day)),
    )


@st.composite
def clocks(draw: st.DrawFn) -> Clause:
    hour, minute = draw(st.integers(0, 23)), draw(st.integers(1, 59))
    form = draw(st.sampled_from(["{}时{}分", "{}:{:02}", "{:02}:{:02}", "{}：{:02}"]))
    return Clause(
        form.format(hour, minute),
        f"({NUMERAL.split('(?')[0]})[时点]零?({NUMERAL})分",
        (Decimal(hour), Decimal(minute)),
    )


@st.composite
def fractions(draw: st.DrawFn) -> Clause:
    low = draw(st.integers(2, 10))
    high = draw(st.integers(1, low - 1))
    return Clause(f"{high}/{low}的村民", f"({NUMERAL})分之({NUMERAL})的村民", (Decimal(low), Decimal(high)))


@st.composite
def telephones(draw: st.DrawFn) -> Clause:
    number = "1" + str(draw(st.integers(3, 9))) + f"{draw(st.integers(0, 10**9 - 1)):09}"
    return Clause(f"电话{number}", "电话([零幺二三四五六七八九，]+)", (number,))


clauses = st.one_of(
    quantities(), spans(), shares(), temperatures(), days(), clocks(), fractions(), telephones()
)


@settings(max_examples=600, deadline=None)
@given(st.lists(clauses, min_size=1, max_size=4))
def test_every_figure_of_a_sentence_is_said_with_its_own_value(said: list[Clause]) -> None:
    text = "".join(f"预计{clause.written}。" for clause in said)
    words = spoken(text)
    assert not words.notes, words
    pattern = "".join(f"预计{clause.said}。" for clause in said)
    match = re.fullmatch(pattern, words.words)
    assert match, (text, words.words)
    worth = [number for clause in said for number in clause.worth]
    for heard, meant in zip(match.groups(), worth, strict=True):
        assert (digits(heard) if isinstance(meant, str) else value(heard)) == meant, (text, words.words)
