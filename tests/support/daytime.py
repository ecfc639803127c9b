"""Daytime: the wall clock of tests whose processes live by one, moved to a morning.

At night each warning rings the duty room, tests are refused and some warnings wait, so a figure or a journey
would depend on the hour at which it is measured. The date is real or the next one: nothing that checks dates
sees a day long past.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from gateway.runtime.clock import CHINA

HOUR = 7
"""A session begins at this hour in China: the quiet hours are over, and an hour at five times speed ends
before those of noon."""
_SHIFT_S = "TONGLUO_TEST_SHIFT_S"
"""The environment variable that hands the shift to the processes of a session."""


def _shift(real: datetime) -> timedelta:
    """From this time forward to the next HOUR."""
    morning = real.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return (morning if morning >= real else morning + timedelta(days=1)) - real


SHIFT = timedelta(
    seconds=float(os.environ.setdefault(_SHIFT_S, str(_shift(datetime.now(CHINA)).total_seconds())))
)
"""By how much the processes of this session are ahead of the machine's clock."""


def now() -> datetime:
    """The time of day in this session."""
    return datetime.now(CHINA) + SHIFT
