"""Engines: each is a Voice, which makes sound of one piece, in a worker process or by a service.

- `espeak`: the offline voice, which is always there. Its worker process is `espeak_worker`.
- `kokoro`: the neural voice that speaks by default. `folder`: a model that a site brings. Their models run in
  worker processes (`onnx_worker`).
- `wyoming` and `edge`: voices of a server that a site may choose. They get text.
- `choice` opens the voice that is configured. `vetting` cuts the silence off a voice's sound and checks it
  before it is heard.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from drivers.sound import Samples
from gateway.voice.piece import Piece


class Heard(NamedTuple):
    """The sound of a piece as a voice gave it: at its own speed and loudness, with silence at both ends."""

    sound: Samples
    """Mono, signed 16 bit."""
    rate: int
    """Samples a second."""


class Lengths(NamedTuple):
    """The syllables of a piece that a voice says well."""

    least: int
    """A shorter piece is joined to its neighbour where there is one."""
    most: int
    """A longer clause is cut between two words."""


class Bounds(NamedTuple):
    """What the sound of a piece must keep, at the voice's own speed (`vetting`).

    What is not given is wide.
    """

    shortest_s: float
    """Least seconds a syllable."""
    longest_s: float
    """Most seconds a syllable."""
    gap_s: float
    """The longest silence inside."""
    few_s: tuple[float, float] | None = None
    """Least and most seconds a syllable of a piece of fewer than five. None: those above, and the most for
    two syllables more."""
    lead_s: float = 0.0
    """The silence that the voice always puts before a piece. Without it the piece is cut off."""
    tail_s: float = 0.0
    """The same behind a piece."""
    paused: bool = False
    """Whether it pauses at marks only, but for one pause."""
    peak: tuple[float, float] = (0.0, 1.0)
    """Least and greatest peak, as a share of full scale."""
    level_db: tuple[float, float] = (-100.0, 0.0)
    """Least and greatest level under full scale."""
    spread_db: float = 0.0
    """How much louder its loud frames are than its quiet ones, at least: a hum is no speech."""
    onset_s: tuple[float, float] = (0.0, 0.0)
    """How soon a voice may sound in a piece that begins with a hiss (s, sh, x, q, ch, c), and in one that
    begins with another breath (p, t, k, f, h). A voice before that is a sound too many."""


class Voice(Protocol):
    """Makes sound of pieces."""

    name: str
    """Identifies its sound on the disk: engine, model, style, versions of our tables. Empty for a voice that
    makes a piece sooner than the disk is read."""
    languages: frozenset[str]
    """The languages of pieces that it says: "zh", "en"."""
    lengths: Lengths
    """How long a piece should be."""
    bounds: Bounds
    """What its sound must keep."""
    streams: bool
    """Whether a reading may begin before all of it is made: a local voice. An online voice is used only when
    the whole reading is there."""
    licence: str
    """The licence of its model and its data, in a few words for people."""
    pace: float | None
    """Seconds of work for a second of speech, measured at its start. None: not known yet."""

    async def open(self) -> None:
        """Start and warm up; measures `pace`. Returns at once where nothing is to be done. Raises
        CannotSay."""
        ...

    async def say(self, piece: Piece) -> Heard:
        """The sound of a piece. Raises CannotSay if this piece cannot be said, and Gone if the voice is
        dead or hangs. A voice that is gone is started again by the next call."""
        ...

    async def close(self) -> None:
        """Ends its processes and connections."""
        ...
