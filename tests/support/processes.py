"""Real processes, a free port, a wait on the wall clock. For journeys, proofs, the bench, the service."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
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


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL, as a power failure would end it: nothing is written."""
    process.kill()
    process.wait()


def stop(process: subprocess.Popen[bytes], seconds: float = 10.0) -> None:
    """SIGTERM, and SIGKILL to a process that still runs after so many seconds."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    kill(process)
