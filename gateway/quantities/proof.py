"""The proof by numbers: whether the words of a text hold the numbers of the text.

It knows nothing of the rules that make the words: both texts are read by `figures`.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from gateway.quantities.figures import Figure, figures


def same(written: str, spoken: str) -> bool:
    """Whether two texts hold the same numbers with the same signs, in any groups and in any order."""
    return compared(written, spoken) == ((), ())


def compared(written: str, spoken: str) -> tuple[tuple[Figure, ...], tuple[Figure, ...]]:
    """The numbers of the written text that the spoken one lacks, and those that it has instead or beside.

    A telephone number is one number in one text and three groups in the other: the digits are compared in
    order, if the groups are said digit by digit. Where 7/28 may be a day or a fraction, it is what the spoken
    text makes of it.
    """
    right = figures(spoken)
    left = _signed(figures(written, frozenset(figure.value for figure in right if figure.fraction)), right)
    common = Counter(map(_key, left)) & Counter(map(_key, right))
    lost, added = _rest(left, Counter(common)), _rest(right, Counter(common))
    if all(figure.spelt or len(figure.digits) == 1 for figure in added) and _joined(lost) == _joined(added):
        return (), ()
    return lost, added


def _key(figure: Figure) -> tuple[Decimal, bool]:
    return figure.value, figure.fraction


def _joined(numbers: tuple[Figure, ...]) -> str:
    return "".join(figure.digits for figure in numbers)


def _signed(left: tuple[Figure, ...], right: tuple[Figure, ...]) -> tuple[Figure, ...]:
    """The numbers of the left text. A dash that may be a minus is one if the right text has it below zero."""
    spare = Counter(figure.value for figure in right)
    spare.subtract(figure.value for figure in left if figure.sure)
    signed = []
    for figure in left:
        if not figure.sure and spare[-figure.value] > 0:
            spare[-figure.value] -= 1
            figure = figure._replace(value=-figure.value, digits="-" + figure.digits)
        signed.append(figure)
    return tuple(signed)


def _rest(numbers: tuple[Figure, ...], common: Counter[tuple[Decimal, bool]]) -> tuple[Figure, ...]:
    """The numbers, in order, that are not common to both texts.

    Of several numbers with one value the shortest is the common one. 零零零幺 of a telephone number must not
    stand for the 1 of 1%.
    """
    gone = set()
    for place, figure in sorted(enumerate(numbers), key=lambda item: len(item[1].digits)):
        if common[_key(figure)]:
            common[_key(figure)] -= 1
            gone.add(place)
    return tuple(figure for place, figure in enumerate(numbers) if place not in gone)
