"""The ledger's schema: numbered scripts in `migrations`, each applied once."""

from __future__ import annotations

from importlib import resources

from gateway.store.pen import Pen

CHAINED = 3
"""The script that brought the chain: rows older than it have no links yet."""


def migrate(pen: Pen) -> None:
    """Bring the schema up to date, one script after the other, each whole or not at all."""
    done = pen.connection.pragma("user_version")
    scripts = sorted(
        (
            entry
            for entry in resources.files("gateway.store").joinpath("migrations").iterdir()
            if entry.name.endswith(".sql")
        ),
        key=lambda entry: entry.name,
    )
    for number, script in enumerate(scripts, start=1):
        if number > done:
            with pen.connection:
                pen.connection.execute(script.read_text("utf-8"))
                if number == CHAINED:
                    pen.begin()
                    pen.adopt()
                    pen.finish()
                pen.connection.pragma("user_version", number)
