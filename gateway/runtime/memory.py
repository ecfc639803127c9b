"""The C library's heap, kept small in a daemon that does its work in one thread."""

from __future__ import annotations

import ctypes
from contextlib import suppress

ARENA_MAX, MMAP_THRESHOLD = -8, -3
"""M_ARENA_MAX, M_MMAP_THRESHOLD (glibc, mallopt(3))."""
LARGE = 64 * 1024
"""Blocks of so many bytes and more come from the system and go back to it at once. Our choice: sound is made
in pieces of a hundred kilobytes; by itself glibc raises this threshold with each of them and keeps the
holes."""


def keep_heap_small() -> None:
    """Use one arena for all threads, and return large blocks when they are freed: two megabytes less. A C
    library other than glibc is left as it is."""
    with suppress(AttributeError, OSError):
        library = ctypes.CDLL(None)
        library.mallopt(ARENA_MAX, 1)
        library.mallopt(MMAP_THRESHOLD, LARGE)
