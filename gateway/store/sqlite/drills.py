"""Drills, in the table `drill`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pydantic import TypeAdapter

from gateway.model.drill import Drill
from gateway.model.plan import Act, Class, Plan
from gateway.store import contract
from gateway.store.chain.connection import ChainedConnection, Row
from gateway.store.sqlite import rows
from gateway.store.sqlite.section import Section

DRILL = TypeAdapter(Drill)


class Drills(Section, contract.Drills):
    """The body of a drill is what was asked for; its number is the key of the row."""

    async def open_drill(self, drill: Drill, notice: Plan, at: datetime) -> Drill:
        body = rows.text(DRILL, drill)

        def work(db: ChainedConnection) -> int:
            known = db.execute("SELECT id FROM drill WHERE body = ? AND closed IS NULL", (body,)).fetchone()
            if known:
                return int(known[0])
            row: Row = {"at": at.isoformat(), "until": drill.end.isoformat(), "body": body}
            number = int(db.insert("drill", row) or 0)
            rows.insert_plan(db, notice, None)
            rows.insert_act(db, at, drill.person, f"open drill {number}")
            return number

        return replace(drill, number=await self._writer.write(work))

    async def close_drill(self, number: int, person: str, at: datetime) -> bool:
        def work(db: ChainedConnection) -> bool:
            if not db.update("drill", (number,), "closed = ? AND closed IS NULL", (at.isoformat(),)):
                return False
            rows.insert_act(db, at, person, f"close drill {number}")
            return True

        return await self._writer.write(work, urgent=True)

    def drills(self, now: datetime) -> list[Drill]:
        not_closed = self._all("SELECT id, body, until FROM drill WHERE closed IS NULL ORDER BY id")
        return [
            replace(DRILL.validate_json(body), number=number)
            for number, body, until in not_closed
            if datetime.fromisoformat(until) > now
        ]

    def real_since(self, start: datetime) -> list[Plan]:
        bodies = self._all(
            "SELECT body FROM plan WHERE start >= ? AND body ->> 'class_' <= ? AND body ->> 'act' IN (?, ?)",
            (start.isoformat(), Class.RED, Act.WARNING, Act.MOVE),
        )
        return [rows.PLAN.validate_json(body) for (body,) in bodies]
