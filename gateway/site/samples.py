"""Sample warnings as templates: a fresh identifier, sent and expires each time, so that no sample is a duplicate or stale."""

from __future__ import annotations

import secrets
import string
import sys
from datetime import datetime, timedelta
from pathlib import Path

SENDER = "demo@tongluo.example"
"""Speaks only where every line is simulated; it stands on no real allow-list."""

VALID = timedelta(hours=6)
"""How long a sample holds. Our choice."""


class NoSample(Exception):
    """No sample has this name; `tongluo sample --list` prints them."""


def configs() -> Path:
    """The folder of examples: in the repository, or under share/ of an installed wheel."""
    beside = Path(__file__).parents[2] / "configs"
    return beside if (beside / "alerts").is_dir() else Path(sys.prefix) / "share" / "tongluo"


def names() -> list[str]:
    return sorted(path.stem for path in (configs() / "alerts").iterdir())


def stamp(name: str, now: datetime, area: str = "341523104000", references: str = "") -> bytes:
    """A sample ready to send. `references` is the CAP triple of the warning that an update or cancel means. Raises NoSample."""
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
