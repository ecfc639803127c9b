"""The main reliability test: the real pipeline, ledger, dispatcher and drivers, crashed at the n-th loop step, on a disk that tears."""

from __future__ import annotations

import os
import time

import bugs
import pytest
from stories import Story

SEEDS = int(os.environ.get("TONGLUO_SEEDS", "240"))


@pytest.mark.parametrize("part", range(8))
def test_whatever_crashes_every_acknowledged_warning_is_heard_and_nothing_else(part: int) -> None:
    began = time.perf_counter()
    violations: list[str] = []
    crashes = 0
    for seed in range(part, SEEDS, 8):
        story = Story(seed, crashes=seed % 3)
        world = story.run()
        crashes += world.crashes
        violations += story.violations(world)
    print(f"{SEEDS // 8} stories, {crashes} crashes in {time.perf_counter() - began:.1f} s")
    assert not violations, "\n".join(violations)


def test_the_same_seed_gives_the_same_trace() -> None:
    def trace() -> list[tuple[str, float, str | None]]:
        world = Story(7, crashes=1).run()
        return [(name, sound.began, sound.text) for name, horn in world.horns.items() for sound in horn.heard]

    first = trace()
    assert first
    assert trace() == first


@pytest.mark.parametrize("bug", bugs.ALL, ids=lambda bug: bug.__name__)
def test_a_planted_bug_is_found(bug: bugs.Bug, monkeypatch: pytest.MonkeyPatch) -> None:
    bug(monkeypatch)
    for seed in range(400):
        story = Story(seed, crashes=1 + seed % 2)
        if story.violations(story.run()):
            return
    pytest.fail("400 stories did not find it")
