"""What people did, in the table `act`."""

from __future__ import annotations

from datetime import datetime

from gateway.store import contract
from gateway.store.sqlite import rows
from gateway.store.sqlite.section import Section


class Acts(Section, contract.Acts):
    """Acts that change another table are written with that change (`rows.insert_act`)."""

    async def act(self, at: datetime, person: str, act: str) -> None:
        await self._writer.write(lambda db: rows.insert_act(db, at, person, act))
