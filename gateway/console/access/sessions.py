"""Browser sessions: made from the owner's token, lost at a restart."""

from __future__ import annotations

import hmac
import secrets

from fastapi import Request, Response

COOKIE = "tongluo"
"""The name of the cookie that carries a session's id."""
MOST = 100
"""Sessions that are kept; the oldest goes first. Our choice."""
LASTS_S = 12 * 3600
"""How long a browser keeps its session: a long watch. Our choice."""


class Sessions:
    """The sessions of browsers.

    A session has an id of 256 bits. Its forms carry a key, so that no other site can send them.
    """

    def __init__(self) -> None:
        self._form_keys: dict[str, str] = {}

    def begin(self, answer: Response) -> None:
        """Begin a session; `answer` takes its id to the browser."""
        while len(self._form_keys) >= MOST:
            del self._form_keys[next(iter(self._form_keys))]
        session = secrets.token_urlsafe(32)
        self._form_keys[session] = secrets.token_urlsafe(32)
        answer.set_cookie(COOKIE, session, httponly=True, samesite="strict", max_age=LASTS_S)

    def form_key(self, request: Request) -> str | None:
        """The key that forms of this request's session must carry. None where it has no session."""
        return self._form_keys.get(request.cookies.get(COOKIE, ""))

    def accepts(self, request: Request, form_key: str) -> bool:
        """Whether a form with this key belongs to the session of its request."""
        key = self.form_key(request)
        return key is not None and hmac.compare_digest(form_key.encode(), key.encode())
