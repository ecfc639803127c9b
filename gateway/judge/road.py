"""One warning over several roads, known by its national identifier: it is said once, and a later road adds
only what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gateway.codes import meaning
from gateway.judge import block, difference, lineage
from gateway.judge.block import bare
from gateway.model.alert import Info, MsgType, national
from gateway.model.judgement import Past
from gateway.model.speaker import Roster


def kindred(document: Past, past: Sequence[Past]) -> list[Past]:
    """Documents of this warning from other roads or senders that still hold, the most trusted and fullest
    first."""
    if not national(document.alert.identifier):
        return []
    roads = [
        earlier
        for earlier in past
        if earlier.alert.kin == document.alert.kin
        and earlier.alert.status is document.alert.status
        and (earlier.source, earlier.alert.sender) != (document.source, document.alert.sender)
        and earlier.verdict not in ("quarantine", "stop", "ignore")
        and earlier.alert.msg_type in (MsgType.ALERT, MsgType.UPDATE)
        and not lineage.withdrawn(earlier, past)
    ]
    return sorted(roads, key=lambda earlier: (earlier.trust, -sum(map(_length, earlier.alert.infos))))


def missing(
    chosen: Mapping[str, Info], kin: Sequence[Past], roster: Roster
) -> tuple[dict[str, Info], dict[str, Info]]:
    """The blocks that are not said yet, by speaker, and the blocks that these speakers have said for other
    roads."""
    heard: dict[str, Info] = {}
    for road in reversed([road for road in kin if road.plan and (road.live or road.sounded)]):
        blocks, fallback = block.by_speaker(road.alert.infos, roster), block.chinese(road.alert.infos)
        heard |= {
            name: info
            for name in (road.plan.targets if road.plan else ())
            if (info := blocks.get(name, fallback)) is not None
        }
    unsaid = {
        name: info
        for name, info in chosen.items()
        if name not in heard
        or (bare(heard[name]) and not bare(info))
        or meaning.level(info) < meaning.level(heard[name])
    }
    repeated = set(heard.keys() & unsaid.keys())
    fallback_block = block.chinese(block.distinct(chosen))
    for plan in (road.plan for road in kin if road.plan and road.live):
        # A plan that is replaced at some of its speakers is replaced at all: two plans would contradict.
        if fallback_block and not repeated.isdisjoint(plan.targets):
            unsaid |= {name: chosen.get(name, fallback_block) for name in plan.targets if name not in unsaid}
    return unsaid, {name: heard[name] for name in unsaid if name in heard}


def fullest(info: Info, kin: Sequence[Past]) -> Info:
    """The block; if it has no text, with the text of another road.

    The signal alone tells nobody what to do.
    """
    if not bare(info):
        return info
    texts = (
        fuller
        for road in kin
        for fuller in road.alert.infos
        if not bare(fuller) and not difference.another(info, fuller)
    )
    fuller = min(texts, key=block.language, default=None)
    return replace(info, description=fuller.description, instruction=fuller.instruction) if fuller else info


def _length(info: Info) -> int:
    return len(info.description) + len(info.instruction)
