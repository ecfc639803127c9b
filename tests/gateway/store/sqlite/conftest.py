"""A ledger that is opened twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from gateway.store.chain.audit import verify
from gateway.store.sqlite.ledger import Ledger
from tests.support.disk import Disk
from tests.support.inline import Inline

Virtual = Callable[[Any], Any]


@pytest.fixture
def twice(virtual: Virtual) -> Callable[..., None]:
    """Do the first with a ledger, the second with the same one after a restart; the chain must hold."""

    def run(first: Callable[[Ledger], Awaitable[None]], then: Callable[[Ledger], Awaitable[None]]) -> None:
        async def story() -> None:
            disk = Disk()
            for part in (first, then):
                ledger = await Ledger.open("ledger", Inline(), disk.name)
                await part(ledger)
                assert list(verify(ledger._writer.connection, bytes(32))) == []
                await ledger.close()

        virtual(story())

    return run
