"""Wrong names of keys: which of ours a sender may have meant. It is told, and nothing is read by it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from difflib import get_close_matches
from importlib import resources

_RIGHT: dict[str, str] = {
    wrong: right
    for right, words in tomllib.loads(
        (resources.files("gateway.intake.readers") / "misnomers.toml").read_text("utf-8")
    ).items()
    for wrong in words
}
_NEAR = 0.75
"""How alike two names must be, of 1 (difflib's ratio): identifer and identifier. Our choice."""
_LONGEST = 40
"""A longer key is no slip of a name of ours, in characters. Our choice."""

COMPARED = 100
"""Keys of one object that are compared with ours, the first ones: a comparison is slow. Our choice."""


def meant(key: str, known: Iterable[str]) -> str:
    """The known key that another one may stand for: by the table misnomers.toml, else the nearest in
    letters. "" where none is near."""
    by_letters = {name.lower(): name for name in known}
    word = "".join(letter for letter in key[:_LONGEST].lower() if letter.isalnum())
    if (right := _RIGHT.get(word)) and right.lower() in by_letters:
        return right
    near = get_close_matches(word, by_letters, 1, _NEAR)
    return by_letters[near[0]] if near else ""
