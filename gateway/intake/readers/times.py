"""Times as warnings write them, in every form that was met in the field. A time without an offset is
China's."""

from __future__ import annotations

import re
from datetime import datetime

from gateway.runtime.clock import CHINA

_FORM = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})"
    r"(?:[T ]\s*(上午|下午)?\s*(\d{1,2})(?::?(\d{2}))?(?::?(\d{2})(?:[.,]\d+)?)?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?"
)
_STAMP = re.compile(r"(\d{4})" + r"(\d\d)" * 5)

EXAMPLE = "2026-07-28T14:30:00+08:00"
"""A time as it is expected, for refusals (CAP v1.2 §3.2.1 sent)."""
BUDDHIST = 543
"""Years by which the Thai calendar is ahead: 2568 is 2025 (seen in Thai CAP files)."""
YEARS = range(1970, 2200)
"""The years of a time.

Another year is a typing error, and times in year 1 or 9999 cannot be converted to another zone. Our choice.
"""


def moment(text: str) -> datetime | None:
    """An aware time; None if the text cannot be parsed.

    The form is that of EXAMPLE. Also understood are dates alone, a space for the T, missing seconds or
    offsets, `Z`, fractions of a second, and 上午/下午.
    """
    match = _FORM.fullmatch(text.strip())
    if not match:
        return None
    year, month, day, half, hour, minute, second, offset = match.groups()
    years = int(year) - BUDDHIST if int(year) >= 2500 else int(year)
    if years not in YEARS:
        return None
    hours = int(hour or 0) % 12 + (12 if half == "下午" else 0) if half else int(hour or 0)
    try:
        naive = (
            f"{years:04}-{int(month):02}-{int(day):02}T{hours:02}:{int(minute or 0):02}:{int(second or 0):02}"
        )
        at = datetime.fromisoformat(naive + (offset or "").replace("Z", "+00:00"))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=CHINA)


def stamped(digits: str) -> datetime | None:
    """The time of 14 digits (20260728143000), as identifiers and names of files have it; None if there is no
    such time."""
    parts = _STAMP.fullmatch(digits)
    return moment("{}-{}-{} {}:{}:{}".format(*parts.groups())) if parts else None
