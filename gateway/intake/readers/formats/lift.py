"""A lift that comes under the identifier of the warning that it lifts (Caiyun, QWeather, weather.com.cn).

Under that identifier it would count as a duplicate. So it gets one of its own, and refers to the warning.
"""

from __future__ import annotations

_BEHIND = ".cancel"


def renamed(identifier: str) -> str:
    """The identifier of the lift of a warning."""
    return identifier + _BEHIND


def lifted(identifier: str) -> str:
    """The identifier of the warning, where this is its lift's; else the same."""
    return identifier.removesuffix(_BEHIND)
