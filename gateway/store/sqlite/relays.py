"""Power relays that must go off again, in the table `power`."""

from __future__ import annotations

from datetime import datetime

from gateway.store import contract
from gateway.store.chain.connection import ChainedConnection
from gateway.store.sqlite.section import Section


class Relays(Section, contract.Relays):
    """A relay is switched on only once its row is on the disk, so this write goes before all that wait."""

    async def power_on(self, line: str, unit: int, at: datetime) -> None:
        def work(db: ChainedConnection) -> None:
            db.insert("power", {"line": line, "unit": unit, "since": at.isoformat()}, "INSERT OR REPLACE")

        await self._writer.write(work, urgent=True)

    async def power_off(self, line: str, unit: int) -> None:
        def work(db: ChainedConnection) -> None:
            db.drop("power", "line = ? AND unit = ?", (line, unit))

        await self._writer.write(work)

    def powered(self) -> list[tuple[str, int]]:
        return [(line, unit) for line, unit in self._all("SELECT line, unit FROM power ORDER BY line, unit")]
