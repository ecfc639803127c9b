"""Many stories, spread over processes, with figures: `python tests/simulation/campaign.py --help`.

Each process has the same hash seed, so that a seed gives the same trace wherever and whenever it is played.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path

HERE = Path(__file__).resolve()
ROOT = HERE.parents[2]
MOST_TOLD = 200
"""Violations a process tells of: more fit neither a pipe nor a reader. Our choice."""
LOOK_S = 0.1
"""Seconds between two looks at the processes. Our choice."""
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "firmware-sim")]


@dataclass
class Figures:
    """The result of a campaign. `virtual_s` is simulated time, `real_s` the processes' time together."""

    stories: int = 0
    crashes: int = 0
    sounds: int = 0
    troubles: int = 0
    virtual_s: float = 0.0
    real_s: float = 0.0
    violations: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """The invariants broken, in the order of `violations`."""

    def add(self, other: Figures) -> None:
        for name, value in asdict(other).items():
            setattr(self, name, getattr(self, name) + value)

    def __str__(self) -> str:
        days = self.virtual_s / 86400
        factor = self.virtual_s / max(self.real_s, 0.001)
        return (
            f"{self.stories} stories, {self.crashes} crashes, {self.troubles} troubles, {self.sounds} sounds,"
            f" {days:.1f} simulated days in {self.real_s:.0f} s of processor time"
            f" ({factor:.0f} times real time), {len(self.names)} violations"
        )


def play(seed: int) -> tuple[Figures, str]:
    """One story: its figures, and a digest of its trace."""
    from tests.simulation.invariants import violations
    from tests.simulation.stories import Story

    began = time.process_time()
    story = Story(seed)
    try:
        world = story.run()
    except Exception as error:
        whole = Figures(1, real_s=time.process_time() - began)
        whole.violations, whole.names = [f"seed {seed}: the story broke off: {error!r}"], ["story"]
        return whole, ""
    found = violations(story, world)
    figures = Figures(
        1,
        len(world.crashes),
        sum(len(horn.heard) for horn in world.horns.values()),
        len(story.troubles),
        world.now_at_end - world.began,
        time.process_time() - began,
        [f"seed {seed} ({story.theme}): {one.invariant}: {one.line}" for one in found],
        [one.invariant for one in found],
    )
    return figures, hashlib.sha256(repr(world.trace).encode()).hexdigest()


def _of(theme: str, first: int, last: int) -> Iterator[int]:
    """The seeds whose stories are of a theme, or all."""
    from tests.simulation.stories import THEMES

    return (seed for seed in range(first, last) if theme in ("", THEMES[seed % len(THEMES)]))


def share(arguments: argparse.Namespace) -> Iterator[Figures]:
    """This process's stories, until its seeds, its crashes or its time are used up."""
    first, last = arguments.seeds
    worker, workers = arguments.share
    until = time.process_time() + arguments.seconds if arguments.seconds else None
    crashes = 0
    for seed in islice(_of(arguments.theme, first, last), worker, None, workers):
        figures, _ = play(seed)
        crashes += figures.crashes
        yield figures
        enough = arguments.crashes and crashes * workers >= arguments.crashes
        if enough or (until and time.process_time() > until):
            return
        wanted = set(arguments.until.split(","))
        if wanted & set(figures.names) or ("any" in wanted and figures.names):
            return


def run(
    *,
    seeds: tuple[int, int],
    workers: int = 2,
    crashes: int = 0,
    seconds: float = 0,
    bug: str = "",
    until: str = "",
    theme: str = "",
) -> Figures:
    """A campaign in processes of its own.

    `until` stops all at the first violation of one of these invariants (or "any").
    """
    command = [sys.executable, str(HERE), "--worker", "--seeds", f"{seeds[0]}:{seeds[1]}"]
    command += ["--crashes", str(crashes), "--seconds", str(seconds), "--bug", bug, "--until", until]
    command += ["--theme", theme]
    environment = os.environ | {"PYTHONHASHSEED": "0"}
    processes = [
        subprocess.Popen(
            [*command, "--share", f"{worker}/{workers}"], env=environment, stdout=subprocess.PIPE, cwd=ROOT
        )
        for worker in range(workers)
    ]
    total = Figures()
    try:
        while processes:
            done = [process for process in processes if _ended(process)]
            for process in done:
                processes.remove(process)
                total.add(_figures(process, command))
            if until and total.names:
                break
    finally:
        for process in processes:
            process.kill()
            process.communicate()
    return total


def _ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(LOOK_S)
    except subprocess.TimeoutExpired:
        return False
    return True


def _figures(process: subprocess.Popen[bytes], command: list[str]) -> Figures:
    out, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"a worker ended with {process.returncode}: {' '.join(command)}")
    return Figures(**json.loads(out))


def replay(seed: int) -> int:
    """One story told line by line. Returns how often an invariant was broken."""
    from tests.simulation.invariants import violations
    from tests.simulation.stories import Story

    story = Story(seed)
    print(f"seed {seed}: {story.theme}, up to {story.crashes} crashes")
    world = story.run()
    for at, what in world.trace:
        print(f"{at - world.began:10.3f}  {world.wall(at):%d %H:%M:%S}  {what}")
    found = violations(story, world)
    for one in found:
        print(f"VIOLATION {one.invariant}: {one.line}")
    print(f"{len(found)} violations; sound for sound the same whenever it is played")
    return len(found)


def _span(text: str) -> tuple[int, int]:
    first, _, last = text.partition(":")
    return int(first), int(last)


def _share(text: str) -> tuple[int, int]:
    worker, _, workers = text.partition("/")
    return int(worker), int(workers)


def parse(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Deterministic simulation: stories, crashes, invariants.")
    parser.add_argument("--seed", type=int, help="replay this one story, line by line")
    parser.add_argument("--seeds", type=_span, default=(0, 1_000_000), help="first:last")
    parser.add_argument("--crashes", type=int, default=0, help="stop after so many crashes")
    parser.add_argument("--seconds", type=float, default=0, help="stop after so much processor time")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--bug", default="", help="plant this bug of bugs.py")
    parser.add_argument(
        "--until",
        default="",
        help="stop at the first violation of one of these invariants (with commas), or of any",
    )
    parser.add_argument("--theme", default="", help="only stories of this theme")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--share", type=_share, default=(0, 1), help=argparse.SUPPRESS)
    return parser.parse_args(words)


def main(words: Sequence[str]) -> int:
    arguments = parse(words)
    logging.disable(logging.CRITICAL)
    if arguments.bug and (arguments.worker or arguments.seed is not None):
        import pytest

        from tests.simulation import bugs

        bugs.named(arguments.bug).plant(pytest.MonkeyPatch())
    if arguments.seed is not None:
        return 1 if replay(arguments.seed) else 0
    if arguments.worker:
        total = Figures()
        for figures in share(arguments):
            total.add(figures)
        total.violations = total.violations[:MOST_TOLD]
        print(json.dumps(asdict(total)))
        return 0
    began = time.monotonic()
    total = run(
        seeds=arguments.seeds, workers=arguments.workers, crashes=arguments.crashes,
        seconds=arguments.seconds, bug=arguments.bug, until=arguments.until, theme=arguments.theme,
    )  # fmt: skip
    print(f"{total}; {time.monotonic() - began:.0f} s")
    for line in total.violations[:40]:
        print(line)
    if total.violations:
        print("replay one with: make simulate SEED=…")
    return 1 if total.violations else 0


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | {"PYTHONHASHSEED": "0"})
    raise SystemExit(main(sys.argv[1:]))
