"""Plans and their bursts, in the tables `plan`, `burst` and `ending`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from gateway.model.delivery import Burst
from gateway.model.judgement import Ending
from gateway.model.plan import Plan
from gateway.model.reason import Why
from gateway.model.record import PlanRow
from gateway.store import contract
from gateway.store.chain.connection import ChainedConnection
from gateway.store.sqlite import rows
from gateway.store.sqlite.section import Section

_OF_DOCUMENTS = """
SELECT document, id, body, ended FROM plan WHERE document IN (SELECT value FROM json_each(?))
    ORDER BY start, rowid
"""
_BURSTS = """
SELECT plan, body FROM burst WHERE plan IN (SELECT value FROM json_each(?)) ORDER BY number, speaker
"""


class Plans(Section, contract.Plans):
    """`ending` lists the plans that a judgement ended and `record` has not settled."""

    async def add_plan(self, plan: Plan, person: str, act: str, key: str = "") -> bool:
        def work(db: ChainedConnection) -> bool:
            new = rows.insert_plan(db, plan, key or None)
            if new:
                rows.insert_act(db, plan.start, person, act)
            return new

        return await self._writer.write(work)

    async def record(
        self,
        bursts: Sequence[Burst],
        receipts: Sequence[tuple[str, str, str]] = (),
        ends: Mapping[str, Why] | None = None,
        plans: Sequence[Plan] = (),
    ) -> None:
        def work(db: ChainedConnection) -> None:
            for plan in plans:
                rows.insert_plan(db, plan, plan.alert or None)
            for burst in bursts:
                rows.put_burst(db, burst)
            for source, document, body in receipts:
                rows.owe(db, source, document, [body])
            for plan_id, why in (ends or {}).items():
                rows.end(db, Ending(plan_id, why))
                db.execute("DELETE FROM ending WHERE plan = ?", (plan_id,))

        await self._writer.write(work)

    def live(self) -> list[str]:
        sql = "SELECT id FROM plan INDEXED BY plan_live WHERE ended IS NULL ORDER BY start, id"
        return [plan for (plan,) in self._all(sql)]

    def unsettled(self) -> list[str]:
        return [plan for (plan,) in self._all("SELECT plan FROM ending ORDER BY plan")]

    def since(self, start: datetime) -> list[PlanRow]:
        found = self._all(
            "SELECT document, id, body, ended FROM plan WHERE start >= ? ORDER BY start", (start.isoformat(),)
        )
        return [row for _, row in self._with_bursts(found)]

    def plan(self, plan: str) -> PlanRow | None:
        found = self._all("SELECT document, id, body, ended FROM plan WHERE id = ?", (plan,))
        return next((row for _, row in self._with_bursts(found)), None)

    def plans(self, key: str) -> list[PlanRow]:
        return self._plans_of([key]).get(key, [])

    def _plans_of(self, keys: Iterable[str]) -> dict[str, list[PlanRow]]:
        """The plans of these documents, by key: two queries, however many documents are compared."""
        found = self._all(_OF_DOCUMENTS, (json.dumps(list(keys)),))
        plans: dict[str, list[PlanRow]] = {}
        for key, row in self._with_bursts(found):
            plans.setdefault(key, []).append(row)
        return plans

    def _with_bursts(self, found: Sequence[tuple[Any, ...]]) -> Iterator[tuple[str, PlanRow]]:
        """The rows (document, id, body, ended) as plans with their bursts, each with the key of its
        document."""
        bursts: dict[str, list[Burst]] = {}
        for plan, body in self._all(_BURSTS, (json.dumps([row[1] for row in found]),)) if found else ():
            bursts.setdefault(plan, []).append(rows.BURST.validate_json(body))
        for key, plan, body, ended in found:
            why = rows.WHY.validate_json(ended) if ended else None
            yield key, PlanRow(rows.plan(body), why, tuple(bursts.get(plan, ())))
