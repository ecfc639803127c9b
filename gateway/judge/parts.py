"""The parts of a warning's plan: which speakers say which words, at night or by day, once or at every
burst."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from gateway.announcements import script
from gateway.announcements.draft import Local
from gateway.codes import meaning
from gateway.judge import heard
from gateway.judge.audience import Audience
from gateway.judge.case import Case
from gateway.judge.command import worded
from gateway.judge.deed import deed, ordered
from gateway.judge.local import local
from gateway.judge.relay import class_of, decided
from gateway.model.alert import Info
from gateway.model.judgement import Trust
from gateway.model.plan import Class, Part, Script, ToneName
from gateway.model.reason import Reason


def parts(case: Case, audience: Audience) -> list[tuple[Part, Info]]:
    """The parts, each with the block that it says."""
    pairs: list[tuple[Part, Info]] = []
    hearing: defaultdict[int, list[str]] = defaultdict(list)
    for name, block in audience.chosen.items():
        hearing[id(block)].append(name)
    for info in audience.blocks if audience.chosen else ():
        for sentence, names in _by_reminder(case, info, hearing[id(info)]).items():
            pairs += _block(case, audience, info, names, sentence)
    pairs = [(_calmed(part), info) for part, info in pairs] if case.calm else pairs
    pairs = [(_untimed(case, part), info) for part, info in pairs] if case.ahead else pairs
    said = _in_drills(case, pairs) + _left(case, audience)
    heard.note(case.tracing, (part for part, _ in said))
    return said


def _calmed(part: Part) -> Part:
    """The part with a chime in place of its siren."""
    return replace(part, script=replace(part.script, tone=ToneName.CHIME, clip="warning"))


def _untimed(case: Case, part: Part) -> Part:
    """The same part without the time of issue: a village is not told a time that has not come."""
    return replace(part, script=script.untimed(part.script, case.alert.sent))


def _by_reminder(case: Case, info: Info, names: Iterable[str]) -> dict[str, list[str]]:
    """The speakers by what the site itself says there after the warning."""
    code = meaning.hazard(info).code
    grouped: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        grouped[case.roster.reminder(name, code)].append(name)
    return grouped


def _block(
    case: Case, audience: Audience, info: Info, names: list[str], sentence: str
) -> list[tuple[Part, Info]]:
    """The parts of one block at speakers with the same sentence of the site."""
    pairs: list[tuple[Part, Info]] = []
    first_time = [name for name in names if audience.difference.first_time(name, info)]
    changed = [name for name in names if name not in first_time and audience.difference.material(name, info)]
    unchanged = [name for name in names if name not in first_time and name not in changed]
    here, level = local(case, info, names, sentence), meaning.level(info)
    if first_time:
        words = _whole(case, info, here)
        assert words.tone is not ToneName.NONE
        pairs += _spread(case, audience, info, first_time, words)
    if changed:
        words = script.update(case.alert, info, level, local=here)
        pairs += _spread(case, audience, info, changed, words)
    if unchanged:
        calm = script.update(case.alert, info, level, calm=True, local=here)
        standing = [name for name in unchanged if name in audience.difference.standing]
        pairs += _spread(case, audience, info, standing, calm)
        pairs += _once([name for name in unchanged if name not in standing], calm, info)
    return pairs


def _in_drills(case: Case, pairs: list[tuple[Part, Info]]) -> list[tuple[Part, Info]]:
    """The same parts; at speakers in an open drill the words say first that this is no exercise. A notice has
    nothing of a drill."""
    if case.deed and case.deed.tells:
        return pairs
    marked: list[tuple[Part, Info]] = []
    for part, info in pairs:
        ends = bool(ordered(info)) or class_of(meaning.level(info), case.rule(info).least) <= Class.RED
        plain = tuple(name for name in part.targets if name not in case.drilled)
        drilled = tuple(name for name in part.targets if name in case.drilled)
        real = script.no_drill(part.script, ends=ends)
        by_drill = ((plain, part.script), (drilled, real))
        marked += [(replace(part, targets=names, script=words), info) for names, words in by_drill if names]
    return marked


def _whole(case: Case, info: Info, here: Local) -> Script:
    """The words of the whole block: an order, or a warning.

    An official source's own recording goes with it.
    """
    if order := ordered(info):
        return script.order(info if case.alert.station else worded(info, order, case.roster))
    act = deed(info)
    if act and act.tells:
        return script.notice(info, act)
    recorded = script.recording(case.alert, info) if case.policy.trust is Trust.OFFICIAL else ""
    return script.warning(case.alert, info, meaning.level(info), recorded, here)


def _spread(
    case: Case, audience: Audience, info: Info, targets: list[str], words: Script
) -> list[tuple[Part, Info]]:
    """The parts of one block: its speakers wait for the day if its rule holds it at night.

    They do not wait at risk points if the rule says so, nor after a person has let it through, nor while the
    clock cannot be trusted.
    """
    night = case.rule(info).night
    let_go = decided(case.held, case.now) and any(
        case.passed(reason)
        for reason in (Reason.HELD_AT_NIGHT, Reason.ONE_PERSON, Reason.TWO_PEOPLE, Reason.ORDER_WAITS)
    )
    if night == "at_once" or let_go or not case.trusted:
        return [(Part(tuple(targets), words), info)] if targets else []
    spared = audience.risk_points if night == "risk_points" else frozenset()
    at_risk = tuple(name for name in targets if name in spared)
    others = tuple(name for name in targets if name not in spared)
    pairs = ((at_risk, False), (others, True))
    return [(Part(names, words, by_day), info) for names, by_day in pairs if names]


def _once(targets: Iterable[str], words: Script, info: Info) -> list[tuple[Part, Info]]:
    """The part for words that are no alarm: they are said once, by day."""
    names = tuple(targets)
    return [(Part(names, words, by_day=True, once=True), info)] if names else []


def _left(case: Case, audience: Audience) -> list[tuple[Part, Info]]:
    """The parts of speakers that the warning means no longer: they say so, or say a lift if the document says
    that it is over."""
    speakers: defaultdict[Script, list[str]] = defaultdict(list)
    blocks: dict[Script, Info] = {}
    for name, info in audience.left.items():
        signal = (info.sender_name, meaning.hazard(info), meaning.level(info))
        issued = None if case.ahead else case.alert.sent
        words = script.lift(*signal, issued) if name in audience.over else script.left(*signal)
        speakers[words].append(name)
        blocks[words] = info
    return [pair for words, names in speakers.items() for pair in _once(names, words, blocks[words])]
