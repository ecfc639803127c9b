"""The product's own pauses: the same for every voice, long enough for the echo of a horn to end."""

from __future__ import annotations

PAUSES_S = {"": 0.06, "、": 0.24, "，": 0.26, "；": 0.28, "：": 0.28, "。": 0.6, "！": 0.6, "？": 0.6}
"""Seconds of silence after a piece, by the mark at its end.

They come on top of the rest of silence that a piece keeps at its ends (`engines/vetting.py`). A piece without
a mark is a part of a clause that was too long for its voice. An echo from 40 m away ends within 0.24 s. Our
choice.
"""


def pause_s(mark: str) -> float:
    """Seconds of silence after a piece with this mark at its end."""
    return PAUSES_S[mark]
