"""The voice that a site has chosen beside our own."""

from __future__ import annotations

import logging
from importlib.util import find_spec

from gateway.config import VoiceTable
from gateway.voice import Voice
from gateway.voice.wyoming import WyomingVoice

log = logging.getLogger(__name__)


def chosen(table: VoiceTable | None) -> Voice | None:
    """None where none is chosen or what it needs is not installed: then our own voice says everything."""
    if table is None:
        return None
    if missing(table):
        log.error("no voice %s: pip install 'tongluo[%s]'", table.engine, table.engine)
        return None
    return WyomingVoice(table.host, table.port, table.name)


def missing(table: VoiceTable | None) -> bool:
    """Whether the chosen voice needs a package that is not there."""
    return table is not None and find_spec(table.engine) is None
