"""The daemon as `tongluo run` runs it, in a loop that is faster than the wall clock.

tests/support/township.py launches it. Arguments: configuration, speed, and the time of `daytime` (seconds
since 1970) at which the first life began. A second life goes on where the first was.
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
from tests.support.daytime import now


async def main(config: Path, speed: float, began: float) -> None:
    passed = now().timestamp() - began
    await serve(config, LoopClock(datetime.fromtimestamp(began + passed * speed, CHINA)))


if __name__ == "__main__":
    keep_heap_small()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    with asyncio.Runner(loop_factory=lambda: FastLoop(float(sys.argv[2]))) as runner:
        runner.run(main(Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])))
