"""The trace of a judgement, while it grows."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.model.verdict import Step, Trace


class Tracing:
    """Collects the steps while the judges are asked."""

    def __init__(self) -> None:
        self._steps: list[Step] = []

    def note(self, rule: str, field: str, saw: object, answer: object, speakers: Iterable[str] = ()) -> None:
        """Add a step: a rule, the field and value that it saw, its answer, and the speakers that it was asked
        for."""
        self._steps.append(Step(rule, field, _text(saw)[:200], _text(answer)[:200], tuple(speakers)))

    @property
    def trace(self) -> Trace:
        """The steps so far."""
        return tuple(self._steps)


def _text(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case None:
            return ""
        case dict():
            return ", ".join(f"{key} {content}" for key, content in value.items())
        case list() | tuple() | set() | frozenset():
            return ", ".join(map(str, value))
        case _:
            return str(value)
