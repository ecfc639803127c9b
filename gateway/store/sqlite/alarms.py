"""What is wrong, or was, in the table `alarm`."""

from __future__ import annotations

from datetime import datetime

from gateway.model.alarm import Alarm, AlarmKind
from gateway.store import contract
from gateway.store.chain.connection import ChainedConnection, Row
from gateway.store.sqlite import rows
from gateway.store.sqlite.section import Section


class Alarms(Section, contract.Alarms):
    """A unique index over the names of those that are up lets each be up once."""

    async def raise_alarm(self, alarm: Alarm) -> None:
        def work(db: ChainedConnection) -> None:
            why, since = rows.text(rows.WHY, alarm.why), alarm.since.isoformat()
            row: Row = {"name": alarm.name, "why": why, "since": since, "rings": int(alarm.rings)}
            db.insert("alarm", row, "INSERT OR IGNORE")

        await self._writer.write(work)

    async def clear_alarm(self, name: str, at: datetime) -> None:
        def work(db: ChainedConnection) -> None:
            values = (at.isoformat(), name)
            db.put("alarm", "UPDATE alarm SET cleared = ? WHERE name = ? AND cleared IS NULL", values)

        await self._writer.write(work)

    async def acknowledge(self, name: str, person: str, at: datetime) -> None:
        def work(db: ChainedConnection) -> None:
            db.put(
                "alarm",
                "UPDATE alarm SET acknowledged_by = ? WHERE name = ? AND acknowledged_by = ''",
                (person, name),
            )
            rows.insert_act(db, at, person, f"acknowledge {name}")

        await self._writer.write(work)

    def raised(self, name: str) -> bool:
        return self._one("SELECT 1 FROM alarm WHERE name = ? LIMIT 1", (name,)) is not None

    def alarms(self) -> list[Alarm]:
        open_alarms = self._all(
            "SELECT name, why, since, rings, cleared, acknowledged_by FROM alarm"
            " WHERE cleared IS NULL OR (rings AND acknowledged_by = '') ORDER BY id"
        )
        return [
            Alarm(
                *AlarmKind.parse(name),
                rows.WHY.validate_json(why),
                datetime.fromisoformat(since),
                bool(rings),
                datetime.fromisoformat(cleared) if cleared else None,
                person,
            )
            for name, why, since, rings, cleared, person in open_alarms
        ]
