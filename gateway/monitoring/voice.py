"""The state of the voice that shall speak at a site: what it lacks, how fast it is, who has heard it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.model.reason import Why

SLOW = 0.8
"""A voice that needs more seconds of work for a second of speech is often too late for a first reading: its
speech is stretched to about 1.5 times its length, and other work is done beside it. Our choice."""


@dataclass(frozen=True)
class VoiceState:
    """The voice that shall speak, as it is now. It is espeak-ng where nothing else is said."""

    name: str = "espeak-ng"
    """The name that people know it by."""
    missing: Why | None = None
    """What it lacks, so that espeak-ng speaks in its place."""
    pace: float | None = None
    """Seconds of work for a second of speech, as measured at its start. None: not known yet."""
    said: Mapping[str, int] = field(default_factory=dict)
    """How many readings were said since the start, by who said them: `kokoro`, `espeak-ng:not_ready`."""
    trial: str = ""
    """The site's note of its own trial at a horn. Empty: no villager is known to have heard it."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """The words that it refused while it rehearsed, each with the reason."""

    @property
    def slow(self) -> bool:
        """Whether its first readings are often espeak-ng's. This is no fault."""
        return self.pace is not None and self.pace > SLOW
