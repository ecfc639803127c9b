"""What this process and its workers cost. For the measures of the voice."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

WORKERS = ("onnx_worker", "espeak_worker")


class Cost(NamedTuple):
    """What one process has cost so far."""

    cpu_s: float
    """Seconds of processor."""
    megabytes: float
    """Resident."""


def costs() -> dict[str, Cost]:
    """This process as `announcer`, and its children by the name of their program."""
    me, found = os.getpid(), dict[str, Cost]()
    ticks, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rsplit(") ", 1)[1].split()
            words = (place / "cmdline").read_bytes().decode()
        except OSError:
            continue
        if me in (int(place.name), int(fields[1])):
            name = next((worker for worker in WORKERS if worker in words), "announcer")
            cpu = (int(fields[11]) + int(fields[12])) / ticks
            found[name] = Cost(cpu, int(fields[21]) * page / 1e6)
    return found
