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
    meant = [(info, area.regions(info)) for info in better]
    best: dict[str, Info] = {}
    for info, codes in meant:
        best = dict.fromkeys((speaker.id for speaker in roster.inside(codes)), info) | best
    here = roster.inside(region for _, codes in meant for region in codes)
    return {speaker.id: best[speaker.id] for speaker in here}


def distinct(chosen: Mapping[str, Info]) -> tuple[Info, ...]:
    """The blocks that somebody says, each once: ten thousand speakers share a few."""
    return tuple({id(info): info for info in chosen.values()}.values())


def chinese(infos: Sequence[Info]) -> Info | None:
    """The block to quote where no area decides."""
    return min(infos, key=_language, default=None)


def _language(info: Info) -> int:
    return 0 if info.language.lower().startswith("zh") else 1
