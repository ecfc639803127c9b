"""What each configured source may do, as the judges ask it."""

from __future__ import annotations

from gateway.config.config import Config
from gateway.model.judgement import Policy, Trust
from gateway.model.plan import Tier
from gateway.model.record import OWNER, SENDER
from gateway.monitoring.canary import CANARY


def policies(config: Config) -> dict[str, Policy]:
    """What each source may do; the owner speaks for whatever the http sources may."""
    watch = config.watch_only
    found = {
        one.name: Policy(
            one.name,
            frozenset(one.senders),
            config.simulated,
            Tier[one.tier.upper()],
            Trust[one.trust.upper()],
            one.no_area,
            frozenset(one.addresses),
            frozenset(one.restrictions),
            one.signature,
            watch,
        )
        for one in config.sources
    }
    posted = frozenset(sender for one in config.sources if one.kind == "http" for sender in one.senders)
    found[OWNER] = Policy(OWNER, posted, config.simulated, Tier.TOWNSHIP, watch_only=watch)
    found[CANARY] = Policy(CANARY, frozenset({SENDER}))
    return found
