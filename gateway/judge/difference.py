"""What an Update changes for each speaker: who heard the former text and is meant no longer, who is meant for the first time, and who still is.

Only a material change is worth a siren: a worse level, another hazard, an earlier onset, a new instruction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.codes import meaning
from gateway.judge import block
from gateway.model.alert import Info
from gateway.model.judgement import Past
from gateway.model.speaker import Roster


@dataclass(frozen=True)
class Difference:
    """`heard` has the block each speaker heard before, `standing` those where it still sounds or waits, `told` those that heard it over another
    road."""

    heard: Mapping[str, Info]
    standing: frozenset[str]
    told: frozenset[str] = frozenset()

    def material(self, speaker: str, now: Info) -> bool:
        """Whether what it says now is a material change there. The fuller text of the same warning over another road is none."""
        before = self.heard.get(speaker)
        if before is None:
            return True
        if speaker in self.told:
            return meaning.level(now) < meaning.level(before)
        return material(before, now)


def heard_before(before: Sequence[Past], roster: Roster) -> Difference:
    """What was heard of the documents an Update follows on, the newest at each speaker."""
    heard: dict[str, Info] = {}
    standing: set[str] = set()
    for one in sorted(before, key=lambda past: past.alert.sent):
        if not one.sounded:
            continue
        said, other = block.by_speaker(one.alert.infos, roster), block.chinese(one.alert.infos)
        for speaker in one.sounded:
            if info := said.get(speaker, other):
                heard[speaker] = info
        if one.plan and one.live:
            standing.update(one.sounded)
    return Difference(heard, frozenset(standing))


def material(before: Info, now: Info) -> bool:
    """Whether the newer block is worth a siren where the older one was heard. A sender that calls it a minor change is believed (CAP-CP)."""
    if any(pair.name.lower().endswith("minorchange") for pair in now.parameters):
        return False
    if meaning.hazard(now) != meaning.hazard(before) or meaning.level(now) < meaning.level(before):
        return True
    sooner = now.onset is not None and before.onset is not None and now.onset < before.onset
    urged = now.instruction != before.instruction and now.instruction not in (
        "",
        *before.instruction.split("\n"),
    )
    return sooner or urged or not set(now.response_types) <= set(before.response_types)
