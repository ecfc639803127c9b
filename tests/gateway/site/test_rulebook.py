"""The rulebook: every condition of a rule, and everything that it does, stands in its sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, replace
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest

from gateway.judge import rules
from gateway.judge.rules import Rule
from gateway.site.rulebook import sentence, sentences
from tests.support.rules import RULES

PLAIN = Rule(day="window", night="hold", window_s=120)
SPECIAL: dict[str, Any] = {"hazards": "11B03"}
"""Values of conditions whose type does not tell what may stand there."""


def values(name: str, kind: Any) -> Iterator[Any]:
    """Values that may stand in a field of this type."""
    origin, inner = get_origin(kind), get_args(kind)
    if name in SPECIAL and kind is str:
        yield SPECIAL[name]
    elif origin is Annotated:
        yield from values(name, inner[0])
    elif origin in (Union, UnionType):
        for one in inner:
            yield from values(name, one)
    elif origin is Literal:
        yield from inner
    elif origin is frozenset:
        yield from (frozenset({value}) for value in values(name, inner[0]))
    elif kind is bool:
        yield from (True, False)
    elif kind in (int, float, str):
        yield kind(77)
    elif kind is not type(None):
        raise TypeError(f"no value is known for {name}: {kind}")


HINTS = get_type_hints(Rule, vars(rules), include_extras=True)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("field", fields(Rule), ids=lambda field: field.name)
def test_each_condition_of_a_rule_is_said_and_each_of_its_values_differently(
    field: Field[Any], lang: str
) -> None:
    given = list(values(field.name, HINTS[field.name]))
    plain = getattr(PLAIN, field.name) if field.default is MISSING else field.default
    others = [value for value in given if value != plain]
    assert others
    changed = [replace(PLAIN, **{field.name: value}) for value in (plain, *others)]
    assert len({sentence(rule, lang) for rule in changed}) == len(changed)


def test_every_rule_has_its_sentence_between_the_quiet_hours_and_the_rest() -> None:
    first, *said, last = sentences(RULES)
    assert first == "夜间和午休：21:30–06:30、12:30–14:00。"
    assert said == [sentence(rule) for rule in RULES.rules]
    assert last == "其余：只存档，不播。"
