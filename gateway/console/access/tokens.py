"""Tokens: the owner's lies in a file of mode 0600, each HTTP source has its own.

There is no default credential. The owner's token is made at the first start.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from fastapi import Request

_NOBODY = secrets.token_urlsafe(32)
"""The owner's token while the disk takes no file: nobody knows it."""


def bearer(request: Request) -> str:
    """The bearer token that a request carries; "" where it carries none."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def owner_token(data: Path) -> str:
    """The owner's token in `<data>/owner.token`. Where the file is missing it is made with mode 0600.

    A disk that refuses the file keeps no warning from sounding, nor does a file that cannot be read: until
    the next start nobody is the owner. An empty file, which a power cut can leave, is filled.
    """
    path = data / "owner.token"
    try:
        return _kept(path) or _made(path)
    except (OSError, UnicodeDecodeError):
        return _NOBODY


def _kept(path: Path) -> str:
    """The token in the file; "" where there is none. Raises OSError, UnicodeDecodeError."""
    try:
        return path.read_text("utf-8").strip()
    except FileNotFoundError:
        return ""


def _made(path: Path) -> str:
    """A new token, written into a file that is missing or empty. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    token = secrets.token_urlsafe(32)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(token + "\n")
    return token


class Tokens:
    """The owner may do everything; each of `sources` (name → token) may send alerts and read its own.

    Tokens are compared in constant time. An empty one is nobody's.
    """

    def __init__(self, owner: str, sources: Mapping[str, str]) -> None:
        self._owner = owner
        self._sources = dict(sources)

    def owns(self, token: str) -> bool:
        """Whether this is the owner's token."""
        return _same(token, self._owner)

    def source(self, token: str) -> str | None:
        """The source that this token belongs to."""
        sources = [name for name, known in self._sources.items() if _same(token, known)]
        return sources[-1] if sources else None


def _same(token: str, known: str) -> bool:
    return bool(known) and hmac.compare_digest(token.encode(), known.encode())
