"""The C library's heap, for a daemon whose work is done in one thread."""

from __future__ import annotations

import ctypes
from contextlib import suppress

ARENA_MAX, MMAP_THRESHOLD = -8, -3
"""M_ARENA_MAX, M_MMAP_THRESHOLD (glibc, mallopt(3))."""
LARGE = 64 * 1024
"""Bytes from which memory comes from the system and goes back to it at once: sound is made in pieces of a hundred kilobytes, and glibc would
raise its threshold with each and keep the holes. Our choice."""


def thrifty() -> None:
    """One arena for all threads, and nothing large stays when it is freed: two megabytes less. Another C library is left as it is."""
    with suppress(AttributeError, OSError):
        library = ctypes.CDLL(None)
        library.mallopt(ARENA_MAX, 1)
        library.mallopt(MMAP_THRESHOLD, LARGE)
