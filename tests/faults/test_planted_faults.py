"""Faults of the pure parts are planted one by one: a table of texts must go red for each.

Faults of order and of crashes are planted in the simulation (tests/simulation/bugs*.py), checks of signatures
are taken out one by one in tests/gateway/intake/test_wrapped_signatures.py. docs/reliability.md has the list.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from inspect import getclosurevars
from types import FunctionType
from typing import Any

import pytest

from gateway.announcements.cuts import shorten
from gateway.announcements.draft import Draft
from gateway.model.plan import LeftFor
from gateway.quantities.numerals import decimal
from gateway.wording import names
from gateway.wording.parts import Kind

Patch = pytest.MonkeyPatch
FAULTS: list[tuple[Callable[[Patch], None], str, str]] = []


def found_by(module: str, test: str) -> Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    """Enters a fault in the list, with the test that must go red."""

    def enter(plant: Callable[[Patch], None]) -> Callable[[Patch], None]:
        FAULTS.append((plant, f"tests.gateway.{module}", test))
        return plant

    return enter


@found_by("announcements.test_reading", "test_a_text_is_read_as_the_table_says")
def the_forecast_goes_for_length(patch: Patch) -> None:
    def shortened(draft: Draft, *rest: Any) -> None:
        shorten(draft, *rest)
        for piece in [one for one in draft.said if one.kind is Kind.FORECAST]:
            piece.left = LeftFor.NOW

    patch.setattr("gateway.announcements.reading.shorten", shortened)


@found_by("announcements.test_reading", "test_a_text_is_read_as_the_table_says")
def an_order_counts_as_the_offices_own(patch: Patch) -> None:
    def shortened(draft: Draft, *rest: Any) -> None:
        shorten(draft, *rest)
        for piece in [one for one in draft.said if one.kind is Kind.ORDER]:
            piece.left = LeftFor.OFFICE

    patch.setattr("gateway.announcements.reading.shorten", shortened)


@found_by("judge.test_question", "test_a_lift_sent_as_a_warning_is_asked_about_and_never_has_a_siren")
def nothing_reads_like_an_end(patch: Patch) -> None:
    patch.setattr("gateway.wording.likeness.ending", lambda alert: "")


@found_by("wording.test_likeness", "test_a_text_reads_like")
def a_text_of_an_end_is_none(patch: Patch) -> None:
    patch.setattr("gateway.wording.likeness._ended", lambda text: "")


@found_by("wording.test_likeness", "test_a_text_reads_like")
def nothing_reads_like_a_drill(patch: Patch) -> None:
    patch.setattr("gateway.wording.likeness.drill", lambda alert: "")


@found_by("wording.test_places", "test_a_text_names_what_its_reader_understands")
def a_stem_counts_as_the_whole_name(patch: Patch) -> None:
    real = names._longest

    def longest(text: str, at: int, index: Any) -> tuple[int, str, frozenset[str]]:
        end, kind, codes = real(text, at, index)
        return end, names.TOWNSHIP if kind == names.STEM else kind, codes

    patch.setattr(names, "_longest", longest)


@found_by("wording.test_places", "test_a_text_names_what_its_reader_understands")
def the_issuers_name_names_a_township(patch: Patch) -> None:
    patch.setattr(names, "_issuers", lambda text, issuers: ())


@found_by("voice.text.test_temperatures", "test_the_rules_by_themselves")
def a_minus_is_not_said(patch: Patch) -> None:
    patch.setattr("gateway.voice.text.temperatures.degrees", lambda text: decimal(text.lstrip("-− ")))


@found_by("quantities.test_proof", "test_a_wrong_a_lost_and_an_invented_number_are_found")
def the_proof_compares_without_signs(patch: Patch) -> None:
    patch.setattr("gateway.quantities.proof._key", lambda figure: (abs(figure.value), figure.fraction))


def _forget() -> None:
    """Empty every memory of the product's functions: it would hide a fault, or keep it for other tests."""
    for name, module in list(sys.modules.items()):
        for function in list(vars(module).values()) if name.startswith("gateway.") else ():
            kept = function if hasattr(function, "cache_clear") else None
            if isinstance(function, FunctionType) and "kept" in function.__code__.co_freevars:
                kept = getclosurevars(function).nonlocals["kept"]  # gateway/codes/remembered.py
            if kept is not None:
                kept.cache_clear()


@pytest.fixture
def planting() -> Iterator[Patch]:
    with pytest.MonkeyPatch.context() as patch:
        _forget()
        yield patch
    _forget()


def _cases(test: Callable[..., None]) -> Iterator[dict[str, Any]]:
    """The arguments of a test that has one table, or none."""
    marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
    if not marks:
        yield {}
        return
    (mark,) = marks
    named, table = mark.args
    arguments = [one.strip() for one in named.split(",")] if isinstance(named, str) else list(named)
    for row in table:
        values = row.values if isinstance(row, type(pytest.param())) else row
        if len(arguments) == 1 and values is row:
            values = (row,)
        yield dict(zip(arguments, values, strict=True))


def _red(test: Callable[..., None]) -> bool:
    """Whether a row of the test's table fails."""
    for case in _cases(test):
        try:
            test(**case)
        except AssertionError:
            return True
        except pytest.xfail.Exception:
            continue
    return False


@pytest.mark.parametrize(("plant", "module", "test"), FAULTS, ids=[fault[0].__name__ for fault in FAULTS])
def test_a_planted_fault_turns_its_table_red(
    plant: Callable[[Patch], None], module: str, test: str, planting: Patch
) -> None:
    asked = getattr(import_module(module), test)
    plant(planting)
    assert _red(asked)
