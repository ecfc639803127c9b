"""A worker: a program of ours in a process of its own, which is asked over its pipes."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

GONE = (OSError, asyncio.IncompleteReadError, TimeoutError)
"""Errors by which a worker counts as dead or hanging."""


class Worker:
    """One process that runs a program of this folder with Python alone.

    It ends when its standard input does, so that it never outlives the gateway.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin
        assert process.stdout
        self._process = process
        self.requests = process.stdin
        """What it is asked. `write`, then `await drain()`."""
        self.answers = process.stdout
        """What it answers."""

    @classmethod
    async def started(cls, program: Path, *arguments: str) -> Worker:
        """Start a process. Raises OSError."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(program), *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,  # a Ctrl-C must not reach the worker, which ends when its pipe is closed
        )
        return cls(process)

    @property
    def pid(self) -> int:
        """Its process number."""
        return self._process.pid

    @property
    def status(self) -> int | None:
        """Its exit status. None while it lives."""
        return self._process.returncode

    def kill(self) -> None:
        """Kill it, if it lives."""
        if self._process.returncode is None:
            # Not kill(): it asks for the exit status itself, which asyncio's watcher would then miss.
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)

    async def end(self) -> int:
        """Kill it. Returns its exit status, also if it had ended by itself. Nobody else may read its
        answers."""
        self.kill()
        # Not wait(): it never returns while unread sound blocks the pipe.
        await self._process.communicate()
        assert self._process.returncode is not None
        return self._process.returncode
