"""The simulation finds planted bugs.

Each is found by the invariant that is there for it. A simulation that finds nothing proves nothing.
"""

from __future__ import annotations

import pytest

from tests.simulation import bugs, campaign
from tests.simulation.planting import Bug

WITHIN_S = 60.0
"""Processor time of the hunt on each core (docs/reliability.md, That the tests are not blind).

Other load on the machine makes a hunt longer and finds no less."""
QUICK = ("acknowledge_before_commit", "forget_what_was_cancelled", "the_lower_class_first")
"""These are hunted in every test run, the others in the long proofs."""


def _found(bug: Bug) -> None:
    total = campaign.run(
        seeds=(0, 1_000_000), seconds=WITHIN_S, bug=bug.name, until=",".join(bug.breaks), theme=bug.theme
    )
    print(
        f"{bug.name}: found by {sorted(set(total.names))} in {total.stories} stories,"
        f" {total.real_s:.1f} s of processor time"
    )
    assert set(bug.breaks) & set(total.names), f"{total} did not find it: {total.violations[:3]}"


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", QUICK)
def test_a_planted_bug_is_found(name: str) -> None:
    _found(bugs.named(name))


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("bug", [bug for bug in bugs.ALL if bug.name not in QUICK], ids=lambda bug: bug.name)
def test_each_planted_bug_is_found_by_its_invariant(bug: Bug) -> None:
    _found(bug)


@pytest.mark.parametrize("bug", bugs.ALL, ids=lambda bug: bug.name)
def test_every_bug_can_be_planted(bug: Bug) -> None:
    """The method that a bug replaces still exists.

    A bug that breaks only its own planting would hide in the long proofs.
    """
    with pytest.MonkeyPatch.context() as patch:
        bug.plant(patch)


def test_every_bug_names_invariants_that_exist() -> None:
    from tests.simulation.invariants import ALL

    assert len(bugs.ALL) >= 20
    assert {name for bug in bugs.ALL for name in bug.breaks} <= {check.__name__ for check in ALL}
