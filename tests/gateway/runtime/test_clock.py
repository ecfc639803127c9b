"""Clocks under virtual time, and the machine's own with the kernel's answer given."""

from __future__ import annotations

import asyncio
import ctypes
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.runtime import clock as clocks
from gateway.runtime.clock import CHINA, Clock, Instant, Jumped, LoopClock, SystemClock

Virtual = Callable[[Any], Any]
START = datetime(2026, 12, 1, 14, 30, tzinfo=CHINA)
DAY_S = 86_400.0


class Machine:
    """The system's clocks and its kernel, set by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wall = START.timestamp()
        self.monotonic = 100.0
        self.synchronised = True
        monkeypatch.setattr(time, "time", lambda: self.wall)
        monkeypatch.setattr(time, "monotonic", lambda: self.monotonic)
        monkeypatch.setattr(time, "clock_gettime", lambda _: self.monotonic)
        monkeypatch.setattr(clocks, "_kernel_synchronised", lambda: self.synchronised)

    def run(self, seconds: float) -> None:
        self.wall += seconds
        self.monotonic += seconds


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


def test_the_kernel_itself_answers() -> None:
    assert clocks._kernel_synchronised() in (True, False)
    assert clocks._LIBC.adjtimex(ctypes.create_string_buffer(clocks._TIMEX)) in range(6)
    assert clocks._boot()


def test_a_clock_nobody_synchronised_is_not_trusted(machine: Machine) -> None:
    machine.synchronised = False
    assert not SystemClock().trusted
    assert SystemClock(assured=True).trusted


def test_a_clock_that_says_less_than_the_ledger_is_never_trusted(machine: Machine) -> None:
    clock = SystemClock(START + timedelta(minutes=1), assured=True)
    assert not clock.trusted
    machine.run(61)
    assert clock.trusted
    clock.not_before(START + timedelta(days=1))
    clock.not_before(START)
    assert not clock.trusted
    machine.run(86400)
    assert clock.trusted


def test_a_clock_that_nobody_vouches_for_proves_no_time(machine: Machine) -> None:
    machine.synchronised = False
    machine.wall += 3650 * DAY_S
    clock = SystemClock(START)
    assert clock.earliest == START, "a red must not be over because a clock says 2036"


def test_a_clock_in_1970_is_not_trusted(machine: Machine) -> None:
    machine.wall = 12.0
    assert not SystemClock(assured=True).trusted


def test_a_correction_of_a_second_costs_no_trust(machine: Machine) -> None:
    clock = SystemClock(START)
    machine.wall -= 1.0
    assert clock.trusted


def test_once_synchronised_it_is_trusted_until_somebody_sets_it(machine: Machine) -> None:
    clock = SystemClock()
    assert clock.trusted
    machine.synchronised = False
    machine.run(86400)
    assert clock.trusted
    machine.wall += 600
    assert not clock.trusted
    machine.synchronised = True
    assert clock.trusted


def test_a_restart_in_the_same_boot_remembers_that_the_clock_was_right(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = tmp_path / "clock.json"
    assert SystemClock(memory=memory).trusted
    machine.synchronised = False
    machine.run(86400)
    assert SystemClock(memory=memory).trusted
    assert not SystemClock(memory=tmp_path / "absent").trusted
    memory.write_text("torn {")
    assert not SystemClock(memory=memory).trusted
    machine.synchronised = True
    assert SystemClock(memory=memory).trusted
    machine.synchronised = False
    monkeypatch.setattr(clocks, "_boot", lambda: "another boot")
    assert not SystemClock(memory=memory).trusted


def test_a_memory_that_cannot_be_written_costs_nothing(machine: Machine, tmp_path: Path) -> None:
    assert SystemClock(memory=tmp_path / "no" / "folder" / "clock.json").trusted


def test_ages_are_counted_within_a_boot_and_told_by_the_wall_across(machine: Machine) -> None:
    before = SystemClock().instant()
    machine.run(30)
    machine.wall -= 86400
    assert SystemClock().instant().since(before) == 30
    later = Instant(before.wall + timedelta(seconds=90), 5.0, "another boot")
    assert later.since(before) == 90
    assert Instant(datetime(1970, 1, 1, tzinfo=UTC), 5.0, "another boot").since(before) == 0


@pytest.mark.parametrize("days", [1, -1, 30, -30])
@pytest.mark.parametrize("assured", [True, False])
def test_a_clock_that_was_right_and_leaps_by_a_day_is_not_followed_and_not_trusted(
    machine: Machine, days: int, assured: bool
) -> None:
    machine.synchronised = not assured
    clock = SystemClock(assured=assured)
    assert clock.trusted
    machine.run(60)
    machine.wall += days * DAY_S
    assert not clock.trusted
    assert clock.parted == pytest.approx(days * DAY_S)
    machine.run(60)
    assert clock.now() == START + timedelta(seconds=120)
    assert clock.earliest == clock.now() - timedelta(days=max(0, -days)), "by both times it is so late"
    machine.wall -= days * DAY_S
    assert clock.trusted, "somebody put it right"
    assert clock.parted == 0
    assert clock.now() == START + timedelta(seconds=120)


def test_a_time_that_stands_for_two_hours_is_believed(machine: Machine) -> None:
    clock = SystemClock()
    assert clock.trusted
    machine.wall += DAY_S
    assert not clock.trusted
    machine.run(3600)
    machine.synchronised = False
    assert not clock.trusted, "nobody vouches for it any more: the two hours begin anew"
    machine.run(3600)
    machine.synchronised = True
    assert not clock.trusted
    machine.run(7000)
    machine.wall += 30
    assert not clock.trusted, "it was set again"
    machine.run(7199)
    assert not clock.trusted
    machine.run(1)
    assert clock.trusted
    assert clock.now() == START + timedelta(days=1, seconds=30 + 3600 + 3600 + 7000 + 7200)


def test_a_leap_while_the_daemon_is_down_is_noticed_within_one_boot(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = tmp_path / "clock.json"
    assert SystemClock(memory=memory, assured=True).trusted
    machine.run(600)
    machine.wall += DAY_S
    again = SystemClock(memory=memory, assured=True)
    assert not again.trusted
    assert again.now() == START + timedelta(minutes=10)
    machine.wall += 3 * 3600 - DAY_S
    set_meanwhile = SystemClock(memory=memory, assured=True)
    assert set_meanwhile.trusted, "somebody set it by some hours while the gateway was down"
    machine.wall += 1800
    assert not set_meanwhile.trusted, "and not while it runs"
    machine.wall += DAY_S
    monkeypatch.setattr(clocks, "_boot", lambda: "another boot")
    assert SystemClock(memory=memory, assured=True).trusted, "after a night without power nothing is known"


def test_a_clock_that_was_wrong_when_it_was_first_asked_is_no_measure(machine: Machine) -> None:
    clock = SystemClock(assured=True)
    assert clock.trusted
    clock.not_before(START + timedelta(days=2))
    assert not clock.trusted
    machine.wall += 3 * DAY_S
    assert clock.trusted, "it has come to what the ledger knows"


async def seen(clock: Clock, count: int) -> list[Jumped]:
    found: list[Jumped] = []
    async for jumped in clock.jumps():
        found.append(jumped)
        if len(found) == count:
            break
    return found


def test_every_jump_is_seen_within_its_second_and_corrections_add_up(
    machine: Machine, virtual: Virtual
) -> None:
    async def story() -> None:
        clock = SystemClock()
        watching = asyncio.create_task(seen(clock, 3))
        await asyncio.sleep(0.5)
        assert clock.jumped is None
        machine.wall += 86400
        await asyncio.sleep(1)
        assert clock.jumped
        assert clock.jumped.seconds == pytest.approx(86400)
        machine.wall -= 90000
        await asyncio.sleep(1)
        for _ in range(3):
            machine.wall += 0.9
            await asyncio.sleep(1)
        assert [round(jumped.seconds, 1) for jumped in await watching] == [86400, -90000, 2.7]

    virtual(story())


def test_a_loop_clock_can_be_set_and_mistrusted(virtual: Virtual) -> None:
    async def story() -> None:
        clock = LoopClock(START)
        first, second = (asyncio.create_task(seen(clock, count)) for count in (1, 2))
        await asyncio.sleep(10)
        before = clock.instant()
        clock.jump(-600)
        clock.jump(0.5)
        assert clock.now() == START + timedelta(seconds=10 - 600 + 0.5)
        assert clock.instant().since(before) == 0
        await asyncio.sleep(1.5)
        clock.jump(60)
        assert [jumped.seconds for jumped in await first] == [-599.5]
        assert [jumped.seconds for jumped in await second] == [-599.5, 60]
        assert clock.trusted
        clock.trusted = False
        assert not clock.trusted
        clock.trusted = True
        clock.not_before(START)
        assert not clock.trusted

    virtual(story())


def test_a_jump_while_the_last_one_is_dealt_with_is_not_missed(virtual: Virtual) -> None:
    async def story() -> None:
        clock = LoopClock(START)
        found: list[float] = []

        async def slow() -> None:
            async for jumped in clock.jumps():
                found.append(jumped.seconds)
                await asyncio.sleep(5)

        watching = asyncio.create_task(slow())
        await asyncio.sleep(1)
        clock.jump(10)
        await asyncio.sleep(3)
        clock.jump(20)
        await asyncio.sleep(5)
        watching.cancel()
        assert found == [10, 20]

    virtual(story())


def test_where_the_kernel_may_not_be_asked_systemd_is(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = tmp_path / "timedatectl"
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(clocks, "_kernel_synchronised", lambda: None)

    def trusted() -> bool:
        clock = SystemClock()
        asyncio.run(clock.enquire())
        return clock.trusted

    said.write_text("#!/bin/sh\necho no\n")
    said.chmod(0o755)
    assert not trusted()
    said.write_text('#!/bin/sh\n[ "$*" = "show --property=NTPSynchronized --value" ] && echo yes\n')
    assert trusted()
    monkeypatch.setattr(clocks, "_kernel_synchronised", lambda: False)
    assert not trusted(), "the kernel's own word goes first"


def test_where_nobody_can_be_asked_or_nobody_answers_it_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(clocks, "_kernel_synchronised", lambda: None)
    monkeypatch.setattr(clocks, "PATIENCE_S", 0.1)
    clock = SystemClock()
    asyncio.run(clock.enquire())
    assert not clock.trusted
    slow = tmp_path / "timedatectl"
    slow.write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    slow.chmod(0o755)
    asyncio.run(clock.enquire())
    assert not clock.trusted
