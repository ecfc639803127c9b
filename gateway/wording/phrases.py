"""The phrases of this wing: each table stands as TOML beside the module that asks it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from importlib import resources
from typing import Any


def read(name: str) -> dict[str, Any]:
    """The table of this name, without its ending: `orders` is orders.toml."""
    return tomllib.loads((resources.files("gateway.wording") / f"{name}.toml").read_text("utf-8"))


def any_of(phrases: str | Sequence[str], flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """One pattern that fits where any of these patterns does."""
    several = [phrases] if isinstance(phrases, str) else phrases
    return re.compile("|".join(f"(?:{one})" for one in several), flags)
