"""`tongluo` as it is, with the clock of daytime: the bench measures the same at every hour.

Arguments: those of `tongluo`.
"""

from __future__ import annotations

from datetime import datetime

from gateway.app import serve
from gateway.cli.main import main
from gateway.runtime.clock import SystemClock
from tests.support.daytime import SHIFT


class DayClock(SystemClock):
    """The machine's clock, ahead by SHIFT."""

    def now(self) -> datetime:
        return super().now() + SHIFT


if __name__ == "__main__":
    vars(serve)["SystemClock"] = DayClock
    main()
