"""Who may ask: the owner by a token in a 0600 file, sources by their bearer tokens, a browser by a session made from the owner's token.

There is no default credential: the owner's token is made at the first start.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from fastapi import Request

COOKIE = "tongluo"
SESSIONS = 100
"""Browser sessions kept; the oldest goes first. Our choice."""


def bearer(request: Request) -> str:
    """The bearer token a request carries, or nothing."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


_NOBODY = secrets.token_urlsafe(32)


def owner_token(data: Path) -> str:
    """The owner's token in `<data>/owner.token`, made with mode 0600 if it is not there."""
    path = data / "owner.token"
    if not path.exists():
        try:
            data.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(secrets.token_urlsafe(32) + "\n")
        except FileExistsError:
            pass
        except (
            OSError
        ):  # a disk that refuses keeps no warning from sounding: nobody can be the owner until it heals
            return _NOBODY
    return path.read_text("utf-8").strip()


class Tokens:
    """`owner` may do everything, each of `sources` (name → token) may send alerts. Compared in constant time."""

    def __init__(self, owner: str, sources: Mapping[str, str]) -> None:
        self._owner = owner
        self._sources = dict(sources)
        self._sessions: dict[str, str] = {}

    def owns(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self._owner.encode())

    def source(self, token: str) -> str | None:
        """The source a bearer token belongs to."""
        found = None
        for name, own in self._sources.items():
            if hmac.compare_digest(token.encode(), own.encode()):
                found = name
        return found

    def login(self) -> str:
        """A new browser session's id, 256 bits."""
        while len(self._sessions) >= SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        session = secrets.token_urlsafe(32)
        self._sessions[session] = secrets.token_urlsafe(32)
        return session

    def form_key(self, session: str) -> str | None:
        """What a form of this session must carry (against cross-site requests); None for no session of ours."""
        return self._sessions.get(session)
