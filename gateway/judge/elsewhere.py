"""Whether a county's code is wider than its warning: the text names places, and none of ours."""

from __future__ import annotations

from gateway.judge import area
from gateway.judge.case import Case
from gateway.model.alert import ISSUER, Info
from gateway.model.plan import Class, Plan
from gateway.model.reason import Reason, Why
from gateway.model.verdict import Hold

COUNTY = 6
"""Significant digits of the region of a county."""


def note(case: Case, info: Info) -> None:
    """Note what the text says of each township of ours that a wide code covers, if it names any place."""
    words = area.worded(info, case.roster)
    if not words.told.mentions and not words.described.mentions:
        return
    for code in words.covered:
        speakers = [speaker.id for speaker in case.roster.outdoors if speaker.region.code.startswith(code)]
        answer, told = words.of(code)
        saw = f"{case.roster.gazetteer.name(code)}: {told}"
        case.tracing.note("area.words", "headline, description, areaDesc", saw, answer, speakers)


def elsewhere(case: Case, info: Info, plan: Plan) -> Hold | None:
    """A hold if the text of a block names places and none of ours (docs/practice.md, Relay rules).

    A red that names others airs with a flag. One that excepts ours by name waits for a person, too.
    """
    words = area.worded(info, case.roster)
    names = area.elsewhere(info, case.roster)
    if not names:
        return None
    excepted = words.told.excluded >= set(words.covered)
    reason = Reason.EXCEPTED_TOWNSHIPS if excepted else Reason.OTHER_TOWNSHIPS
    if case.passed(reason):
        return None
    why = Why(reason, {"names": "、".join(names)})
    if plan.class_ <= Class.RED and not excepted:
        case.flag(why)
        return None
    if case.rule(info).silent:
        return None
    case.tracing.note("area.elsewhere", "description", "、".join(names), "hold")
    return Hold(why)


def assumed(case: Case, info: Info) -> Hold | None:
    """A hold if a list names no area and its issuer's region is wider than a county.

    An office of a prefecture or province seldom warns all of it, and our county may not be meant.
    """
    named = [pair for element in info.areas for pair in element.geocodes]
    if any(pair.name != ISSUER for pair in named) or not named:
        return None
    if min((len(region.significant) for region in area.regions(info)), default=COUNTY) >= COUNTY:
        return None
    if case.policy.no_area == "whole" or case.passed(Reason.NO_AREA) or case.rule(info).silent:
        return None
    case.tracing.note("area.issuer", "identifier", [pair.value for pair in named], "hold")
    return Hold(Why(Reason.NO_AREA))
