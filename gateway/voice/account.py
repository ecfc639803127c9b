"""Who said the readings of a burst, and why it was not the chosen voice."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from gateway.voice.engines import Voice

OURS = "espeak-ng"
"""The name of our own voice."""
RECORDING, CLIP, TONE = "recording", "clip", "tone"
"""What sounds in place of voices: a recording that came with the warning or a person's of every sentence, the
site's own, the tone."""


class Lack(StrEnum):
    """Why the chosen voice did not say all of a reading."""

    NOT_READY = "not_ready"
    """It had not made enough when the reading was due."""
    FELL_BEHIND = "fell_behind"
    """It did not keep ahead of the speaker."""
    REFUSED = "refused"
    """It does not say a piece, or its sound of it was not good."""
    GONE = "gone"
    """It is dead, hangs, or its service does not answer."""
    LANGUAGE = "language"
    """A sentence is in a language that it does not say."""
    MISSING = "missing"
    """Its package or a file of it is not there."""


class Account(NamedTuple):
    """Who said one reading."""

    voices: tuple[str, ...]
    """In the order in which they were heard, each once."""
    lack: Lack | None = None
    """Why the chosen voice did not say all of it. None where it did, or where the site has no other voice."""

    def __str__(self) -> str:
        """`espeak-ng:not_ready`, `kokoro+espeak-ng:refused`."""
        return "+".join(self.voices) + (f":{self.lack}" if self.lack else "")


def engine(voice: Voice) -> str:
    """The engine of a voice, by name."""
    return voice.name.split(" ")[0] or OURS


def told(accounts: Iterable[Account]) -> str:
    """The readings of a burst in one line, with a space between them: `espeak-ng:not_ready kokoro`."""
    return " ".join(map(str, accounts))
