"""Documents one after another before the judges, remembered as the ledger remembers them.

Every plan that may sound does so at once. For the nasty warnings and the interleavings of the judge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.judge import Judgement, Past, Policy
from gateway.judge.stamp import stamped
from gateway.model.alert import Alert
from gateway.model.speaker import Roster
from gateway.model.verdict import Hold
from tests.support.rules import judge, may_sound


@dataclass
class History:
    """`sounding`: whether what may sound does so at once."""

    policies: Mapping[str, Policy]
    roster: Roster
    sounding: bool = True
    past: list[Past] = field(default_factory=list)

    def arrives(self, alert: Alert, source: str, now: datetime, held: Hold | None = None) -> Judgement:
        """The judges' answer, which is remembered.

        A known document keeps its first entry unless that was quarantined.
        """
        alert = stamped(alert, source, self.past)
        others = [
            one for one in self.past if not (held and one.alert.key == alert.key and one.source == source)
        ]
        first = next(
            (one.at for one in self.past if one.alert.key == alert.key and one.source == source), None
        )
        came = first if held else None
        answer = judge(alert, self.policies[source], others, self.roster, now, held, came=came)
        ended = {ending.plan for ending in answer.endings}
        self.past = [
            replace(one, live=False) if one.plan and one.plan.id in ended else one for one in self.past
        ]
        old = next((one for one in self.past if one.alert.key == alert.key and one.source == source), None)
        if old and not held and old.verdict != "quarantine":
            return answer
        if old:
            self.past.remove(old)
        self.past.append(self._remembered(alert, source, came or now, answer))
        return answer

    def _remembered(self, alert: Alert, source: str, now: datetime, answer: Judgement) -> Past:
        plan = answer.plan
        heard = [
            one for one in (plan.targets if plan else ()) if plan and may_sound(plan, one, now, 0.0) is None
        ]
        return Past(
            alert,
            source,
            answer.verdict.name,
            now,
            plan,
            plan is not None,
            frozenset(heard if self.sounding else ()),
            self.policies[source].trust,
            answer.verdict,
        )

    def on_the_air(self) -> Sequence[Past]:
        """The documents whose plans live."""
        return [one for one in self.past if one.live]
