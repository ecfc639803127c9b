"""The shapes of the API's answers, a file a noun: plain dictionaries with words in Chinese and in English."""

from __future__ import annotations

from typing import Any

View = dict[str, Any]
