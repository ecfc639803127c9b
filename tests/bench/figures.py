"""The measured figures.

They are printed at the end of the run beside their floor and their limit, and written to a file where one is
named.
"""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

FULL = os.environ.get("TONGLUO_FULL") == "1"
"""Full sizes: `make bench FULL=1`."""
FILE = os.environ.get("TONGLUO_FIGURES", "")


@dataclass(frozen=True)
class Figure:
    """`ours` beside `floor`, both in `unit`; `ratio` is what is limited."""

    what: str
    unit: str
    ours: float
    floor: float | None = None
    ratio: float | None = None
    limit: str = ""
    holds: bool | None = None


FOUND: list[Figure] = []


def note(what: str, unit: str, ours: float, floor: float | None = None) -> None:
    """A figure without a limit."""
    FOUND.append(Figure(what, unit, ours, floor))


def at_most(
    what: str, unit: str, ours: float, floor: float, limit: float, guard: float | None = None
) -> bool:
    """Whether `ours` is at most `limit` times the floor.

    Where `guard` is given, a figure over its limit is marked in the table, and the answer is whether it is at
    most `guard` times the floor. So a limit that is not reached yet cannot grow worse unseen.
    """
    holds = ours <= limit * floor
    FOUND.append(Figure(what, unit, ours, floor, ours / floor, f"≤ {limit:g} ×", holds))
    return ours <= (guard or limit) * floor


def at_least(
    what: str, unit: str, ours: float, floor: float, limit: float, guard: float | None = None
) -> bool:
    """Whether `ours` is at least `limit` times the floor; `guard` as in `at_most`."""
    holds = ours >= limit * floor
    FOUND.append(Figure(what, unit, ours, floor, ours / floor, f"≥ {limit:g} ×", holds))
    return ours >= (guard or limit) * floor


def below(what: str, unit: str, ours: float, most: float, guard: float | None = None) -> bool:
    """Whether an amount that is no time of the wall's stays below a bound; `guard` as in `at_most`."""
    holds = ours <= most
    FOUND.append(Figure(what, unit, ours, None, None, f"≤ {most:g} {unit}", holds))
    return ours <= (guard or most)


def table() -> list[str]:
    """The figures as lines of a Markdown table."""
    rows = [
        "| what | ours | floor | ratio | limit | holds |",
        "|---|---|---|---|---|---|",
    ]
    for one in FOUND:
        floor = f"{one.floor:.4g} {one.unit}" if one.floor is not None else ""
        ratio = f"{one.ratio:.2f}" if one.ratio is not None else ""
        holds = {True: "yes", False: "**no**", None: ""}[one.holds]
        rows.append(f"| {one.what} | {one.ours:.4g} {one.unit} | {floor} | {ratio} | {one.limit} | {holds} |")
    return rows


def write() -> None:
    """To the file named by TONGLUO_FIGURES, as JSON Lines, added to what is there."""
    if FILE and FOUND:
        with Path(FILE).open("a") as file:
            for one in FOUND:
                file.write(
                    json.dumps(
                        {**asdict(one), "python": platform.python_version(), "full": FULL}, ensure_ascii=False
                    )
                    + "\n"
                )
