"""The time that runs on, by the machine's own count since it was started, from when the wall clock was last
right.

Nobody sets that count. So a wall clock that was right and moves by hours against it is wrong now, or was
wrong before. Which of the two is true cannot be known at once: until it is, the time runs on as it was.
"""

from __future__ import annotations

PARTED_S = 900.0
"""A wall clock that was right and moves by more seconds than this against the count is not followed at once.
Less is followed: a cheap machine's clock is put right by minutes after a day without network. Our choice: as
far ahead as `sent` may be."""

RESTARTED_S = 12 * 3600.0
"""The same bound for what a run of before knew of this boot. While the gateway is down a person sets clocks,
by a wrong zone or a wrong hour; who sets one by half a day has the wrong day. Our choice."""

SETTLED_S = 7200.0
"""A wall clock that says another time for so many seconds, and for which somebody vouches all the while, is
believed after them. Our choice: the longest repetition of a move order is over then, and the duty room has
been rung since the clock moved."""

SAME_S = 2.0
"""A wall clock that moves by more seconds than this against the count has been set. Less is a correction
that no schedule notices. Our choice."""


class Reckoning:
    """Call `look` whenever the clock is asked. Offsets are wall time less count, in seconds."""

    def __init__(self, right: float | None = None, bound: float = PARTED_S) -> None:
        self.right = right
        """The offset when the clock was last known to be right; None before that."""
        self._bound = bound
        """RESTARTED_S where a run of before knew that."""
        self._parted: float | None = None
        self._since = 0.0

    def look(self, offset: float, count: float, vouched: bool) -> float:
        """By how many seconds the wall clock differs from the time that runs on; 0.0 where it is followed.

        `vouched`: somebody who knows the time says now that the wall clock is right.
        """
        right = self.right
        if right is None or self.follows(offset):
            self._parted = None
            if vouched:
                self.right, self._bound = offset, PARTED_S
            return 0.0
        if self._parted is None or abs(offset - self._parted) > SAME_S or not vouched:
            self._parted, self._since = offset, count
        elif count - self._since >= SETTLED_S:
            self.right, self._parted, self._bound = offset, None, PARTED_S
            return 0.0
        return offset - right

    def follows(self, offset: float) -> bool:
        """Whether the wall clock is followed wherever it goes, as far as this is known without a look."""
        return self.right is None or abs(offset - self.right) <= self._bound

    def still(self, offset: float) -> bool:
        """Whether the clock was right once and has not been set since."""
        return self.right is not None and abs(offset - self.right) <= SAME_S
