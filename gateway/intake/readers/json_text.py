"""The text and the value of bytes that are JSON."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any

from gateway.intake import Unreadable
from gateway.intake.readers import charset, json_fault
from gateway.intake.readers.elements import DEEPEST
from gateway.intake.readers.position import deepest
from gateway.model.reason import Reason, Why

_ORDINARY = 300
"""Digits of a whole number that any float holds."""


def loaded(raw: bytes) -> tuple[str, Any]:
    """The text and the JSON value of the bytes, bounded in depth. Raises Unreadable with the line.

    NaN and Infinity, which are no JSON, count as absent values, and so do numbers that no float holds
    (1e999): the rest of a warning is read.
    """
    text = charset.read(raw).body.decode()
    try:
        document = json.loads(text, parse_constant=_absent, parse_float=_float, parse_int=_int)
    except RecursionError as error:
        raise _too_deep(text) from error
    except json.JSONDecodeError as error:
        fields = json_fault.fault(text, error)
        raise Unreadable(Why(Reason.NOT_JSON, fields), "", int(fields["line"])) from error
    if _deeper(document, DEEPEST):
        raise _too_deep(text)
    return text, document


def _absent(_: str) -> None:
    return None


def _float(digits: str) -> float | None:
    value = float(digits)
    return value if isfinite(value) else None


def _int(digits: str) -> int | None:
    if len(digits) <= _ORDINARY:
        return int(digits)
    return None if _float(digits) is None else int(digits)


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
