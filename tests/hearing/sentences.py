"""The fixed sentences (tests/data/hearing/sentences.toml): what each says, in syllables."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from gateway.voice.mandarin.lexicon import OURS, Lexicon
from gateway.voice.mandarin.pinyin import syllables
from gateway.voice.text.spoken import spoken

FILE = Path(__file__).parents[1] / "data" / "hearing" / "sentences.toml"
PROVEN = 48
"""So many of the sentences, the first ones, are measured by `make prove`."""


@dataclass(frozen=True)
class Sentence:
    """One sentence of the measure."""

    text: str
    """As an office writes it."""
    lexicon: Lexicon
    """The product's readings, under the names of this sentence as the people of the place read them."""

    @cached_property
    def said(self) -> tuple[str, ...]:
        """The toned syllables that a listener should hear."""
        return sounding(syllables(spoken(self.text).words, self.lexicon))


def sounding(items: list[str]) -> tuple[str, ...]:
    """The syllables among the items of `syllables`: no punctuation, no other sign."""
    return tuple(item for item in items if len(item) > 1 and item[-1] in "12345")


def sentences() -> list[Sentence]:
    """All Mandarin sentences, in their order."""
    return [
        Sentence(row["text"], Lexicon.of(dict(row.get("names", {}))).over(OURS))
        for row in _table()["sentence"]
    ]


def english() -> list[str]:
    """The English sentences of the control."""
    return [row["text"] for row in _table()["english"]]


def _table() -> dict[str, list[dict[str, Any]]]:
    table: dict[str, list[dict[str, Any]]] = tomllib.loads(FILE.read_text("utf-8"))
    return table
