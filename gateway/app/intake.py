"""Intake: every arrival comes in here, from whatever source."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gateway.config.config import Config
from gateway.intake import Acceptance
from gateway.model.alert import Arrival
from gateway.monitoring.sources import Sources
from gateway.pipeline.pipeline import Pipeline
from gateway.runtime.clock import Clock


class Intake:
    """Hands arrivals to the pipeline and remembers when each source last sent something.

    `unacknowledged` are asked for how many seconds a source has kept what is not acknowledged yet.
    """

    def __init__(
        self,
        config: Config,
        clock: Clock,
        pipeline: Pipeline,
        unacknowledged: Iterable[Callable[[], float | None]] = (),
    ) -> None:
        self._clock = clock
        self._pipeline = pipeline
        self.seen = Sources(source.name for source in config.sources)
        self.seen.unacknowledged += unacknowledged

    async def accept(self, arrival: Arrival) -> Acceptance:
        """Keep the bytes and say whether they can be parsed.

        Raises LedgerFailed or Backlogged: then nothing is promised.
        """
        with self.seen.taking(arrival):
            return await self._pipeline.accept(arrival)

    async def keep(self, arrival: Arrival, urgent: bool) -> None:
        """Keep the bytes, for a source that is told nothing else.

        Raises LedgerFailed or Backlogged: then nothing is promised.
        """
        with self.seen.taking(arrival):
            await self._pipeline.keep(arrival, urgent)

    def heard(self, source: str) -> None:
        """A source that is asked has answered, also that nothing is new."""
        self.seen.heard(source, self._clock.now())
