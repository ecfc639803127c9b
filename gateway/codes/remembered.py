"""Functions of one text that keep their last answers: a judgement asks the same of a text many times.

What they keep is bounded. A text that is longer than usual is read anew each time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

KEPT = 64
"""Answers that one function keeps. Our choice: more than the texts of most documents."""
LONGEST = 2000
"""A text of more characters is not kept. Our choice: a warning has some hundred, and 64 texts of this length
are a quarter of a megabyte."""

Answer = TypeVar("Answer")


def remembering(
    answers: int = KEPT, longest: int = LONGEST
) -> Callable[[Callable[[str], Answer]], Callable[[str], Answer]]:
    """A decorator: the function keeps its last `answers`, for texts of at most `longest` characters.

    The answer depends on the text alone and is never changed.
    """

    def memory(function: Callable[[str], Answer]) -> Callable[[str], Answer]:
        kept = lru_cache(answers)(function)

        @wraps(function)
        def answer(text: str) -> Answer:
            return kept(text) if len(text) <= longest else function(text)

        return answer

    return memory


def remembered(function: Callable[[str], Answer]) -> Callable[[str], Answer]:
    """The function with a memory of the usual size."""
    return remembering()(function)
