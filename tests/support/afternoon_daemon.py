"""The daemon as `tongluo run` runs it, on an afternoon of July, in a loop that is faster than the wall clock.

tests/support/doors.py launches it. Arguments: configuration, speed.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from datetime import datetime
from pathlib import Path

from gateway.app.serve import serve
from gateway.demo.fastloop import FastLoop
from gateway.runtime.clock import CHINA, LoopClock
from gateway.runtime.memory import keep_heap_small

BEGAN = datetime(2026, 7, 28, 14, 31, 30, tzinfo=CHINA)
"""Later than every document of tests/data/doors/, and far from the quiet hours."""


async def main(config: Path) -> None:
    await serve(config, LoopClock(BEGAN))


if __name__ == "__main__":
    keep_heap_small()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    with asyncio.Runner(loop_factory=lambda: FastLoop(float(sys.argv[2]))) as runner:
        runner.run(main(Path(sys.argv[1])))
