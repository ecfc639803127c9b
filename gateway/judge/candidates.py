"""The warnings that an end may mean without naming them: those of its issuer that still stand.

An end without references, or with references that nobody knows, is compared by issuer, hazard and area
(docs/practice.md, Ends). Only a document that may speak for the sender of a warning is compared with it
(`lineage.heeds`): any other feed could silence a red.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from gateway.codes import meaning
from gateway.judge import area, deed, lineage
from gateway.judge.schedule import ends
from gateway.model.alert import Alert, Info, MsgType
from gateway.model.hazard import UNKNOWN, Hazard, Level
from gateway.model.judgement import Past, Trust
from gateway.model.plan import Act
from gateway.model.speaker import Roster
from gateway.wording import likeness

_OFFICE = re.compile("(?:气象台|气象局|气象站)$")
"""A county's 气象台 and its 气象局 are one issuer."""


@dataclass(frozen=True)
class Standing:
    """The warnings that stand when a document comes."""

    document: Past
    past: Sequence[Past]
    roster: Roster
    now: datetime | None
    """None where the clock cannot be trusted: then no warning has run out."""

    @cached_property
    def warnings(self) -> list[Past]:
        """Those of this issuer and hazard whose speakers this document may mean."""
        return [
            other
            for other in self.past
            if lineage.heeds(other, self.document)
            and self._comparable(other)
            and not lineage.withdrawn(other, self.past)
        ]

    @cached_property
    def meant(self) -> list[Past]:
        """Those that this document means by issuer, hazard and area: it covers all their speakers.

        A level that its words name counts too. An end of the orange does not mean the red.
        """
        covered = [other for other in self.warnings if self._covers(other)]
        levels = _written(self.document.alert)
        return [other for other in covered if not levels or levels & (_written(other.alert) or levels)]

    @property
    def nobody_here(self) -> bool:
        """Whether this document names places, and none of them has a speaker of ours."""
        return self._targets == frozenset()

    @cached_property
    def barred(self) -> list[Past]:
        """Those of this issuer and hazard for which this document may not speak: its road is trusted less."""
        return [
            other
            for other in self.past
            if other.alert.status is self.document.alert.status
            and not lineage.heeds(other, self.document)
            and self._comparable(other)
        ]

    @cached_property
    def changed(self) -> list[Past]:
        """Those whose signal this document turns into its own, by its words."""
        changes = [change for info in self.document.alert.infos if (change := likeness.changed(info))]
        if not changes:
            return []
        ours = self._targets
        return [
            other
            for other in self.past
            if other.alert.key != self.document.alert.key
            and lineage.heeds(other, self.document)
            and stands(other, self.now)
            and same_issuer(other, self.document)
            and not _seats_apart(other, self.document, "省市州盟县旗区")
            and any(_is_before(other.alert, change) for change in changes)
            and (ours is None or _speakers(other, self.roster) <= ours)
        ]

    def _comparable(self, other: Past) -> bool:
        """Whether it is another document that stands, of this issuer and hazard, for speakers of this one."""
        return (
            other.alert.key != self.document.alert.key
            and stands(other, self.now)
            and same_issuer(other, self.document)
            and self._same_hazard(other.alert)
            and self._overlaps(other)
        )

    def _same_hazard(self, other: Alert) -> bool:
        ours, theirs = _hazards(self.document.alert), _hazards(other)
        return not ours or not theirs or bool(ours & theirs)

    def _overlaps(self, other: Past) -> bool:
        ours, theirs = self._targets, _speakers(other, self.roster)
        return ours is None or not theirs or not ours.isdisjoint(theirs)

    def _covers(self, other: Past) -> bool:
        ours = self._targets
        return ours is None or (_speakers(other, self.roster) <= ours and not self._elsewhere)

    @cached_property
    def _elsewhere(self) -> bool:
        """Whether its act names townships and none of ours, under a code as wide as the county. People are
        asked, and the bursts here go on."""
        return any(area.elsewhere(info, self.roster) for info in self._act())

    @cached_property
    def _targets(self) -> frozenset[str] | None:
        """The speakers that this document means. None where it names no place.

        Of an end only the words of its act count: 强降水已移出青石镇 does not say where the signal ends.
        """
        if not any(area.usable(info, self.roster) for info in self.document.alert.infos):
            return None
        return frozenset(name for info in self._act() for name in area.targets(info, self.roster))

    def _act(self) -> tuple[Info, ...]:
        """Its blocks; those of an end with the words of the act alone."""
        infos, act = self.document.alert.infos, likeness.ending(self.document.alert)
        if not act and self.document.alert.msg_type is not MsgType.CANCEL:
            return infos
        return tuple(replace(info, headline=act, description="", instruction="") for info in infos)


