"""The schema: numbered scripts in `migrations`, each applied once."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable

from gateway.store.chain.connection import ChainedConnection

CHAINED = 3
"""The script that brought the chain. Rows that are older have no links yet."""


def migrate(chained: ChainedConnection) -> None:
    """Apply all scripts that are missing, in one transaction."""
    done, scripts = chained.connection.pragma("user_version"), _scripts()
    if done >= len(scripts):
        return
    with chained.connection:
        for script in scripts[done:]:
            chained.connection.execute(script.read_text("utf-8"))
        if done < CHAINED:
            chained.begin()
            chained.adopt()
            chained.finish()
        chained.connection.pragma("user_version", len(scripts))


def newest() -> int:
    """The number of the schema that `migrate` leads to."""
    return len(_scripts())


def _scripts() -> list[Traversable]:
    folder = resources.files("gateway.store.sqlite").joinpath("migrations")
    scripts = [entry for entry in folder.iterdir() if entry.name.endswith(".sql")]
    return sorted(scripts, key=lambda entry: entry.name)
