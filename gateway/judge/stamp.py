"""The time of a text that came after its title: it is the newer of two documents of one identity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from gateway.judge.conflict import completes
from gateway.judge.lineage import content
from gateway.model.alert import Alert
from gateway.model.judgement import Past

STEP = timedelta(milliseconds=1)
"""A text that came after its title is so much newer than the title: the least that two keys can differ in,
and less than what is said of a time."""


def stamped(alert: Alert, source: str, past: Sequence[Past]) -> Alert:
    """The alert with a later time where it brings the text of one of its identity that came from this source
    without text: it is then the newer of the two. Any other alert as it is.

    The time is the next, in such steps, that no document of its name has, or that of this very text.
    """
    known = {one.alert.key: one.alert for one in past if one.source == source and one.verdict != "quarantine"}
    newer = alert
    while (held := known.get(newer.key)) and content(held) != content(newer):
        if not completes(held, newer):
            # Of what it contradicts it keeps the time: the judge tells of the conflict.
            return newer
        newer = replace(newer, sent=newer.sent + STEP)
    return newer
