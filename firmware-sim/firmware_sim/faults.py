"""What can be wrong with one speaker. Set and unset at any time, also from a training console."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Faults:
    """mute: answers all, sounds nothing (no amplifier current). dead: silent on the wire. garbled: that many answers are damaged
    (-1: all). late: seconds added before each answer. busy: refuses to play, somebody is using it."""

    mute: bool = False
    dead: bool = False
    garbled: int = 0
    late: float = 0.0
    busy: bool = False

    def garble(self, answer: bytes) -> bytes:
        """The answer as the wire delivers it: damaged while `garbled` says so."""
        if self.garbled == 0 or not answer:
            return answer
        if self.garbled > 0:
            self.garbled -= 1
        middle = len(answer) // 2
        return answer[:middle] + bytes([answer[middle] ^ 0x55]) + answer[middle + 1 :]
