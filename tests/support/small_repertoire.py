"""A repertoire of a few hazards and amounts: all of it has thousands of pieces.

For the tests of rehearsals.
"""

from __future__ import annotations

from typing import Any

from gateway.voice import repertoire

WHOLE = repertoire.table()


def table() -> dict[str, Any]:
    """In place of `repertoire.table`."""
    few = {"hazards": WHOLE["hazards"][:2], "amounts": [100, 120], "spans": [3, 6]}
    return WHOLE | few | {"places_spans": [3], "places_amounts": [100]}


def tiny() -> dict[str, Any]:
    """The same with two rows of each list."""
    return {name: rows[:2] for name, rows in table().items()} | {"hazards": WHOLE["hazards"][:1]}
