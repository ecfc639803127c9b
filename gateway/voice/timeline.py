"""When the next sound of a burst is due to be heard."""

from __future__ import annotations

import asyncio

from gateway.voice import RATE


class Timeline:
    """The sound of a burst so far, since it began.

    The burst is taken to begin when it is asked for. A line that begins later has more time than that.
    """

    def __init__(self, before: float) -> None:
        """`before`: the seconds of its tone."""
        self._began = asyncio.get_running_loop().time()
        self._lasts = before

    @property
    def due(self) -> float:
        """The time of the loop at which all sound so far has been heard."""
        return self._began + self._lasts

    def add(self, pcm: bytes) -> None:
        """This sound comes next."""
        self._lasts += self.seconds(pcm)

    @staticmethod
    def seconds(pcm: bytes) -> float:
        """The seconds of PCM at RATE."""
        return len(pcm) / 2 / RATE
