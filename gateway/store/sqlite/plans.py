"""Plans and their bursts, in the tables `plan`, `burst` and `ending`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from gateway.model.delivery import Burst
from gateway.model.judgement import Ending
from gateway.model.plan import Plan
from gateway.model.reason import Why
from gateway.model.record import PlanRow
from gateway.store import contract
from gateway.store.chain.connection import ChainedConnection
from gateway.store.sqlite import rows
from gateway.store.sqlite.section import Section


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
        ids = self._all("SELECT id FROM plan WHERE start >= ? ORDER BY start", (start.isoformat(),))
        return [row for (plan,) in ids if (row := self.plan(plan))]

    def plan(self, plan: str) -> PlanRow | None:
        row = self._one("SELECT body, ended FROM plan WHERE id = ?", (plan,))
        if not row:
            return None
        body, ended = row
        bursts = self._all("SELECT body FROM burst WHERE plan = ? ORDER BY number, speaker", (plan,))
        return PlanRow(
            rows.plan(body),
            rows.WHY.validate_json(ended) if ended else None,
            tuple(rows.BURST.validate_json(burst) for (burst,) in bursts),
        )

    def plans(self, key: str) -> list[PlanRow]:
        ids = self._all("SELECT id FROM plan WHERE document = ? ORDER BY start, rowid", (key,))
        return [row for (plan,) in ids if (row := self.plan(plan))]
