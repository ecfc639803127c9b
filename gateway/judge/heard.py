"""What will be heard, in the trace: the numbers that a reading says, and those that it leaves out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from gateway.announcements.script import seconds
from gateway.judge.tracing import Tracing
from gateway.model.plan import Part
from gateway.quantities.figures import Figure, figures


def note(tracing: Tracing, parts: Iterable[Part]) -> None:
    """Two steps for each part: the numbers said, and the numbers left out with the words around them."""
    for part in parts:
        said = figures(part.script.text)
        tracing.note("reading.said", "text", _written(said), f"{seconds(part.script):.0f} s", part.targets)
        if part.script.left:
            left = _missing(figures("\n".join(gone.words for gone in part.script.left)), said)
            tracing.note("reading.left", "text", _written(left), len(part.script.left), part.targets)


def _missing(left: Sequence[Figure], said: Sequence[Figure]) -> list[Figure]:
    """The numbers that are left out and said nowhere else."""
    rest = Counter(figure.value for figure in said)
    return [figure for figure in left if not rest[figure.value]]


def _written(numbers: Sequence[Figure]) -> list[str]:
    return [f"{figure.value:f}" for figure in numbers]
