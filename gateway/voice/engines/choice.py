"""The voice that a site has chosen besides the offline one."""

from __future__ import annotations

import logging
from importlib.util import find_spec

from gateway.config.voice import VoiceTable
from gateway.voice import Voice
from gateway.voice.engines.edge import EdgeVoice
from gateway.voice.engines.wyoming import WyomingVoice

PACKAGES = {"wyoming": "wyoming", "edge": "edge_tts"}
"""The Python package that an engine needs.

The extra of our package that installs it has the engine's name.
"""
log = logging.getLogger(__name__)


def chosen(table: VoiceTable | None) -> Voice | None:
    """The chosen voice.

    None if none is chosen or its package is not installed: then the offline voice says all.
    """
    if table is None:
        return None
    if missing(table):
        log.error("no voice %s: pip install 'tongluo[%s]'", table.engine, table.engine)
        return None
    if table.engine == "edge":
        log.warning("the words of warnings go to an online service whose owner's permission is not known")
        return EdgeVoice(table.name)
    return WyomingVoice(table.host, table.port, table.name)


def missing(table: VoiceTable | None) -> bool:
    """Whether the chosen voice needs a package that is not installed."""
    return table is not None and find_spec(PACKAGES[table.engine]) is None
