"""Failed: a command ends with a sentence for a person and an exit code."""

from __future__ import annotations

NO_DAEMON = 3
"""Exit code: no gateway answers."""
REFUSED = 1
"""Exit code: the gateway or its configuration refuses. (2 means that the command was used wrongly.)"""


class Failed(Exception):
    """The command ends with this sentence and exit code."""

    def __init__(self, sentence: str, code: int = REFUSED) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


class Absent(Failed):
    """The gateway knows nothing of that name."""
