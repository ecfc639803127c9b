"""A dry run where no gateway runs.

A document is judged by the configuration alone. There are no earlier documents, and no drill is open.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from gateway.config.config import Config
from gateway.console.views import traces
from gateway.intake.readers import parse
from gateway.intake.signature import checked, pinned
from gateway.judge.deed import divided
from gateway.judge.judge import judge
from gateway.judge.sense import senses
from gateway.pipeline.judging import Judging
from gateway.pipeline.pending import Pending
from gateway.runtime.clock import SystemClock
from gateway.site.load import load_site, rules_of
from gateway.site.policies import policies


def traces_of(config: Config, raw: bytes, source: str) -> list[dict[str, Any]]:
    """The traces of the alerts in these bytes, as if they came from this source now.

    They have the shape of the API's `explain`. Raises ConfigWrong, Unreadable.
    """
    roster, allowed = load_site(config), policies(config)
    certificates = pinned({source.name: source.certificates for source in config.sources})
    judging = Judging(
        lambda *_: [],
        SystemClock(assured=True),
        lambda arrival: divided(checked(arrival, parse(arrival), certificates)),
        partial(judge, rules=rules_of(roster)),
        senses,
        allowed,
        lambda _: roster,
        lambda _: (),
        Pending(),
    )
    return [traces.dry_run(entry, roster) for entry in judging.dry_run(raw, source)]
