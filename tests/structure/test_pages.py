"""The pages: no line is wider than a screen, and every path that a page names is there."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COLUMNS = 110
"""The width that the formatter keeps for source (pyproject.toml)."""
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TREES = ("gateway", "drivers", "firmware-sim", "firmware_sim", "tests", "docs", "configs")
PATH = re.compile(rf"(?<![\w/.-])((?:{'|'.join(TREES)})/[\w./-]*\w)(?![\w<*])")
TO_BE_WRITTEN = {"gateway/intake/readers/formats/bulletin.py"}
"""The format of the worked example in docs/adding-a-format.md."""


def width(line: str) -> int:
    """Columns on a screen: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_line_of_a_page_is_wider_than_a_screen(page: Path) -> None:
    lines = enumerate(page.read_text("utf-8").splitlines(), start=1)
    assert [(number, width(line)) for number, line in lines if width(line) > COLUMNS] == []


def test_every_path_that_a_page_names_is_there() -> None:
    missing = {
        (str(page.relative_to(ROOT)), path)
        for page in PAGES
        for path in PATH.findall(page.read_text("utf-8"))
        if path not in TO_BE_WRITTEN and not any((ROOT / top / path).exists() for top in ("", "firmware-sim"))
    }
    assert missing == set()
