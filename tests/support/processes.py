"""A free port and a wait on the wall clock: for tests that start real processes."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any


def until(true: Callable[[], Any], seconds: float = 15.0) -> Any:
    """Wait for something to become true; what it was at last."""
    end = time.monotonic() + seconds
    while not (seen := true()) and time.monotonic() < end:
        time.sleep(0.02)
    return seen


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
