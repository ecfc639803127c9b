"""The faults of one speaker. They can be set and cleared at any time, also from the training console."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Faults:
    """The faults of one speaker."""

    mute: bool = False
    """It answers, and no sound is heard: its amplifier draws no current."""
    dead: bool = False
    """It sends no answer."""
    garbled: int = 0
    """So many of its next answers are damaged; -1: all of them."""
    late: float = 0.0
    """Seconds added before each answer."""
    busy: bool = False
    """It refuses to play: somebody uses it by hand."""

    def garble(self, answer: bytes) -> bytes:
        """The answer as it arrives: damaged while `garbled` is not 0."""
        if self.garbled == 0 or not answer:
            return answer
        if self.garbled > 0:
            self.garbled -= 1
        middle = len(answer) // 2
        return answer[:middle] + bytes([answer[middle] ^ 0x55]) + answer[middle + 1 :]
