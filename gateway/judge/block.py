"""The info block of a document that each speaker says: by area, then a block that holds before one that has
ended, then by language, then the worst level."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from gateway.announcements.sayable import foreign
from gateway.codes import meaning
from gateway.judge import area
from gateway.model.alert import Info
from gateway.model.speaker import Roster

CHINESE = ("zh-cn", "zh")
"""The languages of a speaker that names none. After them comes a block in Chinese characters, then any."""
HAN = re.compile(r"[\u4e00-\u9fff]")


def by_speaker(
    infos: Sequence[Info],
    roster: Roster,
    over: Callable[[Info], bool] = lambda info: False,
    everywhere: bool = False,
) -> dict[str, Info]:
    """The block of each speaker that any of them means, in the roster's order.

    Area comes first: a translation for other places is nobody's here. A block whose text names none of our
    townships gives way to one that names them. A block that is over gives way to one that is not: a false
    all-clear is the worst error. A severer translation never makes a village listen to
    English. `everywhere`: no block names a place, and the whole site is meant.
    """
    targeted = _targeted(infos, roster, everywhere)
    strange = {id(info) for info in infos if area.elsewhere(info, roster)} if len(infos) > 1 else set()
    groups: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for speaker in roster.outdoors:
        groups[speaker.languages].add(speaker.id)
    best: dict[str, Info] = {}
    for chain, members in groups.items():
        ranked = sorted(
            targeted,
            key=lambda pair: (
                over(pair[0]),
                id(pair[0]) in strange,
                language(pair[0], chain),
                meaning.level(pair[0]),
            ),
        )
        for info, targets in reversed(ranked):
            best |= {name: info for name in targets if len(groups) == 1 or name in members}
    return {speaker.id: best[speaker.id] for speaker in roster.outdoors if speaker.id in best} if best else {}


def _targeted(infos: Sequence[Info], roster: Roster, everywhere: bool) -> list[tuple[Info, Sequence[str]]]:
    """Each block with the speakers that it means.

    A block without a Chinese character names no place that we read. It goes where the Chinese blocks of its
    area go.
    """
    meant = {id(info): area.targets(info, roster, everywhere=everywhere) for info in infos}
    if len(infos) > 1 and not all(map(_han, infos)):
        codes = {
            id(info): set(area.targets(info, roster, by_words=False, everywhere=everywhere)) for info in infos
        }
        for info in infos:
            twins = [one for one in infos if _han(one) and codes[id(one)] >= codes[id(info)]]
            if twins and not _han(info):
                heard = {name for one in twins for name in meant[id(one)]}
                meant[id(info)] = tuple(name for name in meant[id(info)] if name in heard)
    return [(info, meant[id(info)]) for info in infos]


def _han(info: Info) -> bool:
    return bool(HAN.search(info.headline + info.description))


def distinct(chosen: Mapping[str, Info]) -> tuple[Info, ...]:
    """The blocks that are said, each once: ten thousand speakers share a few."""
    return tuple({id(info): info for info in chosen.values()}.values())


def chinese(infos: Sequence[Info]) -> Info | None:
    """The block to quote if no area decides."""
    return min(infos, key=language, default=None)


def language(info: Info, chain: Sequence[str] = ()) -> int:
    """How well its language suits a speaker with this chain of languages; the smaller, the better.

    First its place in the chain, by tag or primary subtag; then Chinese characters, whatever the tag says;
    then any; last a block that no voice of ours can say and that brings no recording.
    """
    tag = info.language.lower().replace("_", "-")
    tags = tuple(name.lower() for name in chain) or CHINESE
    fitting = (
        place for place, chain_tag in enumerate(tags) if tag == chain_tag or tag.split("-")[0] == chain_tag
    )
    han = _han(info)
    if foreign(info) and not any(resource.sound for resource in info.resources):
        return len(tags) + 2
    return next(fitting, len(tags) if han else len(tags) + 1)


def bare(info: Info) -> bool:
    """Whether it is a title and no more."""
    return not (info.description or info.instruction)
