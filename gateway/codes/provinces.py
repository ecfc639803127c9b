"""The provinces by their names; provinces.toml is the table."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

_KIND = re.compile("(?:省|市|(?:壮族|回族|维吾尔)?自治区)$")
_TABLE: dict[str, str] = tomllib.loads(
    (resources.files("gateway.codes") / "provinces.toml").read_text("utf-8")
)
_CODES = {name: code for code, full in _TABLE.items() for name in (full, _KIND.sub("", full))}


def code(name: str) -> str:
    """The two digits of the province with this name, with its kind (省) or without; "" if there is none."""
    return _CODES.get(name, "")
