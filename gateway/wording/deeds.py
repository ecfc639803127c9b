"""The act of a text: whether it tells people to move, to prepare or to take shelter, or lets them go back
(deeds.toml). A field may say notice, and the text order people away."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from gateway.codes.remembered import remembered
from gateway.model.deed import Deed
from gateway.wording.orders import orders
from gateway.wording.phrases import any_of, read

_CLAUSE = re.compile(r"[，,；;。！!？?\n]")


class _Table(NamedTuple):
    moves: re.Pattern[str]
    prepare: re.Pattern[str]
    shelter: re.Pattern[str]
    returns: re.Pattern[str]
    guard: re.Pattern[str]


@remembered
def ordered(text: str) -> str:
    """The first clause that tells people to move, to prepare for it or to take shelter; "" where there is
    none."""
    return next((clause[:40] for clause in orders(text) if _table().moves.search(clause)), "")


def order_of(text: str) -> Deed | None:
    """The order that a text gives by its first clause of that kind; None where it gives none."""
    clause = ordered(text)
    if not clause:
        return None
    if _table().prepare.search(clause):
        return Deed.PREPARE
    return Deed.SHELTER if _table().shelter.search(clause) else Deed.MOVE


@remembered
def lets_return(text: str) -> str:
    """The first clause that lets people go back; "" where there is none. 未接到通知不要返回 is none."""
    table = _table()
    clauses = (clause.strip() for clause in _CLAUSE.split(text))
    return next(
        (
            clause[:40]
            for clause in clauses
            if table.returns.search(clause) and not table.guard.search(clause)
        ),
        "",
    )


@cache
def _table() -> _Table:
    table = read("deeds")
    return _Table(
        any_of(table["moves"]["clause"]),
        any_of(table["prepare"]["is"]),
        any_of(table["shelter"]["is"]),
        any_of(table["returns"]["is"]),
        any_of(table["returns"]["guard"]),
    )
