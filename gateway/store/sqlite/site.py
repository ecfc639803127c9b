"""Site data in numbered versions, in the table `site`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from gateway.model.speaker import Roster
from gateway.store import contract
from gateway.store.chain.connection import ChainedConnection, Row
from gateway.store.sqlite import rows
from gateway.store.sqlite.section import Section

_NEWEST = "SELECT body FROM site ORDER BY version DESC LIMIT 1"


class Site(Section, contract.Site):
    """Every version is a row of its own and stays."""

    async def save_roster(self, roster: Roster, at: datetime, person: str) -> Roster:
        def work(db: ChainedConnection) -> Roster:
            newest = _roster(db.execute(_NEWEST).fetchone())
            numbered = _numbered(roster, newest)
            if numbered == newest:
                return newest
            row: Row = {"version": numbered.version, "at": at.isoformat(), "written_by": person}
            db.insert("site", {**row, "body": rows.text(rows.ROSTER, numbered)})
            return numbered

        return await self._writer.write(work)

    def numbered(self, roster: Roster) -> Roster:
        return _numbered(roster, _roster(self._one(_NEWEST)))


def _roster(row: tuple[Any, ...] | None) -> Roster | None:
    return rows.ROSTER.validate_json(row[0]) if row else None


def _numbered(roster: Roster, newest: Roster | None) -> Roster:
    if newest and newest == replace(roster, version=newest.version):
        return newest
    return replace(roster, version=(newest.version if newest else 0) + 1)
