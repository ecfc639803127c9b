"""The ledger's schema: numbered scripts in `migrations`, each applied once."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable

from gateway.store.chain.pen import Pen

CHAINED = 3
"""The script that brought the chain: rows older than it have no links yet."""


def migrate(pen: Pen) -> None:
    """Bring the schema up to date, all of it or not at all."""
    done, scripts = pen.connection.pragma("user_version"), _scripts()
    if done >= len(scripts):
        return
    with pen.connection:
        for script in scripts[done:]:
            pen.connection.execute(script.read_text("utf-8"))
        if done < CHAINED:
            pen.begin()
            pen.adopt()
            pen.finish()
        pen.connection.pragma("user_version", len(scripts))


def newest() -> int:
    """The version `migrate` leads to."""
    return len(_scripts())


def _scripts() -> list[Traversable]:
    folder = resources.files("gateway.store.sqlite").joinpath("migrations")
    found = [entry for entry in folder.iterdir() if entry.name.endswith(".sql")]
    return sorted(found, key=lambda entry: entry.name)
