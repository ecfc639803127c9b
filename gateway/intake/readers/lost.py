"""Text that is lost, because a program on the way could not read it: ????, U+FFFD, 锟斤拷, 鏆撮洦绾�.

It is taken out and a defect says so. Nothing is concluded from it, and nobody hears it. Hazard and level are
then known from codes, or not at all. Where only some signs are lost, their clauses go and the rest stays.
"""

from __future__ import annotations

import re
from dataclasses import replace

from gateway.intake.readers.garbled import LATIN_RUN, LEADS
from gateway.model.alert import Alert, Defect, Info
from gateway.model.reason import Reason, Why
from gateway.wording.clauses import clauses

MOST = 0.25
"""The part of a text that may be lost before nothing of it is believed. Our choice."""
_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_ASKS = "什么|怎|如何|为何|哪|几|多少|是否|谁|吗|呢|吧|么|能否|可否|有没有|是不是"
_HOLE = re.compile(rf"(?:\ufffd|锟斤拷|锟|{LATIN_RUN})+|\?{{2,}}|(?<=[{_HAN}])\?(?=[{_HAN}])|^\?(?=[{_HAN}])")
"""Lost signs. A question mark that no blank and no end of the text follows ends no question."""
_HOLED = "\ufffd"
"""It stands for lost signs of every kind."""
_LEAD = re.compile(f"[{LEADS}]")
_MARKED = re.compile(rf"[\ufffd?锟\xc0-\xff{LEADS}]")
"""A sign without which nothing is lost: the cheap first look."""
_QUESTION = re.compile(_ASKS)
_CHINESE = re.compile(f"[{_HAN}]")
_LETTER = re.compile(r"[^\W\d_]")
_GARBLED, _FEWEST = 0.2, 4
"""Read as GBK, UTF-8 has at least this part of signs that are the first bytes of a character; of fewer signs
nothing is concluded. Warnings have below 0.05. Our choice."""
_ISSUES = re.compile(r"发布|(?=解除|取消|变更|升级|降级|继续)")
"""Behind this stands what is warned of, before it who does."""
_BOUND = re.compile("除|外|若|如|不|勿|非|仅|只|但|否则")
"""Words by which a clause bounds the one beside it: without it the other means something else."""
_TEXTS = ("headline", "description", "instruction")
_NAMES = ("event", "sender_name", "contact")


def left(text: str) -> str:
    """The text without what is lost: "" where most is lost, the same text where nothing is.

    Texts in other scripts keep their few lost signs and their question marks.
    """
    if not _MARKED.search(text):
        return text
    if lost(text):
        return ""
    return _without_holes(text) if _CHINESE.search(text) and _holes(text) else text


def lost(text: str) -> bool:
    """Whether so much of the text is lost that the rest is not to be believed."""
    if not _MARKED.search(text):
        return False
    gone = sum(len(hole) for hole in _holes(text))
    rest = len(_LETTER.findall(_HOLE.sub("", text)))
    return _as_gbk(text) or gone > MOST * (gone + rest)


def audible(alert: Alert) -> Alert:
    """The alert without lost text, with a defect for each kind of loss. Its key stays as written."""
    infos = tuple(map(_audible, alert.infos))
    note = left(alert.note)
    if infos == alert.infos and note == alert.note:
        return alert
    gone = [_gone(was, now) for was, now in zip(alert.infos, infos, strict=True)]
    whole = dict.fromkeys(name for names, _ in gone for name in names)
    some = dict.fromkeys(name for _, names in gone for name in names)
    kinds = ((Reason.TEXT_LOST, whole), (Reason.SIGNS_LOST, some))
    defects = (
        Defect("encoding", ", ".join(names), why=Why(reason, {"elements": "、".join(names)}))
        for reason, names in kinds
        if names
    )
    return replace(alert, note=note, infos=infos, defects=(*alert.defects, *defects))


def _audible(info: Info) -> Info:
    """The block without lost text; a name with a lost sign is none."""
    values = [left(getattr(info, name)) for name in _TEXTS]
    names = [_name(getattr(info, name)) for name in _NAMES]
    areas = tuple(
        area if (said := _name(area.description)) == area.description else replace(area, description=said)
        for area in info.areas
    )
    parameters = tuple(pair for pair in info.parameters if left(pair.value) == pair.value)
    before = [getattr(info, name) for name in (*_TEXTS, *_NAMES)]
    if [*values, *names] == before and areas == info.areas and parameters == info.parameters:
        return info
    event, sender_name, contact = names
    headline, description, instruction = values
    return replace(
        info,
        event=event,
        sender_name=sender_name,
        headline=headline,
        description=description,
        instruction=instruction,
        contact=contact,
        parameters=parameters,
        areas=areas,
    )


def _name(text: str) -> str:
    return text if left(text) == text else ""


def _gone(was: Info, now: Info) -> tuple[list[str], list[str]]:
    """The elements of a block that are lost, and those that lack some signs."""
    whole: list[str] = []
    some: list[str] = []
    for name in (*_TEXTS, *_NAMES):
        before, after = getattr(was, name), getattr(now, name)
        if before != after:
            (some if after or not lost(before) else whole).append(name)
    if was.areas != now.areas:
        (whole if any(lost(area.description) for area in was.areas) else some).append("areaDesc")
    if was.parameters != now.parameters:
        (whole if any(lost(pair.value) for pair in was.parameters) else some).append("parameter")
    return whole, some


def _holes(text: str) -> list[str]:
    """The lost signs. Two question marks behind a question are none."""
    holes = _HOLE.findall(text)
    if any(hole[0] != "?" for hole in holes) or not _QUESTION.search(text):
        return holes
    return [hole for hole in holes if len(hole) > 2]


def _as_gbk(text: str) -> bool:
    """Whether this is UTF-8 that was read as GBK, with bytes that are gone."""
    signs = [sign for sign in text if not sign.isascii()]
    return len(signs) >= _FEWEST and len(_LEAD.findall(text)) >= _GARBLED * len(signs)


def _without_holes(text: str) -> str:
    """The text without the clauses that lack a sign.

    Of a clause that says who warns of what, the second part stays if it is whole. A whole sentence goes if
    the clause bounds what stands beside it.
    """
    kept: list[str] = []
    sentence: list[tuple[str, bool]] = []
    marked = _HOLE.sub(_HOLED, text)  # a question mark would end a clause
    for clause in clauses(marked):
        whole = _warned_of(clause.words) if _HOLED in clause.words else clause.words
        bound = not whole and _BOUND.search(clause.words) is not None
        sentence.append((whole + clause.mark if whole else "", bound))
        if clause.ends:
            kept.extend(_sentence(sentence))
            sentence = []
    return "".join((*kept, *_sentence(sentence))).strip()


def _sentence(parts: list[tuple[str, bool]]) -> list[str]:
    return [] if any(bound for _, bound in parts) else [words for words, _ in parts if words]


def _warned_of(words: str) -> str:
    """What stands behind who warns; "" if a sign of it is lost."""
    *_, rest = _ISSUES.split(words, maxsplit=1)
    return rest if rest != words and _HOLED not in rest else ""
