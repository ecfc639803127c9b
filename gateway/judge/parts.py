"""The parts of a warning's plan: which speakers say which words, at what hour, once or as often as the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from gateway.announcements import script
from gateway.codes import meaning
from gateway.judge.audience import Audience
from gateway.judge.case import Case
from gateway.judge.relay import class_of, decided
from gateway.judge.threshold import ordered
from gateway.model.alert import Info
from gateway.model.judgement import Trust
from gateway.model.plan import Class, Part, Script, ToneName
from gateway.model.reason import Reason


def parts(case: Case, audience: Audience) -> list[tuple[Part, Info]]:
    """Each with the block it is made of."""
    found: list[tuple[Part, Info]] = []
    hearing: defaultdict[int, list[str]] = defaultdict(list)
    for name, said in audience.chosen.items():
        hearing[id(said)].append(name)
    for info in audience.blocks if audience.chosen else ():
        mine = hearing[id(info)]
        new = [name for name in mine if name not in audience.difference.heard]
        changed = [name for name in mine if name not in new and audience.difference.material(name, info)]
        same = [name for name in mine if name not in new and name not in changed]
        words = _whole(case, info)
        assert words.tone is not ToneName.NONE
        found += _spread(case, audience, info, new, words)
        found += _spread(case, audience, info, changed, script.update(case.alert, info, meaning.level(info)))
        calm = script.update(case.alert, info, meaning.level(info), calm=True)
        standing = [name for name in same if name in audience.difference.standing]
        found += _spread(case, audience, info, standing, calm)
        found += _once([name for name in same if name not in audience.difference.standing], calm, info)
    return _in_drills(case, found) + _left(case, audience)


def _in_drills(case: Case, found: list[tuple[Part, Info]]) -> list[tuple[Part, Info]]:
    """Where a drill is open it is said first that this is none."""
    told: list[tuple[Part, Info]] = []
    for part, info in found:
        ends = bool(ordered(info)) or class_of(meaning.level(info), case.rule(info).least) <= Class.RED
        plain = tuple(name for name in part.targets if name not in case.drilled)
        drilled = tuple(name for name in part.targets if name in case.drilled)
        real = script.no_drill(part.script, ends=ends)
        pairs = ((plain, part.script), (drilled, real))
        told += [(replace(part, targets=names, script=words), info) for names, words in pairs if names]
    return told


def _whole(case: Case, info: Info) -> Script:
    """All of it: an order, or a warning with the recording that came with it where the road is an official one."""
    if ordered(info):
        return script.order(info)
    recorded = script.recording(case.alert, info) if case.policy.trust is Trust.OFFICIAL else ""
    return script.warning(case.alert, info, meaning.level(info), recorded)


def _spread(
    case: Case, audience: Audience, info: Info, targets: list[str], words: Script
) -> list[tuple[Part, Info]]:
    """The speakers of one block. What its rule holds at night waits there for the day, but at risk points where the rule says so and where a
    person let it go; a clock that cannot be trusted knows no night."""
    night = case.rule(info).night
    let_go = decided(case.held, case.now) and any(
        case.passed(reason) for reason in (Reason.HELD_AT_NIGHT, Reason.ONE_PERSON, Reason.TWO_PEOPLE)
    )
    if night == "at_once" or let_go or not case.trusted:
        return [(Part(tuple(targets), words), info)] if targets else []
    spared = audience.risk_points if night == "risk_points" else frozenset()
    at_risk = tuple(name for name in targets if name in spared)
    others = tuple(name for name in targets if name not in spared)
    pairs = ((at_risk, False), (others, True))
    return [(Part(names, words, by_day), info) for names, by_day in pairs if names]


def _once(targets: Iterable[str], words: Script, info: Info) -> list[tuple[Part, Info]]:
    """What is no alarm is said once, by day."""
    names = tuple(targets)
    return [(Part(names, words, by_day=True, once=True), info)] if names else []


def _left(case: Case, audience: Audience) -> list[tuple[Part, Info]]:
    """Who heard it and is meant no longer is told so; where the document says that it is over, in the words of a lift."""
    said: defaultdict[Script, list[str]] = defaultdict(list)
    of: dict[Script, Info] = {}
    for name, info in audience.left.items():
        signal = (info.sender_name, meaning.hazard(info), meaning.level(info))
        words = script.lift(*signal, case.alert.sent) if name in audience.over else script.left(*signal)
        said[words].append(name)
        of[words] = info
    return [one for words, names in said.items() for one in _once(names, words, of[words])]
