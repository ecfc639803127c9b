"""A `[[line]]` of protocol openhorn: its key, its codec, and the time its units take to answer."""

from __future__ import annotations

import re
from typing import ClassVar, Literal

from pydantic import Field

from drivers.config import SecretFile
from drivers.link import Link
from drivers.openhorn.chunks import SLOW, pace
from drivers.openhorn.driver import CODECS, OpenhornDriver
from drivers.openhorn.faults import KeyWrong
from drivers.protocol import LineConfig, LineSpec, Opened, SlowSpeech


class OpenhornConfig(LineConfig):
    """The keys of an openhorn line."""

    NEEDS: ClassVar = {"key_file": "an openhorn line needs a key_file with 64 hex digits"}

    key_file: SecretFile
    """The key of the line in hex, the same as in its units (docs/openhorn.md §3)."""
    codec: Literal["alaw", "adpcm"] = "adpcm"
    """How sound is coded on the line."""
    turnaround_ms: int = Field(100, ge=10, le=5000)
    """Milliseconds a unit may take until its answer begins. Radio modems need more than wires."""

    def check(self) -> None:
        """Stricter than `open_line`: a key made today has 64 hex digits."""
        text = self.key_file.read_text("ascii", errors="replace").strip()
        if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
            raise KeyWrong(file=self.key_file)

    def slow_speech(self, baud: int) -> SlowSpeech | None:
        seconds = pace(baud, CODECS[self.codec])
        return SlowSpeech(self.codec, seconds) if seconds > SLOW else None


def open_line(config: OpenhornConfig, spec: LineSpec, link: Link) -> Opened:
    """Raises OSError for a key file that cannot be read, KeyWrong and UnitsWrong."""
    try:
        key = bytes.fromhex(config.key_file.read_text("ascii").strip())
    except ValueError:  # no word of what it holds
        raise KeyWrong(file=config.key_file) from None
    driver = OpenhornDriver(
        link,
        spec.units,
        key,
        codec=config.codec,
        wall=spec.wall,
        turnaround=config.turnaround_ms / 1000,
    )
    return driver, {}
