"""The sense of a document, as keys to look it up by.

Only documents that share a key can be the same warning again. What else they say is compared when they are
found (`reissue`): a re-issue in other words must be found, too.
"""

from __future__ import annotations

from gateway.codes import meaning
from gateway.judge import deed
from gateway.judge.ended import ended
from gateway.model.alert import Alert
from gateway.model.deed import Deed
from gateway.wording import likeness


def senses(alert: Alert) -> tuple[str, ...]:
    """A key for every hazard and level of its blocks."""
    return tuple(sorted({f"{meaning.hazard(info).code}/{meaning.level(info).name}" for info in alert.infos}))


def looks_back(alert: Alert) -> bool:
    """Whether a document may end what it does not name: an end, what reads like one, a change of signals, a
    return notice."""
    if deed.of(alert) is Deed.RETURN:
        return True
    return bool(ended(alert) or likeness.ending(alert) or any(map(likeness.changed, alert.infos)))
