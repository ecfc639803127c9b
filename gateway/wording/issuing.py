"""Who issued a warning, when and by which act, as its title or the opening of its text says it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from gateway.wording.phrases import read

_WORDS = read("issuing")
_TIME = (
    r"于?(?:今天|今日|昨天|昨日)?"
    r"(?:(?:\d{4}年)?(?:\d{1,2}月)?(?:\d{1,2}日)?(?:上午|下午|凌晨|晚上)?"
    r"(?:\d{1,2}[时点:：](?:\d{1,2}分?(?:[:：]?\d{1,2}秒?)?)?|(?<=日))"
    r"|\s?\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[ T]\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?\s?)"
)
_VERB = "|".join(_WORDS["verbs"])
_OPENING = re.compile(
    rf"(?P<first>{_TIME},?，?)?(?P<who>[^，。：:；\n]{{0,60}}?)(?P<time>{_TIME})?(?P<act>(?:{_VERB})[\s\S]*)"
)
_OFFICE = re.compile(f"(?:{'|'.join(_WORDS['offices'])})$")
_PLACE = re.compile("[省市州盟县旗区乡镇]$|街道$")
_PLATFORM = re.compile(f"(?:{'|'.join(_WORDS['platforms'])})")
_LEAD = re.compile(rf"{_PLATFORM.pattern}(?:{'|'.join(_WORDS['reports'])})?[\s，,：:丨|·-]*")
_BRACKETS = re.compile(r"\A(?:\s*[【\[〔（(《][^【】\[\]〔〕（）()《》]{0,40}[】\]〕）)》])+\s*")
_TAKEN = re.compile(rf"^[（(【]?{_WORDS['taken']}")
_PARTED = re.compile(r"(?<=[台局厅部办会处站])\s+(?=[\u3400-\u9fff])")
_NOBODY = re.compile(rf"^(?:{'|'.join(_WORDS['nobody'])})|(?:{'|'.join(_WORDS['ours'])})$")
_NESTED = re.compile(r"(?:发布|发出)[：:]\s*(?P<inner>[\s\S]+)")
_CHANGE = re.compile(r"将.*(?:为|至|成)|(?:更新|升级|变更|调整|降级|变化).*(?:为|至|成|到)")
_AGAIN = re.compile(r"继续|再次|再度|滚动|更新|升级|变更|更正|调整|降级|维持|重新|解除")
_SIGNED = re.compile(r"[：:]\s*(?=发布|联合发布)")
_SENTENCE = re.compile("[。！!；;\n]")
LONGEST = 160
"""Characters of a first sentence in which an issuer is looked for. Our choice."""


class Opened(NamedTuple):
    """An opening taken apart."""

    who: str
    """The issuer. "" where the opening names none, or only a platform that passes warnings on."""
    time: str
    act: str
    """From the verb on: 继续发布暴雨红色预警信号."""

    @property
    def rank(self) -> int:
        """How much the act tells: a change from one signal to another, a renewal, an issue."""
        return 2 if _CHANGE.search(self.act) else 1 if _AGAIN.search(self.act) else 0


def apart(text: str) -> Opened | None:
    """An opening taken apart; None where a text tells no act of issuing.

    梅岭县气象台发布：梅岭县发布暴雨预警 is one act.
    """
    found = _OPENING.fullmatch(text.strip(" ：:，,"))
    if found is None:
        return None
    who, time, act = found["who"].strip(), found["time"] or "", found["act"]
    who = _BRACKETS.sub("", who) or who
    time = time or (found["first"] or "").rstrip("，,")
    if who and not _named(who) and "联合" not in act[:2]:
        return None
    nested = _NESTED.match(act)
    if nested and (inner := apart(nested["inner"])):
        return Opened(fuller(speaker(who), inner.who), time or inner.time, inner.act)
    return Opened(speaker(who), time, act)


def issuer(title: str, text: str = "", named: str = "") -> str:
    """The office that issued a warning: the one that the title names before its act, else the one that the
    document names in a field of its own (`named`), else that of the first sentence of the text. Where there
    is no office, the place that speaks there: 云溪县 of 云溪县发布暴雨预警.

    "" where nobody is named. A platform that only passes warnings on is nobody: the station's name has to be
    said (docs/practice.md, Repetition).
    """
    found = [*_issuers(title), speaker(named), *_issuers(text)]
    return next(filter(office, found), next(filter(None, found), ""))


def speaker(name: str) -> str:
    """The name as it is said: without the platforms that stand before it, and with 、 between two offices
    that only a blank parts. "" where it is a platform's own."""
    bare = name.strip()
    bare = _LEAD.sub("", bare, count=1).strip() if _PLATFORM.match(bare) else bare
    return _PARTED.sub("、", bare)


def platform(words: str) -> bool:
    """Whether words are the name of a platform that passes warnings on, perhaps in brackets, and no more."""
    bare = words.strip(" 【】[]〔〕（）()《》")
    return bool(bare) and not speaker(bare)


def fuller(one: str, other: str) -> str:
    """The name that says more of two names of an issuer: an office more than a place. Of two different ones
    the second."""
    if not other or other in one or (office(one) and not office(other)):
        return one
    return other


def office(name: str) -> bool:
    """Whether it is the name of an office: 云溪县气象台, and not 云溪县."""
    return bool(_OFFICE.search(name))


def _issuers(words: str) -> Iterator[str]:
    """Those whom the first sentence names before an act, the first of them first."""
    sentence = _SIGNED.sub("", _SENTENCE.split(_TAKEN.sub("", words.strip()), maxsplit=1)[0][:LONGEST])
    starts = [0, *(sign.end() for sign in re.finditer("[，,：:]", sentence))]
    for start in starts:
        opened = apart(sentence[start:])
        if opened and opened.who and not _NOBODY.search(opened.who):
            yield opened.who


def _named(who: str) -> bool:
    return office(who) or bool(_PLACE.search(who))
