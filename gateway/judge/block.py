"""Which info block of a document each speaker says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.judge import area, meaning
from gateway.model.alert import Info
from gateway.model.speaker import Roster


def by_speaker(infos: Sequence[Info], roster: Roster) -> dict[str, Info]:
    """Area first, then Chinese before other languages, then the worst level: a translation's severity never makes a village listen to
    English. Speakers that none of them means are left out."""
    better = sorted(infos, key=lambda info: (_language(info), meaning.level(info)))
    meant = [(info, tuple(region.significant for region in area.regions(info))) for info in better]
    chosen: dict[str, Info] = {}
    for speaker in roster.outdoors:
        here = (info for info, codes in meant if speaker.region.code.startswith(codes))
        if (info := next(here, None)) is not None:
            chosen[speaker.id] = info
    return chosen


def distinct(chosen: Mapping[str, Info]) -> tuple[Info, ...]:
    """The blocks that somebody says, each once: ten thousand speakers share a few."""
    return tuple({id(info): info for info in chosen.values()}.values())


def chinese(infos: Sequence[Info]) -> Info | None:
    """The block to quote where no area decides."""
    return min(infos, key=_language, default=None)


def _language(info: Info) -> int:
    return 0 if info.language.lower().startswith("zh") else 1