def stands(other: Past, now: datetime | None) -> bool:
    """Whether a document is a warning that sounds, waits or still holds. A move order is none: no lift from
    above ends it."""
    if other.alert.msg_type not in (MsgType.ALERT, MsgType.UPDATE) or other.verdict == "quarantine":
        return False
    if other.plan:
        lasts = now is None or other.plan.not_after is None or other.plan.not_after > now
        return (
            other.plan.act is Act.WARNING
            and lasts
            and (bool(other.living) or (bool(other.sounded) and not other.replaced))
        )
    lasts = now is None or any(ends(info, other.alert.sent) > now for info in other.alert.infos)
    if deed.of(other.alert):
        return False
    return other.verdict == "hold" and lasts and not likeness.ending(other.alert)


def same_issuer(one: Past, other: Past) -> bool:
    """Whether two documents are of one issuer: by their sender; or by the name in their texts, where a relay
    sends for many or where the senders differ."""
    ours, theirs = _issuers(one.alert), _issuers(other.alert)
    by_name = any(a.endswith(b) or b.endswith(a) for a in ours for b in theirs)
    relayed = Trust.RELAYED in (one.trust, other.trust)
    if one.alert.sender == other.alert.sender:
        if _seats_apart(one, other, "县旗区"):
            return False
        return by_name or not relayed or not (ours and theirs)
    return by_name


def _seats_apart(one: Past, other: Past, ranks: str) -> bool:
    """Whether both are of offices of places of these ranks, and of different ones: a platform sends under one
    name for many counties."""
    ours, theirs = (
        {seat for name in _issuers(past.alert) if (seat := likeness.seat(name))} for past in (one, other)
    )
    if not all(seat.endswith(tuple(ranks)) for seat in ours | theirs):
        return False
    return bool(ours and theirs) and not any(a in b or b in a for a in ours for b in theirs)


def _issuers(alert: Alert) -> set[str]:
    return {
        _OFFICE.sub("气象台", info.sender_name.strip()) for info in alert.infos if info.sender_name.strip()
    }


def _hazards(alert: Alert) -> set[str]:
    return {hazard.code for info in alert.infos if (hazard := meaning.hazard(info)) != UNKNOWN}


def _written(alert: Alert) -> set[Level]:
    return {min(claims.values()) for info in alert.infos if (claims := meaning.written(info))}


def _is_before(alert: Alert, change: likeness.Change) -> bool:
    """Whether a warning is the signal that a change takes away."""
    return any(
        (change.ended == UNKNOWN or _same(meaning.hazard(info), change.ended))
        and meaning.level(info) != change.after
        and change.before in (Level.UNKNOWN, meaning.level(info))
        for info in alert.infos
    )


def _same(one: Hazard, other: Hazard) -> bool:
    return one == UNKNOWN or one.code == other.code


def _speakers(other: Past, roster: Roster) -> frozenset[str]:
    if other.plan:
        return frozenset(other.plan.targets)
    return frozenset(name for info in other.alert.infos for name in area.targets(info, roster))
