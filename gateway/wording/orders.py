"""Orders: the clauses of a text that tell people to do something now (orders.toml).

A report (已转移120人), a negation (无需转移) and a noun (转移安置点) are no orders. Advice is none either.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from gateway.wording.clauses import Clause, clauses
from gateway.wording.phrases import any_of, read


class _Table(NamedTuple):
    no_order: re.Pattern[str]
    order: re.Pattern[str]
    after: re.Pattern[str]
    office: re.Pattern[str]
    moves: re.Pattern[str]
    hint: re.Pattern[str]


LONGEST = 200
"""Of a longer clause only so many characters are looked at from each end. Our choice: it bounds the work."""


def orders(text: str) -> tuple[str, ...]:
    """The clauses that order people to do something now, in order, without the signs at their ends."""
    asked = clauses(text)
    return tuple(
        clause.words.strip() for clause, ordered in zip(asked, ordering(asked), strict=True) if ordered
    )


def ordering(asked: Sequence[Clause]) -> list[bool]:
    """Of each clause whether it is an order.

    A clause such as 不要收拾东西 is one where it follows an order in its sentence.
    """
    answers: list[bool] = []
    follows = False
    for clause in asked:
        follows = ordered(clause.words) or (follows and bool(_table().after.search(clause.words.strip())))
        answers.append(follows)
        follows = follows and not clause.ends
    return answers


def ordered(clause: str) -> bool:
    """Whether a single clause is an order by itself."""
    clause = clause.strip()
    if len(clause) > 2 * LONGEST:
        clause = clause[:LONGEST] + clause[-LONGEST:]
    table = _table()
    if not table.hint.search(clause):
        return False
    clause = table.no_order.sub("", clause)
    if not table.order.search(clause):
        return False
    return not table.office.search(clause) or bool(table.moves.search(clause))


@cache
def _table() -> _Table:
    return _Table(**{name: any_of(entry) for name, entry in read("orders").items()})
