"""Takeover: whether this program can run a site. The new version is asked before the old one is stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gateway.config.config import Config, load
from gateway.config.table import ConfigWrong
from gateway.i18n import phrase
from gateway.site import files, voices
from gateway.site.check import wiring
from gateway.site.load import load_site
from gateway.store.copies import trial

LEDGER = "ledger.sqlite"


def voiceless(config: Path, lang: str = "zh") -> str:
    """What the voice that shall speak at the site lacks in this program; empty where it lacks nothing."""
    return voices.missing(load(config), lang)


def faults(
    config: Path, lang: str = "zh", place: Callable[[Config], Path] = lambda site: site.data
) -> list[str]:
    """A line for each reason why this program cannot run the site. Nothing is changed.

    `place` gives the folder of the site's data.
    """
    try:
        site = load(config)
        roster = load_site(site)
    except ConfigWrong as wrong:
        return wrong.faults
    reasons = wiring(site, roster, lang) + files.barring(site, lang)
    ledger = place(site) / LEDGER
    has, writes = trial.schema_of(ledger), trial.schema()
    if has > writes:
        reasons.append(phrase("ledger_newer", lang, file=ledger, has=has, writes=writes))
    return reasons
