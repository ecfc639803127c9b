"""Warnings as JSON: the format is told by its shape."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gateway.intake import Unreadable
from gateway.intake.readers import caiyun, qweather, simple
from gateway.intake.readers.elements import DEEPEST
from gateway.model.alert import Alert, Defect
from gateway.model.reason import Reason, Why


def parse(raw: bytes) -> tuple[Alert, ...]:
    """The warnings of a JSON body: QWeather's, Caiyun's, or our own simple ones, one or a list.

    In a list a bad warning is a defect of the others: one bad alert loses no other. Raises Unreadable with
    the key that is wrong.
    """
    document = _parsed(raw)
    if isinstance(document, dict):
        if qweather.fits(document):
            return _each(document["alerts"], "alerts", qweather.alert)
        if (listed := caiyun.listed(document)) is not None:
            return _each(listed, "result.alert.content", caiyun.alert)
        return (caiyun.alert(document) if caiyun.fits(document) else simple.alert(document),)
    if isinstance(document, list):
        if not document:
            raise Unreadable(Why(Reason.EMPTY))
        caiyuns = all(isinstance(item, dict) and caiyun.fits(item) for item in document)
        return _each(document, "", caiyun.alert if caiyuns else simple.alert)
    return (simple.alert(document),)


def _parsed(raw: bytes) -> Any:
    try:
        document = json.loads(raw)
    except RecursionError as error:
        raise Unreadable(Why(Reason.TOO_DEEP, {"expected": str(DEEPEST)})) from error
    except ValueError as error:
        line = getattr(error, "lineno", 0)
        raise Unreadable(Why(Reason.NOT_JSON, {"saw": str(error)}), "", line) from error
    if _deeper(document, DEEPEST):
        raise Unreadable(Why(Reason.TOO_DEEP, {"expected": str(DEEPEST)}))
    return document


def _each(items: Any, where: str, reader: Callable[[Any], Alert]) -> tuple[Alert, ...]:
    if not isinstance(items, list):
        fields = {"element": where, "saw": repr(items)[:80], "expected": "[…]"}
        raise Unreadable(Why(Reason.BAD_VALUE, fields), where)
    alerts: list[Alert] = []
    lost: list[Defect] = []
    first_failure: Unreadable | None = None
    for number, item in enumerate(items):
        try:
            alerts.append(reader(item))
        except Unreadable as failure:
            first_failure = first_failure or failure
            lost.append(Defect(f"{where}[{number}].{failure.element}", str(failure.why.reason)))
    if first_failure and not alerts:
        raise first_failure
    return tuple(replace(alert, defects=(*alert.defects, *lost)) if lost else alert for alert in alerts)


def _deeper(document: object, most: int) -> bool:
    """Whether lists and objects are nested deeper than this."""
    level = [document]
    for _ in range(most + 1):
        level = [
            child
            for value in level
            if isinstance(value, (dict, list))
            for child in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return False
    return True
