"""Bugs planted to see whether the simulation finds them. Patches of the tests, never switches in the product."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from gateway.delivery import airtime
from gateway.delivery.dispatcher import Dispatcher
from gateway.store.writer import Writer

Bug = Callable[[pytest.MonkeyPatch], None]


def acknowledge_before_commit(patch: pytest.MonkeyPatch) -> None:
    """The writer answers at once and commits twenty milliseconds later."""

    async def run(self: Writer) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            batch, self._waiting = self._waiting, []
            self._connection.execute("BEGIN")
            for work, future in batch:
                result = work(self._connection)
                if not future.done():
                    future.set_result(result)
            try:
                await asyncio.sleep(0.02)
            finally:
                self._connection.execute("COMMIT")

    patch.setattr(Writer, "run", run)


def forget_what_was_cancelled(patch: pytest.MonkeyPatch) -> None:
    """The dispatcher does not notice that a plan ended in the ledger."""

    patch.setattr(Dispatcher, "end", lambda self, plan_id, why: None)


def forget_what_was_not_finished(patch: pytest.MonkeyPatch) -> None:
    """After a restart a burst that had begun counts as said."""
    real = airtime.due

    def due(plan: Any, bursts: Any, speaker: str, now: Any) -> Any:
        missed, waiting = real(plan, bursts, speaker, now)
        return missed, None if waiting and waiting.tries else waiting

    patch.setattr("gateway.delivery.live.due", due)


ALL: tuple[Bug, ...] = (acknowledge_before_commit, forget_what_was_cancelled, forget_what_was_not_finished)
