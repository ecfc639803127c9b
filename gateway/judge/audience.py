"""Who hears what of a warning: the whole of it for whom it is new, what has changed where an earlier text was heard, that it is over where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.judge import block, difference
from gateway.judge.case import Case
from gateway.judge.difference import Difference
from gateway.judge.ended import over
from gateway.model.alert import Info
from gateway.model.judgement import Past


@dataclass(frozen=True)
class Audience:
    """`chosen` has the block of each speaker that is meant, `left` what those heard that are meant no longer, `over` of these the ones for which the
    document says that it has ended."""

    chosen: Mapping[str, Info]
    difference: Difference
    left: Mapping[str, Info]
    over: frozenset[str]
    risk_points: frozenset[str]

    @classmethod
    def of(
        cls,
        case: Case,
        chosen: Mapping[str, Info],
        everybody: Mapping[str, Info],
        told: Mapping[str, Info],
        kin: Sequence[Past],
    ) -> Audience:
        """`everybody` has also the speakers for whom it is over; `told` what other roads have told."""
        before = difference.heard_before(case.before, case.roster)
        standing = before.standing | {name for one in kin if one.live for name in one.sounded}
        heard = Difference({**told, **before.heard}, standing, frozenset(told.keys() - before.heard.keys()))
        over_for = {name for name, info in everybody.items() if over(info, case.alert)}
        left = {name: info for name, info in before.heard.items() if name not in chosen}
        kept = _worth_saying(case, chosen, heard)
        audience = cls(
            kept,
            heard,
            left,
            frozenset(over_for.intersection(left)),
            frozenset(speaker.id for speaker in case.roster.outdoors if speaker.risk_point),
        )
        if heard.heard:
            new = [name for name in kept if name not in heard.heard]
            still = [name for name in kept if name in heard.heard]
            case.tracing.note("difference.new", "area", f"{len(new)} speakers", "the whole warning", new)
            case.tracing.note("difference.still", "area", f"{len(still)} speakers", "the update", still)
            case.tracing.note("difference.left", "area", f"{len(left)} speakers", "told so", left)
        return audience

    @property
    def everybody(self) -> bool:
        """Whether anybody hears anything of it."""
        return bool(self.chosen or self.left)

    @property
    def blocks(self) -> tuple[Info, ...]:
        """The blocks somebody hears, each once; where all are only told that they are meant no longer, what they heard."""
        return block.distinct(self.chosen) or block.distinct(self.left)

    @property
    def updated(self) -> bool:
        """Whether some of them heard an earlier text."""
        return bool(self.difference.heard)

    @property
    def only_told(self) -> bool:
        """Whether it brings nobody anything that wants a rule: who heard a warning hears what became of it."""
        return self.everybody and not any(
            self.difference.material(name, info) for name, info in self.chosen.items()
        )


def _worth_saying(case: Case, chosen: Mapping[str, Info], heard: Difference) -> dict[str, Info]:
    """Without the speakers whose own block is only listed, where others hear theirs: a red for one village wakes no blue ones. Who heard a graver
    text hears what became of it whatever its rule."""
    listed = {id(info) for info in block.distinct(chosen) if case.rule(info).silent}
    worth = {name: info for name, info in chosen.items() if id(info) not in listed or name in heard.heard}
    return worth or dict(chosen)
