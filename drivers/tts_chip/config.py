"""A `[[line]]` of protocol tts_chip, which has no keys of its own."""

from __future__ import annotations

from drivers.link import Link
from drivers.protocol import LineConfig, LineSpec, LineWrong, Opened
from drivers.tts_chip.driver import TtsChipDriver


class TtsChipConfig(LineConfig):
    """A speech chip has no settings beyond those of every line."""


class OneChip(LineWrong):
    """A line of speech chips has one unit, number 1."""

    code = "one_chip"
    key = "unit"


def open_line(config: TtsChipConfig, spec: LineSpec, link: Link) -> Opened:
    """Raises OneChip unless the line has one unit, number 1."""
    if list(spec.units) != [1]:
        raise OneChip(units=", ".join(map(str, sorted(spec.units))))
    return TtsChipDriver(link, 1), {}
