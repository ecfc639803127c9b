"""Which info block of a document each speaker says: area first, then what still holds before what has ended, then language, then the worst level."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from gateway.announcements import sayable as tongue
from gateway.codes import meaning
from gateway.judge import area
from gateway.model.alert import Info
from gateway.model.speaker import Roster

CHINESE = ("zh-cn", "zh")
"""The languages of a speaker that names none; after them whatever is written in Chinese characters, then what comes first."""
HAN = re.compile(r"[\u4e00-\u9fff]")


def by_speaker(
    infos: Sequence[Info],
    roster: Roster,
    over: Callable[[Info], bool] = lambda info: False,
    everywhere: bool = False,
) -> dict[str, Info]:
    """The block of each speaker that any of them means, in the roster's order. Area first: a translation for the neighbours is nobody's here; a
    false all-clear would be the worst, so what is over gives way to what is not; and a translation's severity never makes a village listen to
    English. `everywhere`: no block names its area and the source's own holds."""
    meant = [
        (info, [one.id for one in roster.outdoors] if everywhere else area.targets(info, roster))
        for info in infos
    ]
    groups: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for speaker in roster.outdoors:
        groups[speaker.languages].add(speaker.id)
    best: dict[str, Info] = {}
    for chain, members in groups.items():
        ranked = sorted(meant, key=lambda one: (over(one[0]), language(one[0], chain), meaning.level(one[0])))
        for info, targets in reversed(ranked):
            best |= {name: info for name in targets if len(groups) == 1 or name in members}
    return {speaker.id: best[speaker.id] for speaker in roster.outdoors if speaker.id in best} if best else {}


def distinct(chosen: Mapping[str, Info]) -> tuple[Info, ...]:
    """The blocks that somebody says, each once: ten thousand speakers share a few."""
    return tuple({id(info): info for info in chosen.values()}.values())


def chinese(infos: Sequence[Info]) -> Info | None:
    """The block to quote where no area decides."""
    return min(infos, key=language, default=None)


def language(info: Info, chain: Sequence[str] = ()) -> int:
    """How well its language suits: its place in the chain by tag or primary subtag, then Chinese characters whatever the tag says, then the rest; last what
    no voice of ours can say and no recording says."""
    tag = info.language.lower().replace("_", "-")
    wanted = tuple(one.lower() for one in chain) or CHINESE
    fitting = (place for place, one in enumerate(wanted) if tag == one or tag.split("-")[0] == one)
    han = HAN.search(info.headline + info.description)
    if tongue.foreign(info) and not any(one.sound for one in info.resources):
        return len(wanted) + 2
    return next(fitting, len(wanted) if han else len(wanted) + 1)
