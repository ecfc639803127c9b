"""A reminder: what a site itself says after a warning was quoted. It is site data."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.model.region import Region

LONGEST = 60
"""Characters of a reminder, 20 s: it must leave room for the warning. Our choice."""


@dataclass(frozen=True)
class Reminder:
    """One sentence for the people of some places, against some hazards."""

    words: str
    """The sentence, with who says it: 青石镇应急办提醒：…."""
    hazards: tuple[str, ...] = ()
    """Letter codes of the hazards that it is said for. Empty: any."""
    regions: tuple[Region, ...] = ()
    """Where it is said. Empty: everywhere."""

    def fits(self, hazard: str, region: Region) -> bool:
        """Whether it is said for this hazard, by its letter code, in this place."""
        return (not self.hazards or hazard in self.hazards) and (
            not self.regions or any(ours.covers(region) for ours in self.regions)
        )
