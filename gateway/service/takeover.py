"""May this program take over a site? Asked of the new version before the old one is stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gateway.config.config import Config, load
from gateway.config.table import ConfigWrong
from gateway.i18n import phrase
from gateway.site.check import wiring
from gateway.site.load import load_site
from gateway.store.copies import trial

LEDGER = "ledger.sqlite"


def faults(
    config: Path, lang: str = "zh", place: Callable[[Config], Path] = lambda site: site.data
) -> list[str]:
    """Why this program cannot run that site, one line each; nothing is changed. `place` says where the site's data lies."""
    try:
        site = load(config)
        roster = load_site(site)
    except ConfigWrong as wrong:
        return wrong.faults
    found = wiring(site, roster)
    ledger = place(site) / LEDGER
    has, writes = trial.schema_of(ledger), trial.schema()
    if has > writes:
        found.append(phrase("ledger_newer", lang, file=ledger, has=has, writes=writes))
    return found
