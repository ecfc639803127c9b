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


def remembered(function: Callable[[str], Answer]) -> Callable[[str], Answer]:
    """The function with a memory. Its answer depends on the text alone and is never changed."""
    kept = lru_cache(KEPT)(function)

    @wraps(function)
    def answer(text: str) -> Answer:
        return kept(text) if len(text) <= LONGEST else function(text)

    return answer
