"""Sample warnings, made from templates. Each one has a new identifier and new times: none is a duplicate
or expired."""

from __future__ import annotations

import secrets
import string
import sys
from datetime import datetime, timedelta
from pathlib import Path

SENDER = "demo@tongluo.example"
"""The sender of every sample. Its warnings sound only where every line is simulated."""

VALID = timedelta(hours=6)
"""A sample expires after this time. Our choice."""


class NoSample(Exception):
    """No sample has this name; `tongluo sample --list` prints them."""


def configs() -> Path:
    """The folder of examples: in the repository, or in share/ of an installed wheel."""
    beside = Path(__file__).parents[2] / "configs"
    return beside if (beside / "alerts").is_dir() else Path(sys.prefix) / "share" / "tongluo"


def names() -> list[str]:
    """The names of all samples."""
    return sorted(path.stem for path in (configs() / "alerts").iterdir())


def stamp(name: str, now: datetime, area: str = "341523104000", references: str = "") -> bytes:
    """A sample, ready to send to an area.

    `references` is the CAP triple of the warning that a sample update or cancel refers to. Raises NoSample.
    """
    path = next((path for path in (configs() / "alerts").iterdir() if path.stem == name), None)
    if path is None:
        raise NoSample(f"{name}: expected one of {', '.join(names())}")
    sent = now.replace(microsecond=0)
    fields = {
        "identifier": f"341523{sent:%Y%m%d%H%M%S}-{secrets.token_hex(3)}",
        "sent": sent.isoformat(),
        "expires": (sent + VALID).isoformat(),
        "sender": SENDER,
        "area": area,
        "references": references,
        "start": f"{sent.day}日{sent.hour}时",
        "end": f"{(sent + VALID).day}日{(sent + VALID).hour}时",
    }
    return string.Template(path.read_text("utf-8")).substitute(fields).encode()
