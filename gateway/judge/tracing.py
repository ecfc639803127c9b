"""Collects the steps of a trace while the judges are asked."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.model.verdict import Step, Trace


class Tracing:
    """`ask` notes one rule with what it saw and answered, and gives the answer back."""

    def __init__(self) -> None:
        self._steps: list[Step] = []

    def note(self, rule: str, field: str, saw: object, answer: object, speakers: Iterable[str] = ()) -> None:
        self._steps.append(Step(rule, field, _told(saw)[:200], _told(answer)[:200], tuple(speakers)))

    @property
    def trace(self) -> Trace:
        return tuple(self._steps)


def _told(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case None:
            return ""
        case dict():
            return ", ".join(f"{key} {one}" for key, one in value.items())
        case list() | tuple() | set() | frozenset():
            return ", ".join(map(str, value))
        case _:
            return str(value)
