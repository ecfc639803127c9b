"""The daemon as `tongluo run` runs it, in a loop that is faster than the wall clock. Arguments: configuration, speed."""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path

from gateway.app import serve
from gateway.clock import LoopClock, SystemClock
from gateway.fastloop import FastLoop


async def main(config: Path) -> None:
    await serve(config, LoopClock(SystemClock().now()))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    with asyncio.Runner(loop_factory=lambda: FastLoop(float(sys.argv[2]))) as runner:
        runner.run(main(Path(sys.argv[1])))
