"""The end of a command: a sentence for a person and an exit code."""

from __future__ import annotations

NO_DAEMON = 3
"""Exit code: nobody answers."""


REFUSED = 1
"""Exit code: the gateway or its configuration says no. (2 is a wrong use of the command.)"""


class Failed(Exception):
    """The command ends with this sentence and exit code."""

    def __init__(self, sentence: str, code: int = REFUSED) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


class Absent(Failed):
    """The gateway knows nothing by that name."""
