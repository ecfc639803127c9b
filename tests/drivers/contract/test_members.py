"""No driver of the registry is missing here, and each row says what its driver says."""

from __future__ import annotations

from drivers import Capability
from drivers.registry import PROTOCOLS
from tests.drivers.contract.members import MEMBERS
from tests.support.drivers.bench import Bench, OnLine, able


def test_every_driver_of_the_registry_is_a_member() -> None:
    assert {member.protocol for member in MEMBERS.values()} == PROTOCOLS.keys()


def test_the_bursts_of_a_row_are_told_apart_and_within_what_the_units_can_do(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        assert line.first.content != line.second.content
        for burst in (line.first, line.second):
            for unit in line.units:
                assert able(burst) in line.driver.can(unit)

    on_line(story)


def test_proof_is_claimed_where_the_row_has_it(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        for unit in line.units:
            assert (Capability.PROOF in line.driver.can(unit)) is line.member.proves

    on_line(story)
