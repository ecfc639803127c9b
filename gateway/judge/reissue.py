"""A re-issue: which earlier warning of this hazard and level each speaker has heard, and what is worse now
(docs/practice.md, Relay rules).

A re-issue has a name of its own and refers to nothing. A speaker that has not heard the earlier one whole,
and will not, hears the re-issue whole. So what a person stopped shadows nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.codes import meaning
from gateway.judge import block, lineage, schedule
from gateway.judge.case import Case
from gateway.judge.deed import deed
from gateway.judge.worse import news
from gateway.model.alert import Info, MsgType
from gateway.model.judgement import Past
from gateway.model.plan import Act
from gateway.model.reason import Reason
from gateway.model.record import CANARY


@dataclass(frozen=True)
class Reissue:
    """What a re-issue is to the speakers that it means."""

    first: Mapping[str, Info] = field(default_factory=dict)
    """Speakers that have not heard the earlier one whole, with their blocks: they hear this one whole."""
    worse: Mapping[str, Info] = field(default_factory=dict)
    """Speakers for which something is worse."""
    mild: Mapping[str, Info] = field(default_factory=dict)
    """Speakers for which something is new and nothing worse: one chimed reading by day."""
    heard: Mapping[str, Info] = field(default_factory=dict)
    """The block that each speaker of `worse` and `mild` has heard."""
    earlier: tuple[Past, ...] = ()
    """The documents that were compared, oldest first."""
    because: tuple[str, ...] = ()
    """What is new, for the trace."""

    @property
    def chosen(self) -> dict[str, Info]:
        """The speakers that say anything of it."""
        return {**self.first, **self.worse, **self.mild}

    def replaced(self, case: Case) -> list[Past]:
        """The earlier documents of this sender of which nothing is to come that this one does not say."""
        told = self.worse.keys() | self.first.keys()
        return [
            past
            for past in self.earlier
            if past.expected and past.expected <= told and _one_issuer(past, case)
        ]


def reissue(case: Case, chosen: Mapping[str, Info]) -> Reissue | None:
    """What the document is to each of these speakers; None where it is no re-issue.

    An Update replaces its own. What has an act (an order, a notice) and the canary are never compared. Where
    the clock cannot be trusted no time is compared.
    """
    if case.policy.source == CANARY:
        return None
    if case.alert.msg_type is MsgType.UPDATE or not case.trusted or any(map(deed, chosen.values())):
        return None
    earlier = [past for past in case.past if _heard_by(past, chosen) and _counts(past, case)]
    blocks = [(past, block.by_speaker(past.alert.infos, case.roster)) for past in earlier]
    groups: defaultdict[tuple[object, ...], list[str]] = defaultdict(list)
    shadows: dict[tuple[object, ...], list[tuple[Past, Info]]] = {}
    for name, info in chosen.items():
        heard = [(past, said) for past, by in blocks if (said := _said(past, by, name, info)) is not None]
        key = (id(info), *((id(past), id(said)) for past, said in heard))
        groups[key].append(name)
        shadows[key] = heard
    if not any(shadows.values()):
        return None
    return _sorted(case, chosen, [(names, shadows[key]) for key, names in groups.items()])


def _heard_by(past: Past, chosen: Mapping[str, Info]) -> bool:
    """Whether one of these speakers has heard it whole, or will. It is asked first: a storm brings many
    warnings of one signal, each for a place of its own."""
    return not past.whole.isdisjoint(chosen) or not past.expected.isdisjoint(chosen)


def _counts(past: Past, case: Case) -> bool:
    """Whether an earlier document is a warning that was planned a short while ago and still stands."""
    return (
        past.plan is not None
        and past.plan.act is Act.WARNING
        and past.plan.start > case.now - case.rules.same_within
        and past.alert.key != case.alert.key
        and past.reason is not Reason.TAKEN_BACK
        and not lineage.withdrawn(past, case.past)
        and not lineage.doubted(past, case.alert, case.past)
    )


def _said(past: Past, blocks: Mapping[str, Info], name: str, info: Info) -> Info | None:
    """The block of an earlier document that a speaker has heard whole, or will, if it is of one hazard and
    level with this one."""
    if name not in past.whole and name not in past.expected:
        return None
    said = blocks.get(name) or block.chinese(past.alert.infos)
    same = said and (meaning.hazard(said), meaning.level(said)) == (meaning.hazard(info), meaning.level(info))
    return said if same else None


def _sorted(
    case: Case, chosen: Mapping[str, Info], groups: Sequence[tuple[list[str], list[tuple[Past, Info]]]]
) -> Reissue:
    """Each group of speakers has one block and has heard the same documents."""
    first, worse, mild, heard = dict[str, Info](), dict[str, Info](), dict[str, Info](), dict[str, Info]()
    because: dict[str, None] = {}
    quiet = case.rules.quiet_until(case.now) is not None
    for names, documents in groups:
        if not documents:
            first |= {name: chosen[name] for name in names}
            continue
        info = chosen[names[0]]
        graver, other = _news(case, info, documents)
        because |= dict.fromkeys((*graver, *other))
        for name in names:
            whole = [said for past, said in documents if name in past.whole]
            if graver and not whole:  # what it waits for is replaced, so it hears this one whole
                first[name] = info
            elif graver or (other and whole and not quiet and not _chimed(name, documents)):
                (worse if graver else mild)[name] = info
                heard[name] = whole[-1]
    earlier = dict.fromkeys(id(past) for _, documents in groups for past, _ in documents)
    compared = tuple(past for past in case.past if id(past) in earlier)
    return Reissue(first, worse, mild, heard, compared, tuple(because))


def _news(case: Case, info: Info, documents: Sequence[tuple[Past, Info]]) -> tuple[list[str], list[str]]:
    """What is worse than in these documents, and what is only new. A longer validity is worse; one of the
    same length that ends later is new."""
    found = news(info, [said for _, said in documents])
    worse, other = [*found.worse, *found.wider], [*found.other]
    past, said = documents[-1]
    if info.expires and said.expires:
        end, former = schedule.ends(info, case.alert.sent), schedule.ends(said, past.alert.sent)
        longer = end - case.alert.sent > former - past.alert.sent
        if end > former:
            (worse if longer else other).append(f"until {end.isoformat(timespec='minutes')}")
    return worse, other


def _one_issuer(past: Past, case: Case) -> bool:
    names = [{info.sender_name for info in alert.infos} for alert in (past.alert, case.alert)]
    return past.alert.sender == case.alert.sender and names[0] == names[1]


def _chimed(name: str, documents: Sequence[tuple[Past, Info]]) -> bool:
    """Whether a speaker has had its chimed reading of a re-issue."""
    return any(
        part.once and name in part.targets
        for past, _ in documents
        for part in (past.plan.parts if past.plan else ())
    )
