"""The daemon in a faster loop, at a given time of day, with a stamp for every commit.

Arguments: configuration, speed, start of its clock (ISO 8601), file of stamps.

A stamp is a time of the monotonic clock. It is taken when the daemon's own thread knows that a document's
bytes are committed, which is later than the commit.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from gateway.app.serve import serve
from gateway.demo.fastloop import FastLoop
from gateway.runtime.clock import LoopClock
from gateway.store.sqlite.ledger import Ledger


def stamp(file: Path) -> None:
    """Note each commit of an arrival."""
    real = Ledger.arrive
    log = file.open("a", buffering=1)

    async def arrive(self: Ledger, arrival: Any, *rest: Any) -> tuple[int, bool]:
        answer = await real(self, arrival, *rest)
        log.write(json.dumps([hashlib.sha256(arrival.raw).hexdigest(), time.monotonic(), answer[1]]) + "\n")
        return answer

    Ledger.arrive = arrive  # type: ignore[method-assign, assignment]


async def main(config: Path, start: str) -> None:
    await serve(config, LoopClock(datetime.fromisoformat(start)))


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    stamp(Path(sys.argv[4]))
    with asyncio.Runner(loop_factory=lambda: FastLoop(float(sys.argv[2]))) as runner:
        runner.run(main(Path(sys.argv[1]), sys.argv[3]))
