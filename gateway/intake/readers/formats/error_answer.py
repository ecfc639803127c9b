"""An interface answers with an error in place of warnings: refused by name, with what the error says.

The forms are those of QWeather (`{error: {…}}`, `{code: "401"}`), of Caiyun (`{status: "failed", error}`), of
web frameworks (`{timestamp, status: 404, error}`), and of RFC 9457 (`{type, title, status, detail}`). It is
asked after all formats of warnings: what holds a warning is no error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gateway.intake import Unreadable
from gateway.intake.readers import tree
from gateway.intake.readers.answers import succeeded
from gateway.intake.readers.keys import Entries, as_object
from gateway.intake.readers.refusal import SHOWN
from gateway.model.alert import Alert
from gateway.model.reason import Reason, Why

NAME = "error_answer"
_ERRORS = ("error", "errors", "fault", "exception")
_CODES = ("code", "status", "statuscode", "errcode", "errorcode", "errno", "resultcode", "retcode", "ret")
_FAILED = {"failed", "fail", "failure", "error", "fault", "ko"}
_MESSAGES = ("error", "errmsg", "errormsg", "message", "msg", "detail", "reason", "errordescription")
_WORDS = ("title", *_MESSAGES)
_OURS = {"identifier", "sender", "sent", "headline", "event", "alertid"}
"""Names of warnings. An object that has one is a warning with a fault, not an error."""
_WARNS = re.compile("[红橙黄蓝]色|转移|避险|解除|发布")
"""Words of warnings: a text that has one may be a warning in an unknown form."""


def entries(document: object) -> Entries | None:
    """The answer, if it tells an error and has no name and no words of a warning."""
    if not isinstance(document, dict):
        return None
    fields = {tree.name(key): value for key, value in document.items()}
    if _OURS & fields.keys() or any(_WARNS.search(tree.text(value)) for value in fields.values()):
        return None
    told = any(fields.get(key) for key in _ERRORS) or _failed(fields) or _spoken(fields)
    return Entries("", [document]) if told else None


def alert(entry: object) -> Alert:
    """Never an alert. Raises Unreadable with what the error says and whose it is."""
    answer = as_object(entry)
    said = dict.fromkeys(word for word in _said(answer) if word)
    saw, service = " ".join(said)[:SHOWN], _service(answer)
    raise Unreadable(Why(Reason.ERROR_ANSWER, {"saw": saw, "service": service}))


def _failed(fields: Mapping[str, Any]) -> bool:
    """Whether a code tells a failure: an error of HTTP, a word, or with a message any code but success."""
    if fields.get("success") is False or fields.get("ok") is False:
        return True
    bare, explained = len(fields) <= 2, any(fields.get(key) for key in _MESSAGES)
    codes = {key: tree.text(fields.get(key)).strip().lower() for key in _CODES}
    http = any(re.fullmatch("[45][0-9][0-9]", code) for code in codes.values())
    if http and (bare or explained or fields.get("title")):
        return True
    if any(code in _FAILED for code in codes.values()):
        return explained or bare
    return explained and any(code and not succeeded(code) for key, code in codes.items() if key != "status")


def _spoken(fields: Mapping[str, Any]) -> bool:
    """Whether it is a message and hardly anything else: `{message: "Forbidden"}`."""
    words = [key for key in ("message", "msg", "errmsg", "detail") if isinstance(fields.get(key), str)]
    full = any(isinstance(value, (list, dict)) and value for value in fields.values())
    return bool(words) and len(fields) <= 3 and not full


def _said(answer: Mapping[str, Any]) -> Iterator[str]:
    """The codes and words of an error, of the object inside first."""
    fields = {tree.name(key): value for key, value in answer.items()}
    for key in _ERRORS:
        inner = fields.get(key)
        first = inner[0] if isinstance(inner, list) and inner else inner
        if isinstance(first, dict):
            yield from _said(first)
    for key in (*_CODES, *_WORDS):
        if not isinstance(fields.get(key), (dict, list)):
            yield tree.text(fields.get(key)).strip()


def _service(answer: Mapping[str, Any]) -> str:
    """The service that answers so; "" where it cannot be told."""
    error = answer.get("error")
    kind = tree.text(error.get("type")) if isinstance(error, dict) else ""
    if "qweather" in kind or answer.keys() == {"code"}:
        return "QWeather"
    return "Caiyun" if answer.get("status") == "failed" and isinstance(error, str) else ""
