"""The formats of warnings. A format is a module of this folder and one line here.

The order is the order of the questions: the first format that knows a document reads it, so the last of each
table takes the rest.
"""

from __future__ import annotations

from typing import Protocol

from gateway.intake.readers.elements import Parts
from gateway.intake.readers.formats import (
    caiyun,
    cap,
    cap_json,
    error_answer,
    list_12379,
    national,
    nmc,
    portal,
    qweather,
    qweather_v7,
    simple,
    weathercn,
)
from gateway.intake.readers.keys import Entries
from gateway.model.alert import Alert


class ObjectFormat(Protocol):
    """A format of warnings in JSON."""

    NAME: str
    """Its name in refusals. The table `[format]` of gateway/i18n/zh.toml and en.toml has words for it."""

    def entries(self, document: object) -> Entries | None:
        """The alerts of a parsed document in this format; None if it is in another. Never raises."""
        ...

    def alert(self, entry: object) -> Alert:
        """The alert of one entry. Raises Unreadable with the key that is wrong."""
        ...


class ElementFormat(Protocol):
    """A format of warnings in XML: a dialect of CAP."""

    NAME: str
    """Its name in refusals. The table `[format]` of gateway/i18n/zh.toml and en.toml has words for it."""

    def fits(self, parts: Parts) -> bool:
        """Whether an alert element is in this dialect. Never raises."""
        ...

    def alert(self, parts: Parts) -> Alert:
        """The alert of one element. Raises Unreadable if it has no identity."""
        ...


JSON: tuple[ObjectFormat, ...] = (
    qweather_v7,
    cap_json,
    qweather,
    caiyun,
    nmc,
    weathercn,
    list_12379,
    portal,
    error_answer,
    simple,
)
REFUSED: tuple[ObjectFormat, ...] = (qweather_v7, error_answer)
"""Those of them that are known only so that a refusal can name them."""

XML: tuple[ElementFormat, ...] = (
    national,
    cap,
)

KNOWN = " ".join([form.NAME for form in XML] + [form.NAME for form in JSON if form not in REFUSED])
"""The names of all formats that are read, for a refusal of what is in none of them."""
