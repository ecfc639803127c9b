"""Plans and what became of them at each speaker: the ledger's right half."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from gateway.model.delivery import Burst, Delivery
from gateway.model.judgement import Ending
from gateway.model.plan import Plan
from gateway.model.reason import Why
from gateway.model.record import PlanRow
from gateway.store import contract
from gateway.store.chain.pen import Pen
from gateway.store.sqlite import rows
from gateway.store.sqlite.section import Section


class Plans(Section, contract.Plans):
    """Plans with their bursts."""

    async def add_plan(self, plan: Plan, person: str, act: str) -> None:
        def work(db: Pen) -> None:
            rows.insert_plan(db, plan, None)
            rows.insert_act(db, plan.start, person, act)

        await self._writer.write(work)

    async def record(
        self,
        bursts: Sequence[Burst],
        receipts: Sequence[tuple[str, str, str]] = (),
        ends: Mapping[str, Why] | None = None,
        plans: Sequence[Plan] = (),
    ) -> None:
        def work(db: Pen) -> None:
            for plan_ in plans:
                rows.insert_plan(db, plan_, plan_.alert or None)
            for burst in bursts:
                rows.put_burst(db, burst)
            for source, document, body in receipts:
                rows.owe(db, source, document, [body])
            for plan, why in (ends or {}).items():
                rows.end(db, Ending(plan, why))
                db.execute("DELETE FROM ending WHERE plan = ?", (plan,))

        await self._writer.write(work)

    def live(self) -> list[str]:
        return [
            row[0]
            for row in self._all(
                "SELECT id FROM plan INDEXED BY plan_live WHERE ended IS NULL ORDER BY start, id"
            )
        ]

    def unsettled(self) -> list[str]:
        return [row[0] for row in self._all("SELECT plan FROM ending ORDER BY plan")]

    def since(self, start: datetime) -> list[PlanRow]:
        found = self._all("SELECT id FROM plan WHERE start >= ? ORDER BY start", (start.isoformat(),))
        return [plan for row in found if (plan := self.plan(row[0]))]

    def plan(self, plan: str) -> PlanRow | None:
        row = self._one("SELECT body, ended FROM plan WHERE id = ?", (plan,))
        if not row:
            return None
        bursts = self._all("SELECT body FROM burst WHERE plan = ? ORDER BY number, speaker", (plan,))
        ended = rows.WHY.validate_json(row[1]) if row[1] else None
        return PlanRow(
            rows.PLAN.validate_json(row[0]),
            ended,
            tuple(rows.BURST.validate_json(body) for (body,) in bursts),
        )

    def plans(self, key: str) -> list[PlanRow]:
        found = self._all("SELECT id FROM plan WHERE document = ? ORDER BY start, rowid", (key,))
        return [plan for row in found if (plan := self.plan(row[0]))]

    def deliveries(self, row: PlanRow) -> list[Delivery]:
        return [
            Delivery(row.plan.id, speaker, tuple(burst for burst in row.bursts if burst.speaker == speaker))
            for speaker in row.plan.targets
        ]
