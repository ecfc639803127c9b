"""What a model finds wrong with a value, in Chinese and in English: pydantic's own messages are English.

The words stand in validation.toml, by the type of the error.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

WORDS: Mapping[str, Mapping[str, str]] = tomllib.loads(
    (resources.files("drivers") / "validation.toml").read_text("utf-8")
)
"""The words by language (zh, en) and by the type of the error."""
_BETWEEN = re.compile(r", | or ")
_PLACE = re.compile(r"line (\d+), column (\d+)")
"""How tomllib tells the place of an error."""
_LISTED = ("expected", "expected_tags", "expected_schemes")
_OWN = ("value_error", "assertion_error")
"""Errors that a model of ours raises, in words of its own."""


def named(fault: Mapping[str, Any]) -> dict[str, str]:
    """An error of pydantic without words: its type as `fault`, and its context as text."""
    context = {name: _listed(value) if name in _LISTED else str(value) for name, value in _context(fault)}
    return {"fault": fault["type"] if fault["type"] in WORDS["zh"] else "other", **context}


def said(fault: Mapping[str, Any]) -> str:
    """An error of pydantic in words: first Chinese, then English. A model's own words stay as they are."""
    if fault["type"] in _OWN:
        return str(fault["msg"]).partition(", ")[2] or str(fault["msg"])
    fields = named(fault)
    kind = fields.pop("fault")
    return "。".join(WORDS[lang][kind].format_map(fields) for lang in ("zh", "en"))


def not_toml(error: Exception) -> str:
    """What is wrong with a text that is no TOML: its line and column in Chinese, then the parser's words."""
    place = _PLACE.search(str(error))
    where = f"：第 {place[1]} 行第 {place[2]} 列" if place else ""
    return f"不是合法的 TOML{where}，请检查引号、括号和编码（UTF-8）。not TOML: {error}"


def _context(fault: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The context of an error, without what is an English sentence."""
    return [(name, value) for name, value in fault.get("ctx", {}).items() if name != "error"]


def _listed(choices: object) -> str:
    """A list of choices, which pydantic joins with an English word."""
    return "、".join(choice.strip("'\"") for choice in _BETWEEN.split(str(choices)))
