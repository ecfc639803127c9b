"""How many posts are in our hands at once."""

from __future__ import annotations

from contextlib import ExitStack, suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.intake.door import BYTES, FROM_ALL, FROM_ONE, RESERVE, Crowded, Door


def fill(door: Door, stack: ExitStack, posts: int, sources: int, grave: bool) -> int:
    """So many try to come in. Returns how many are in."""
    inside = 0
    for number in range(posts):
        with suppress(Crowded), ExitStack() as mine:
            visit = mine.enter_context(door.entering(f"source {number % sources}"))
            visit.ask(grave)
            stack.push(mine.pop_all())
            inside += 1
    return inside


@pytest.mark.parametrize(
    ("sources", "grave", "inside"),
    [
        (1, False, FROM_ONE),
        (1, True, FROM_ONE * RESERVE),
        (20, False, FROM_ALL),
        (20, True, FROM_ALL * RESERVE),
    ],
    ids=["one source", "one source's reds", "all sources", "all sources' reds"],
)
def test_every_bound_holds_and_is_free_again_once_they_have_left(
    sources: int, grave: bool, inside: int
) -> None:
    door = Door()
    for _ in range(2):
        with ExitStack() as stack:
            assert fill(door, stack, 1000, sources, grave) == inside
        assert not door.bytes
        assert not door.inside


def test_a_storm_takes_no_reds_place() -> None:
    door = Door()
    with ExitStack() as stack:
        fill(door, stack, 1000, 20, grave=False)
        assert fill(door, stack, 50, 20, grave=True) == 50


def test_posts_that_never_end_take_no_place() -> None:
    door = Door()
    with ExitStack() as stack:
        for _ in range(10 * FROM_ONE * RESERVE):
            stack.enter_context(door.entering("one")).grow(1)
        stack.enter_context(door.entering("one")).ask(grave=True)


def test_the_large_posts_of_one_source_take_no_other_sources_place() -> None:
    door = Door()
    with ExitStack() as stack:
        with suppress(Crowded):
            while True:
                stack.enter_context(door.entering("one")).grow(1024 * 1024)
        other = stack.enter_context(door.entering("another"))
        other.grow(1024 * 1024)
        other.ask(grave=False)


def test_one_sources_storm_takes_no_other_sources_place() -> None:
    door = Door()
    with ExitStack() as stack:
        fill(door, stack, 1000, 1, grave=False)
        with door.entering("another") as visit:
            visit.ask(grave=False)


@given(st.lists(st.integers(1, 4 * 1024 * 1024), max_size=60))
@settings(max_examples=50)
def test_the_bytes_in_our_hands_never_pass_their_bound_by_more_than_the_last_piece(sizes: list[int]) -> None:
    door = Door()
    with ExitStack() as stack:
        for number, size in enumerate(sizes):
            with suppress(Crowded), ExitStack() as mine:
                visit = mine.enter_context(door.entering(f"source {number}"))
                visit.grow(size)
                assert door.bytes.total() <= BYTES * RESERVE
                stack.push(mine.pop_all())
        assert door.bytes.total() <= BYTES * RESERVE
    assert not door.bytes
