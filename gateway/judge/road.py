"""The same warning over several roads, known by its national identifier: it is said once, and a later road adds only what was missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gateway.codes import meaning
from gateway.judge import block, difference, lineage
from gateway.model.alert import Info, MsgType, national
from gateway.model.judgement import Past
from gateway.model.speaker import Roster


def kindred(me: Past, past: Sequence[Past]) -> list[Past]:
    """What is known of this warning from other roads or senders and still holds, the most trusted and fullest first."""
    if not national(me.alert.identifier):
        return []
    found = [
        one
        for one in past
        if one.alert.kin == me.alert.kin
        and one.alert.status is me.alert.status
        and (one.source, one.alert.sender) != (me.source, me.alert.sender)
        and one.verdict not in ("quarantine", "stop", "ignore")
        and one.alert.msg_type in (MsgType.ALERT, MsgType.UPDATE)
        and not lineage.withdrawn(one, past)
    ]
    return sorted(found, key=lambda one: (one.trust, -sum(map(_length, one.alert.infos))))


def missing(
    chosen: Mapping[str, Info], kin: Sequence[Past], roster: Roster
) -> tuple[dict[str, Info], dict[str, Info]]:
    """What is left to say: the speakers with their blocks, and of these the ones that have heard something, with what they heard."""
    told: dict[str, Info] = {}
    for one in reversed([one for one in kin if one.plan and (one.live or one.sounded)]):
        said, other = block.by_speaker(one.alert.infos, roster), block.chinese(one.alert.infos)
        told |= {
            name: info
            for name in (one.plan.targets if one.plan else ())
            if (info := said.get(name, other)) is not None
        }
    left = {
        name: info
        for name, info in chosen.items()
        if name not in told
        or (bare(told[name]) and not bare(info))
        or meaning.level(info) < meaning.level(told[name])
    }
    again = set(told.keys() & left.keys())
    words = block.chinese(block.distinct(chosen))
    for plan in (one.plan for one in kin if one.plan and one.live):
        # What is said anew for some of a plan's speakers is said for all of them: two plans of one warning at a speaker would talk at cross-purposes.
        if words and not again.isdisjoint(plan.targets):
            left |= {name: chosen.get(name, words) for name in plan.targets if name not in left}
    return left, {name: told[name] for name in left if name in told}


def fullest(info: Info, kin: Sequence[Past]) -> Info:
    """The block with the text of another road where it has none of its own: the signal alone tells nobody what to do."""
    if not bare(info):
        return info
    texts = (
        other
        for one in kin
        for other in one.alert.infos
        if not bare(other) and not difference.material(info, other)
    )
    other = min(texts, key=block.language, default=None)
    return replace(info, description=other.description, instruction=other.instruction) if other else info


def bare(info: Info) -> bool:
    """Whether it is a title and no more."""
    return not (info.description or info.instruction)


def _length(info: Info) -> int:
    return len(info.description) + len(info.instruction)
