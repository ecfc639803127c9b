"""The names of the townships and villages around a site, as texts write them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.model.region import Region

_COUNTY, _TOWNSHIP = 6, 9
"""Significant digits of a county's and a township's code."""


@dataclass(frozen=True)
class Township:
    """A township (镇, 乡, 街道, 苏木) with its villages."""

    code: str
    """The first nine digits of its region code."""
    names: tuple[str, ...]
    """Its whole name with its rank, the official one first. Empty where nobody wrote it down."""
    villages: tuple[str, ...] = ()
    """The names of its villages."""

    @property
    def name(self) -> str:
        """The official name; the code where it has none."""
        return self.names[0] if self.names else self.code


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """The townships of a roster, ours and those next door. Two gazetteers are never equal: what is worked out
    for one is kept for that one."""

    townships: tuple[Township, ...] = ()
    counties: tuple[str, ...] = ()
    """The names of the counties, cities and provinces that are listed."""

    @classmethod
    def of(cls, rows: Iterable[tuple[Region, str]]) -> Gazetteer:
        """The gazetteer of these regions and names. The kind of a row is told by its code."""
        names: defaultdict[str, list[str]] = defaultdict(list)
        villages: defaultdict[str, list[str]] = defaultdict(list)
        counties: list[str] = []
        for region, name in rows:
            code, digits = region.code[:_TOWNSHIP], len(region.significant)
            if digits <= _COUNTY:
                counties.append(name)
            elif digits == _TOWNSHIP:
                names[code].append(name)
            else:
                villages[code].append(name)
        codes = sorted({*names, *villages})
        townships = (Township(code, tuple(names[code]), tuple(villages[code])) for code in codes)
        return cls(tuple(townships), tuple(counties))

    def name(self, code: str) -> str:
        """The name of the township with these nine digits; the digits where it has none."""
        return next((township.name for township in self.townships if township.code == code), code)
