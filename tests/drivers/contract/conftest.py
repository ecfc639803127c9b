"""Every test of this folder runs once for each member."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from tests.drivers.contract.members import MEMBERS
from tests.support.drivers.bench import Member, OnLine, Story, bench


@pytest.fixture(params=MEMBERS)
def member(request: pytest.FixtureRequest) -> Member:
    return MEMBERS[request.param]


@pytest.fixture
def on_line(virtual: Callable[[Coroutine[Any, Any, None]], Any], member: Member) -> OnLine:
    """Run a story on the member's line, in virtual time."""

    def run(story: Story) -> None:
        async def whole() -> None:
            async with bench(member) as line:
                await story(line)

        virtual(whole())

    return run
