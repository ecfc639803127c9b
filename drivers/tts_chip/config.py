"""A `[[line]]` of protocol tts_chip, which has no keys of its own."""

from __future__ import annotations

from drivers.link import Link
from drivers.protocol import LineConfig, LineSpec, Opened
from drivers.tts_chip.driver import TtsChipDriver


class TtsChipConfig(LineConfig):
    """A speech chip has no settings beyond those of every line."""


def open_line(config: TtsChipConfig, spec: LineSpec, link: Link) -> Opened:
    """Raises ValueError unless the line has one unit, number 1."""
    if list(spec.units) != [1]:
        raise ValueError(f"a tts_chip line carries one chip, unit 1, not units {sorted(spec.units)}")
    return TtsChipDriver(link, 1), {}
