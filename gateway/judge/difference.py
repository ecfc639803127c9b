"""The difference that an Update makes at each speaker: meant for the first time, still meant, or meant no
longer.

Only a material change is worth a siren: a worse level, another hazard, an earlier onset, a new instruction,
and whatever is worse in its text (`worse`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.codes import meaning
from gateway.judge import block
from gateway.judge.block import bare
from gateway.judge.worse import news
from gateway.model.alert import Info
from gateway.model.hazard import Level
from gateway.model.judgement import Past
from gateway.model.speaker import Roster
from gateway.wording.deeds import ordered


@dataclass(frozen=True)
class Difference:
    """The earlier texts that speakers have said."""

    heard: Mapping[str, Info]
    """The block that each speaker said before, be it in part."""
    standing: frozenset[str]
    """Speakers where it still sounds or waits."""
    elsewhere: frozenset[str] = frozenset()
    """Speakers that said it for another road."""
    partly: frozenset[str] = frozenset()
    """Speakers that did not say it whole: it was cut off, or it sounds there now."""
    reissued: Mapping[str, bool] = field(default_factory=dict)
    """Whether a re-issue is worse, at each speaker that heard the former one."""

    def first_time(self, speaker: str, now: Info) -> bool:
        """Whether a speaker says the whole block as if nothing had been said: it has said nothing whole.

        A lower level than the one that was cut off is no new warning.
        """
        former = self.heard.get(speaker)
        if former is None:
            return True
        return speaker in self.partly and meaning.level(now) <= meaning.level(former)

    def material(self, speaker: str, now: Info) -> bool:
        """Whether this block is a material change at a speaker.

        A fuller text of the same warning over another road is none.
        """
        former = self.heard.get(speaker)
        if former is None:
            return True
        if speaker in self.reissued:
            return self.reissued[speaker]
        if speaker in self.elsewhere:
            return meaning.level(now) < meaning.level(former)
        return material(former, now)


def heard_before(documents: Sequence[Past], roster: Roster) -> Difference:
    """The newest block that each speaker said of these documents, which an Update follows on."""
    heard: dict[str, Info] = {}
    partly: set[str] = set()
    standing: set[str] = set()
    for document in sorted(documents, key=lambda past: past.alert.sent):
        if not document.sounded:
            continue
        blocks, fallback = block.by_speaker(document.alert.infos, roster), block.chinese(document.alert.infos)
        for speaker in document.sounded:
            if info := blocks.get(speaker, fallback):
                heard[speaker] = info
        partly = (partly | document.sounded) - document.whole
        if document.plan and document.live:
            standing.update(document.sounded)
    return Difference(heard, frozenset(standing), partly=frozenset(partly))


def material(former: Info, now: Info) -> bool:
    """Whether the newer block is worth a siren where the former one was said.

    A sender that calls its change minor is believed (CAP-CP).
    """
    if any(pair.name.lower().endswith("minorchange") for pair in now.parameters):
        return False
    if _down(former, now):
        return False
    if bare(former) and not bare(now) and meaning.hazard(now) == meaning.hazard(former):
        # The text of what was said by its title alone: an order in it nobody has heard.
        orders = any(map(ordered, (now.description, now.instruction))) and not ordered(former.headline)
        return orders or meaning.level(now) < meaning.level(former)
    return another(former, now) or bool(news(now, [former]).worse)


def _down(former: Info, now: Info) -> bool:
    """Whether the signal is taken down: then nothing is worth a siren (docs/practice.md, Ends)."""
    lower = Level.UNKNOWN > meaning.level(now) > meaning.level(former)
    return lower and meaning.hazard(now) == meaning.hazard(former)


def another(former: Info, now: Info) -> bool:
    """Whether the newer block has another hazard, a worse level, an earlier onset, or calls for something
    else."""
    if meaning.hazard(now) != meaning.hazard(former) or meaning.level(now) < meaning.level(former):
        return True
    sooner = now.onset is not None and former.onset is not None and now.onset < former.onset
    urged = now.instruction != former.instruction and now.instruction not in (
        "",
        *former.instruction.split("\n"),
    )
    return sooner or urged or not set(now.response_types) <= set(former.response_types)
