"""Speech: a technician's voice test, and how a name is pronounced."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from gateway.judge.rules import Rules
from gateway.judge.voice_test import plan_test
from gateway.model.plan import Plan
from gateway.model.reason import Reason, Why
from gateway.model.refused import Refused
from gateway.model.speaker import Roster
from gateway.office import Dispatcher, Ledger
from gateway.runtime.clock import Clock
from gateway.voice.mandarin.lexicon import Lexicon, LexiconWrong


class SpeechActs:
    """Acts on what the voice says. `learn` takes the pronunciations of all names that were taught."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        roster: Roster,
        rules: Rules,
        dispatcher: Dispatcher,
        learn: Callable[[Mapping[str, str]], None],
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._roster = roster
        self._rules = rules
        self._dispatcher = dispatcher
        self._learn = learn

    async def say(self, text: str, speakers: Sequence[str], person: str, reason: str = "") -> Plan:
        """Play a technician's test, inside the test wording. In the quiet hours of the site it needs a
        reason.

        Raises Refused.
        """
        unknown = next((speaker for speaker in speakers if not self._roster.speaker(speaker)), None)
        if unknown is not None:
            raise Refused(Why(Reason.UNKNOWN_SPEAKER, {"speaker": unknown}))
        plan = plan_test(text, speakers, self._roster, self._rules, self._clock.now(), reason)
        await self._ledger.add_plan(plan, person, f"say {text} ({reason})")
        self._dispatcher.take(plan, "")
        return plan

    async def teach(self, phrase: str, syllables: str, person: str) -> None:
        """Pronounce a phrase with these syllables from the next burst on, one a character such as `lu4 an1`.

        "" takes back what was taught. Raises Refused.
        """
        if syllables:
            try:
                Lexicon.of({phrase: syllables})
            except LexiconWrong as wrong:
                raise Refused(Why(Reason.PRONUNCIATION_WRONG, {"fault": wrong.faults[0]})) from wrong
        await self._ledger.teach(phrase, " ".join(syllables.split()), self._clock.now(), person)
        self._learn(self._ledger.pronunciations())
