"""The ledger's schema: numbered scripts in `migrations`, each applied once."""

from __future__ import annotations

from importlib import resources

from gateway.store.pen import Pen

CHAINED = 3
"""The script that brought the chain: rows older than it have no links yet."""


def migrate(pen: Pen) -> None:
    """Bring the schema up to date, all of it or not at all."""
    done = pen.connection.pragma("user_version")
    scripts = sorted(
        (
            entry
            for entry in resources.files("gateway.store").joinpath("migrations").iterdir()
            if entry.name.endswith(".sql")
        ),
        key=lambda entry: entry.name,
    )
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
