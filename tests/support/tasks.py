"""Tasks that run beside a test and end with it. For tests of drivers and of MQTT."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def running(*work: Coroutine[Any, Any, object], settle_s: float = 0.0) -> AsyncIterator[None]:
    """Run these beside the body and cancel them after it. The body begins `settle_s` seconds after them."""
    tasks = [asyncio.create_task(coroutine) for coroutine in work]
    try:
        await asyncio.sleep(settle_s)
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
