"""Policies: what each source may do, as the judges ask it."""

from __future__ import annotations

from gateway.config.config import Config
from gateway.model.judgement import ANY_SENDER, Policy, Trust
from gateway.model.plan import Tier
from gateway.model.record import OWNER, SENDER
from gateway.monitoring.canary import CANARY


def policies(config: Config) -> dict[str, Policy]:
    """A policy for each configured source, for the owner and for the canary.

    The owner may speak for every sender that an HTTP source may speak for.
    """
    watch = config.watch_only
    known = {
        source.name: Policy(
            source.name,
            frozenset(source.senders),
            config.simulated,
            Tier[source.tier.upper()],
            Trust[source.trust.upper()],
            source.no_area,
            frozenset(source.addresses),
            frozenset(source.restrictions),
            source.signature,
            watch,
        )
        for source in config.sources
    }
    posted = frozenset(
        sender for source in config.sources if source.kind == "http" for sender in source.senders
    )
    known[OWNER] = Policy(OWNER, posted - {ANY_SENDER}, config.simulated, Tier.TOWNSHIP, watch_only=watch)
    known[CANARY] = Policy(CANARY, frozenset({SENDER}))
    return known
