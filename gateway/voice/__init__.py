"""The voice: warnings become speech, signed 16-bit mono PCM at RATE.

- `text`: a text becomes words, with every number, date, unit and sign as people say it. `gateway.quantities`
  reads the numbers of the words back.
- `mandarin`: words become syllables, and syllables become phonemes.
- `phrasing`: a text becomes pieces, each of a few words that a voice says in one go (`piece`).
- `engines`: an engine is a Voice. It makes sound of one piece.
- `sound`: one loudness for all sound; attention tones; the site's own recordings.
- `pieces` keeps finished pieces, `readings` makes a reading of a script of them, and `announcer` whole
  bursts. `waiting` holds what waits for a voice, the earliest deadline first. `rehearsal` lets the chosen
  voice say beforehand the sentences that the office may need.

A burst is never silent: if the voice fails, the tone remains. The offline engine gets phonemes, never a
Chinese text: espeak-ng reads 105 as 150.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

RATE = 16000
"""Samples a second of all speech. Mandarin's s, sh and x need frequencies up to 6 kHz."""


class CannotSay(Exception):
    """The voice cannot say a sentence. Another voice may be able to."""


class Gone(CannotSay):
    """The voice is dead or hangs: no sentence can be said until it is started again."""


@dataclass(frozen=True)
class Spoken:
    """Words as they will be said."""

    words: str
    """The words, without digits and without signs."""
    notes: tuple[str, ...] = ()
    """The numbers and signs that had to be spelt out."""


class Form(StrEnum):
    """The form in which a burst was made."""

    VOICE = "voice"
    """A voice, or a recording that came with the warning, says the words."""
    TONE = "tone"
    """The voice failed. A recording of the site sounds in its place, else the tone."""


@dataclass(frozen=True)
class Speech:
    """A finished burst."""

    rate: int
    """Samples a second."""
    pcm: bytes
    """Signed 16-bit little-endian mono PCM."""
    form: Form
    """The form in which it was made."""

    @property
    def seconds(self) -> float:
        """The length of the sound."""
        return len(self.pcm) / 2 / self.rate
