"""Notices that tell something and do not warn: the start of an emergency response, the report of an
earthquake that has happened, what is done because of a warning.

They come over the same roads and with the same codes as warnings. A siren for them would be a false one.
"""

from __future__ import annotations

import re

from gateway.codes import meaning, signals
from gateway.judge.case import Case
from gateway.model.alert import Info
from gateway.model.hazard import Level
from gateway.model.reason import Reason, Why
from gateway.model.verdict import Hold, Store
from gateway.wording.mention import mention
from gateway.wording.orders import orders

_RESPONSE = re.compile("应急响应|[ⅠⅡⅢⅣIV一二三四]级响应")
_UPPER_RESPONSE = re.compile(
    "(?:[ⅠⅡ一二]|(?<![IV])I{1,2})级.{0,8}响应|响应.{0,8}(?:[ⅠⅡ一二]|(?<![IV])I{1,2})级"
)
"""Of the two upper classes: offices then expect that villages move people."""
_WARNS = re.compile("预警|警报|信号")
_ORDERS = re.compile("立即转移|准备转移|就地避险|撤离")
_QUAKES = frozenset({"11C00", "11C01", "11C02", "11C99"})
_REPORT = re.compile("测定|速报|发生(?:了)?\\s*\\d+(?:\\.\\d)?级(?:左右)?(?:的)?地震|震源深度")
_EARLY = re.compile("预警|警报|横波|秒后|即将")


def notice(case: Case, info: Info) -> Store | Hold | None:
    """The answer to a notice; None for a warning. What a person let through is asked no more."""
    verdict = _response(info) or _quake(info) or _mention(info)
    if verdict is None or case.passed(verdict.why.reason):
        return None
    case.tracing.note(
        "notice", "headline, description", info.headline, f"{verdict.name}: {verdict.why.reason}"
    )
    return verdict


def _response(info: Info) -> Store | Hold | None:
    """A title that tells of a response and neither it nor the text warns. One of the upper classes is for a
    person."""
    text = f"{info.description}{info.instruction}"
    if not _RESPONSE.search(info.headline) or _WARNS.search(info.headline):
        return None
    if _ORDERS.search(text) or signals.levels(text):
        return None
    why = Why(Reason.RESPONSE_ONLY)
    return Hold(why) if _UPPER_RESPONSE.search(info.headline) else Store(why)


def _quake(info: Info) -> Hold | None:
    """A report is measured after the event. Early warnings say so, or count the seconds."""
    if meaning.hazard(info).code not in _QUAKES:
        return None
    text = f"{info.headline}\n{info.description}"
    reports = _REPORT.search(text) and not _EARLY.search(text)
    return Hold(Why(Reason.QUAKE_REPORT)) if reports else None


def _mention(info: Info) -> Store | Hold | None:
    """A title that mentions a signal and issues none (因暴雨红色预警停课). With grave words or an order it is
    for a person."""
    words = mention(info.headline)
    if not words:
        return None
    why = Why(Reason.MENTIONS_ONLY, {"words": words})
    grave = meaning.speaks_gravely(info) or meaning.level(info) in (Level.RED, Level.ORANGE)
    return Hold(why) if grave or orders(f"{info.description}\n{info.instruction}") else Store(why)
