"""From what a unit can do to what it is told."""

from __future__ import annotations

import pytest

from gateway.delivery.route import utterance
from gateway.model.delivery import Form
from gateway.model.plan import Script, ToneName


@pytest.mark.parametrize(
    ("meaning", "number"),
    [
        ("warning-red", 1),
        ("warning-orange", 2),
        ("lift", 3),
        ("correction", 3),
        ("test", None),
        ("unheard-of", None),
    ],
)
def test_a_horn_with_few_clips_never_says_a_lift_a_correction_or_a_test_as_a_warning(
    meaning: str, number: int | None
) -> None:
    said = utterance(
        Form.CLIP,
        Script(ToneName.NONE, (), meaning),
        token=bytes(8),
        text=None,
        sound=None,
        clips={"warning-red": 1, "warning": 2, "lift": 3},
        volume=None,
        not_after=None,
    )
    assert (said.clip if said else None) == number
