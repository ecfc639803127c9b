"""The identifier of a lift that its sender gave that of its warning."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.intake.readers.formats.lift import lifted, renamed


@given(st.text())
def test_a_lift_has_another_identifier_and_leads_back_to_its_warning(identifier: str) -> None:
    assert renamed(identifier) != identifier
    assert lifted(renamed(identifier)) == identifier


def test_the_identifier_of_a_warning_is_left_alone() -> None:
    assert lifted("34152341600000_20260728143000") == "34152341600000_20260728143000"
