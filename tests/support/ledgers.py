"""The implementations of the ledger's contract, each with a place to keep a ledger in.

A new one joins with a row of `IMPLEMENTATIONS`.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import apsw

from gateway.store import contract
from gateway.store.chain.audit import verify
from gateway.store.sqlite.ledger import Ledger
from tests.support.disk import Disk
from tests.support.virtualtime import VirtualLoop
from tests.support.world import Inline


class Place(Protocol):
    """Where one ledger is kept. It is empty at first."""

    def run(self, story: Coroutine[Any, Any, None]) -> None:
        """Run a test to its end, in the event loop that the implementation can do with."""
        ...

    async def open(self) -> contract.Ledger:
        """The ledger of this place, with all that is on its disk."""
        ...

    async def cut(self, ledger: contract.Ledger) -> None:
        """The power fails under an open ledger. The next `open` finds what was on the disk."""
        ...

    def fail(self) -> None:
        """From now on the disk takes no write."""
        ...

    def heal(self) -> None:
        """The disk takes writes again."""
        ...

    def acts(self, ledger: contract.Ledger) -> list[tuple[str, str]]:
        """All acts as (person, act), oldest first. The gateway never reads them; people export the ledger."""
        ...

    def check(self, ledger: contract.Ledger) -> None:
        """Assert that the ledger is whole, by the means of the implementation."""
        ...


class OnSimulatedDisk:
    """SQLite on a disk in memory, in virtual time."""

    def __init__(self, _folder: Path) -> None:
        self._disk = Disk()

    def run(self, story: Coroutine[Any, Any, None]) -> None:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(story)

    async def open(self) -> contract.Ledger:
        return await Ledger.open("ledger", Inline(), self._disk.name)

    async def cut(self, ledger: contract.Ledger) -> None:
        self._disk = self._disk.cut(random.Random(0))
        with suppress(apsw.Error):
            await ledger.close()  # what it still writes goes to the disk of before

    def fail(self) -> None:
        self._disk.ailment = apsw.IOError

    def heal(self) -> None:
        self._disk.ailment = None

    def acts(self, ledger: contract.Ledger) -> list[tuple[str, str]]:
        assert isinstance(ledger, Ledger)
        return [(person, act) for person, act in ledger._all("SELECT person, body FROM act ORDER BY id")]

    def check(self, ledger: contract.Ledger) -> None:
        assert isinstance(ledger, Ledger)
        assert list(verify(ledger._writer.connection, bytes(32))) == []


IMPLEMENTATIONS: Mapping[str, Callable[[Path], Place]] = {
    "sqlite": OnSimulatedDisk,
}
