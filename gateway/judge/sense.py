"""The sense of a document, as keys to look it up by.

Only documents that share a key can be the same warning again.
"""

from __future__ import annotations

import hashlib

from gateway.codes import meaning
from gateway.judge.ended import ended
from gateway.model.alert import Alert
from gateway.wording import likeness


def senses(alert: Alert) -> tuple[str, ...]:
    """A key for every hazard and level of its blocks with every instruction of its blocks; `warn` compares
    these."""
    signals = {f"{meaning.hazard(info).code}/{meaning.level(info).name}" for info in alert.infos}
    instructions = {hashlib.sha256(info.instruction.encode()).hexdigest()[:16] for info in alert.infos}
    return tuple(sorted(f"{signal}/{digest}" for signal in signals for digest in instructions))


def looks_back(alert: Alert) -> bool:
    """Whether a document may end warnings that it does not name: an end, what reads like one, a change of
    signals."""
    return bool(ended(alert) or likeness.ending(alert) or any(map(likeness.changed, alert.infos)))
