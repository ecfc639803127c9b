"""Every test of the contract runs with every implementation.

The tests of this folder cover the sections of gateway/store/sqlite: acts, alarms, arrivals, documents,
drills, holds, names, plans, receipts, relays, section and site.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from gateway.store.contract import Ledger
from tests.support.ledgers import IMPLEMENTATIONS, Place


@pytest.fixture(params=list(IMPLEMENTATIONS))
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty place for a ledger of each implementation."""
    return IMPLEMENTATIONS[request.param](tmp_path)


@pytest.fixture(params=["closed", "cut"])
def lives(place: Place, request: pytest.FixtureRequest) -> Callable[..., None]:
    """Run each part of a story with the ledger opened again: after it was closed, and after the power was
    cut."""

    def run(*parts: Callable[[Ledger], Awaitable[None]]) -> None:
        async def story() -> None:
            for part in parts:
                ledger = await place.open()
                await part(ledger)
                place.check(ledger)
                await (ledger.close() if request.param == "closed" else place.cut(ledger))

        place.run(story())

    return run
