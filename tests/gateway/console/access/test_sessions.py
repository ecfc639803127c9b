"""Browser sessions."""

from __future__ import annotations

from fastapi import Request, Response

from gateway.console.access.sessions import COOKIE, MOST, Sessions


def begun(sessions: Sessions) -> Request:
    """A request of a browser whose session has just begun."""
    answer = Response()
    sessions.begin(answer)
    cookie = answer.headers["set-cookie"].partition(";")[0]
    assert cookie.startswith(f"{COOKIE}=")
    return Request({"type": "http", "method": "GET", "headers": [(b"cookie", cookie.encode())]})


def test_a_form_is_accepted_with_the_key_of_its_own_session_only() -> None:
    sessions = Sessions()
    ours, other = begun(sessions), begun(sessions)
    key = sessions.form_key(ours)
    assert key
    assert sessions.accepts(ours, key)
    assert not sessions.accepts(other, key)
    assert not sessions.accepts(ours, "")
    assert not sessions.accepts(ours, "不是钥匙"), "a key that is no ASCII is refused, not an error"
    stranger = Request({"type": "http", "method": "GET", "headers": []})
    assert sessions.form_key(stranger) is None
    assert not sessions.accepts(stranger, key)


def test_the_oldest_session_ends_when_there_are_too_many() -> None:
    sessions = Sessions()
    first, second = begun(sessions), begun(sessions)
    for _ in range(MOST - 1):
        begun(sessions)
    assert sessions.form_key(first) is None
    assert sessions.form_key(second)
