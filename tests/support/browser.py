"""A real browser: Chromium, driven by Playwright. For the journeys of the page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

from tests.support.needs import missing

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PATIENCE_MS = 15_000
"""The page is fetched again within a second of an event, and every ten seconds."""


@contextmanager
def browser(url: str) -> Iterator[Page]:
    """A page at `url`.

    Where Chromium is not installed: skipped with the reason, or failed where it is required (.ci/run).
    """
    if CHROMIUM is None:
        missing("Chromium is not installed: sudo apt install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE_MS)
        page.goto(url)
        yield page
        chromium.close()
