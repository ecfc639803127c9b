"""A test's needs of the machine. For tests of real brokers, browsers, compilers and systemd."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def missing(reason: str) -> NoReturn:
    """The test is skipped with the reason, or fails where everything is required (.ci/run)."""
    if os.environ.get("TONGLUO_SERVICES") == "required":
        pytest.fail(reason)
    pytest.skip(reason)
