"""The text and the value of bytes that are JSON."""

from __future__ import annotations

import json
from typing import Any

from gateway.intake import Unreadable
from gateway.intake.readers import charset, json_fault
from gateway.intake.readers.elements import DEEPEST
from gateway.intake.readers.position import deepest
from gateway.model.reason import Reason, Why


def loaded(raw: bytes) -> tuple[str, Any]:
    """The text and the JSON value of the bytes, bounded in depth. Raises Unreadable with the line.

    NaN and Infinity, which are no JSON, count as absent values: the rest of a warning is read.
    """
    text = charset.read(raw).body.decode()
    try:
        document = json.loads(text, parse_constant=lambda _: None)
    except RecursionError as error:
        raise _too_deep(text) from error
    except json.JSONDecodeError as error:
        fields = json_fault.fault(text, error)
        raise Unreadable(Why(Reason.NOT_JSON, fields), "", int(fields["line"])) from error
    except ValueError as error:  # a number of more digits than Python converts
        raise Unreadable(Why(Reason.NOT_JSON, {"fault": "json_long_number"})) from error
    if _deeper(document, DEEPEST):
        raise _too_deep(text)
    return text, document


def _too_deep(text: str) -> Unreadable:
    return Unreadable(Why(Reason.TOO_DEEP, {"expected": str(DEEPEST)}), "", deepest(text, DEEPEST))


def _deeper(document: object, most: int) -> bool:
    """Whether lists and objects are nested deeper than this."""
    level = [document]
    for _ in range(most + 1):
        level = [
            inner
            for value in level
            if isinstance(value, (dict, list))
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return False
    return True
