"""The stock of sentences that a person can record once: ours without a field, the words of stand-ins, and
those in a village's own tongue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gateway.announcements.script import WORDS, fixed
from gateway.announcements.template import templates
from gateway.model.deed import Deed

STAND_INS: Mapping[str, str] = WORDS["stand_in"]
"""The words of the recording of each meaning, for a person to read."""
_DIALECT: Mapping[str, str] = WORDS["dialect"]
_ALONE = {
    "correction": ("move", "lift", "return", "other"),
    "drill": ("calm", "over", "real"),
    "update": ("stay",),
    "lift": ("moved",),
    "test": ("before", "after"),
}
"""The sentences without a field that are no opening and no closing (script.toml)."""


def stock() -> Iterator[str]:
    """Every sentence of ours that has no field, each once; the most useful first."""
    yield from dict.fromkeys(_stock())


def _stock() -> Iterator[str]:
    yield from fixed()
    for table, keys in _ALONE.items():
        yield from (WORDS[table][key] for key in keys)
    for deed in (Deed.MOVE, Deed.PREPARE, Deed.SHELTER, Deed.RETURN):
        for hazard in templates().hazard.values():
            advice = getattr(hazard, "return_" if deed is Deed.RETURN else deed)
            if advice:
                yield advice
    for subject in templates().subject.values():
        yield f"{subject.said}。"
        if subject.advice:
            yield subject.advice


def dialect(village: str) -> Mapping[str, str]:
    """What somebody of this village may say in its own tongue, by meaning."""
    return {meaning: words.format(village=village) for meaning, words in _DIALECT.items()}
