"""The audience of a warning: which speakers say the whole of it, which its changes, and which that it is
over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

from gateway.judge import area, block, difference, lineage
from gateway.judge.case import Case
from gateway.judge.difference import Difference
from gateway.judge.ended import over
from gateway.judge.reissue import Reissue
from gateway.model.alert import Info
from gateway.model.judgement import Past

_TEXT = "headline, description, instruction"


@dataclass(frozen=True)
class Audience:
    """The speakers that say something of a warning."""

    chosen: Mapping[str, Info]
    """The block of each speaker that the warning means."""
    difference: Difference
    """The earlier texts that speakers have said."""
    left: Mapping[str, Info]
    """Speakers that the warning means no longer, with the block that they had said."""
    over: frozenset[str]
    """Those of `left` for which the document says that the warning has ended."""
    risk_points: frozenset[str]
    """The site's speakers at risk points."""

    @classmethod
    def of(
        cls,
        case: Case,
        chosen: Mapping[str, Info],
        everybody: Mapping[str, Info],
        heard_elsewhere: Mapping[str, Info],
        kin: Sequence[Past],
    ) -> Audience:
        """`everybody` has also the speakers for which it is over; `heard_elsewhere` the blocks said for other
        roads."""
        lifted = [one for one in case.before if _lifted(one, case)]
        former = difference.heard_before([one for one in case.before if one not in lifted], case.roster)
        standing = former.standing | {name for road in kin if road.live for name in road.sounded}
        heard = Difference(
            {**heard_elsewhere, **former.heard},
            standing,
            frozenset(heard_elsewhere.keys() - former.heard.keys()),
            former.partly,
        )
        over_at = {name for name, info in everybody.items() if over(info, case.alert)}
        unsaid = _unsaid(case, former.heard.keys() - chosen.keys() - over_at)
        dropped = {
            name: info for name, info in former.heard.items() if name not in chosen and name not in unsaid
        }
        worth = _worth_saying(case, chosen, heard)
        audience = cls(
            worth,
            heard,
            dropped,
            frozenset(over_at.intersection(dropped)),
            frozenset(speaker.id for speaker in case.roster.outdoors if speaker.risk_point),
        )
        if heard.heard:
            first = [name for name in worth if name not in heard.heard]
            again = [name for name in worth if name in heard.heard]
            case.tracing.note("difference.new", "area", f"{len(first)} speakers", "the whole warning", first)
            case.tracing.note("difference.still", "area", f"{len(again)} speakers", "the update", again)
            case.tracing.note("difference.left", "area", f"{len(dropped)} speakers", "told so", dropped)
        return audience

    @classmethod
    def first(cls, case: Case, chosen: Mapping[str, Info]) -> Audience:
        """The audience of an order or a notice: it is said whole, whatever was said before."""
        risk_points = frozenset(speaker.id for speaker in case.roster.outdoors if speaker.risk_point)
        return cls(dict(chosen), Difference({}, frozenset()), {}, frozenset(), risk_points)

    def issued_again(self, case: Case, reissue: Reissue) -> Audience:
        """The audience of a re-issue: without the speakers to which it says nothing new."""
        chosen, heard = reissue.chosen, reissue.heard
        groups = (("first", reissue.first), ("worse", reissue.worse), ("mild", reissue.mild))
        for group, names in groups:
            case.tracing.note(
                f"same.{group}", _TEXT, "; ".join(reissue.because), f"{len(names)} speakers", names
            )
        return replace(
            self,
            chosen={name: info for name, info in self.chosen.items() if name in chosen},
            difference=Difference(
                heard, frozenset(), reissued={name: name in reissue.worse for name in heard}
            ),
        )

    @property
    def everybody(self) -> bool:
        """Whether any speaker says anything of it."""
        return bool(self.chosen or self.left)

    @property
    def blocks(self) -> tuple[Info, ...]:
        """The blocks that are said, each once.

        If nobody is meant any more, the blocks that were said before.
        """
        return block.distinct(self.chosen) or block.distinct(self.left)

    @property
    def updated(self) -> bool:
        """Whether some of them have said an earlier text."""
        return bool(self.difference.heard)

    @property
    def only_told(self) -> bool:
        """Whether no speaker says anything that needs a rule.

        A speaker that said a warning also says what became of it.
        """
        return self.everybody and not any(
            self.difference.material(name, info) for name, info in self.chosen.items()
        )


def _unsaid(case: Case, names: Set[str]) -> list[str]:
    """Those of these speakers that the document's codes still cover, and its words no longer.

    They are not told that the warning has left them: nobody wrote so.
    """
    if not names:
        return []
    current = (info for info in case.alert.infos if not over(info, case.alert))
    covered = {name for info in current for name in area.targets(info, case.roster, by_words=False)}
    unsaid = sorted(names & covered)
    if unsaid:
        case.tracing.note("difference.left", "description", f"{len(unsaid)} speakers", "not named", unsaid)
    return unsaid


def _lifted(document: Past, case: Case) -> bool:
    """Whether an end had lifted this document before the new one was sent. What was lifted was heard no more:
    its re-issue is a new warning."""
    ends = lineage.ends_of(document, case.past)
    return any(end.alert.sent < case.alert.sent for end in ends)


def _worth_saying(case: Case, chosen: Mapping[str, Info], heard: Difference) -> dict[str, Info]:
    """Leaves out speakers whose own block is only stored while others say theirs: a red for one village wakes
    no village that has a blue one.

    A speaker that said a graver text stays, whatever its rule.
    """
    listed = {id(info) for info in block.distinct(chosen) if case.rule(info).silent}
    worth = {name: info for name, info in chosen.items() if id(info) not in listed or name in heard.heard}
    return worth or dict(chosen)
