"""The horns and relay boards of one line: what they are, what they answer, and what is reported of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping

from drivers import Alive, Everyone, Fact, Report, SpeakerStatus, Units
from drivers.errors import Busy, Garbled, NoAnswer, NotAccepted
from drivers.line import Rank
from drivers.modbus.burst import Burst
from drivers.modbus.exchange import Exchange, LastLook, Settled, at_once, go_ahead
from drivers.modbus.frames import Answer, Request
from drivers.modbus.profile import Profile
from drivers.modbus.socketed import SocketExchange


class Horns:
    """Asks the units of a line, and remembers which of them did not answer lately.

    `report` takes what becomes known of them.
    """

    def __init__(self, profiles: Mapping[int, Profile], exchange: Exchange | SocketExchange) -> None:
        self.profiles = dict(profiles)
        """The kind of each unit."""
        self.exchange = exchange
        self.report: Callable[[Report], None] = lambda report: None
        self.silent: set[int] = set()
        """The units that did not answer the last question."""

    async def ask(
        self,
        unit: int,
        request: Request,
        rank: Rank = Rank.PLAY,
        last_look: LastLook = go_ahead,
        settled: Settled = at_once,
    ) -> Answer:
        """The answer of a unit. Raises DriverError, and what `last_look` raises."""
        bus = self.profiles[unit].bus
        try:
            answer = await self.exchange.ask(
                request, bus.timeout_ms / 1000, bus.late_ms / 1000, rank, last_look, settled
            )
        except NoAnswer:
            self.silent.add(unit)
            raise
        except (Garbled, NotAccepted, Busy):
            self.silent.discard(unit)
            raise
        self.silent.discard(unit)
        return answer

    async def status(self, unit: int) -> SpeakerStatus:
        """See drivers.Driver."""
        profile = self.profiles.get(unit)
        if profile is None or not (profile.status or profile.relay):
            raise NotAccepted(unit=unit, reason="no status register in its profile")
        values: dict[str, float] = {}
        for entry in profile.status:
            answer = await self.ask(unit, entry.request(unit), Rank.POLL)
            values[entry.means] = answer.values[0] * entry.factor
        on = None
        if profile.relay:
            on = bool((await self.ask(unit, profile.relay.question(unit), Rank.POLL)).values[0])
        self.tell(unit, None, Alive())
        return profile.seen(values, on)

    def meant(self, units: Units) -> list[int]:
        """The units of a call. Everyone means every horn: a relay board plays nothing."""
        horns = [unit for unit, profile in self.profiles.items() if profile.play]
        return horns if isinstance(units, Everyone) else list(dict.fromkeys(units))

    def silent_last(self, bursts: Collection[Burst]) -> list[Burst]:
        """These bursts, those at silent units last."""
        return sorted(bursts, key=lambda burst: burst.unit in self.silent)

    def say(self, burst: Burst, fact: Fact) -> None:
        """Report a fact of a burst that is not over."""
        if not burst.over.is_set() and burst.token is not None:
            self.tell(burst.unit, burst.token, fact)

    def end(self, burst: Burst, fact: Fact) -> None:
        """Report the end of a burst, once."""
        self.say(burst, fact)
        burst.over.set()
        burst.decided.set()

    def tell(self, unit: int, token: bytes | None, fact: Fact) -> None:
        """Report a fact of a unit, now."""
        self.report(Report(self.now(), unit, token, fact))

    def now(self) -> float:
        return asyncio.get_running_loop().time()
