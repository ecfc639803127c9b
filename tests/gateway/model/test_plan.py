"""The parts of a plan: speakers that say one script."""

from __future__ import annotations

from gateway.model.plan import Part, Script, ToneName, parts_of

GO = Script(ToneName.RED, ("请立即转移。",), "warning-red")
STAY = Script(ToneName.RED, ("请不要外出。",), "warning-red")


def test_speakers_of_one_script_are_one_part_and_every_speaker_is_in_one() -> None:
    parts = parts_of({"square": GO, "school": STAY, "slope": GO})
    assert parts == (Part(("square", "slope"), GO), Part(("school",), STAY))


def test_without_speakers_there_is_no_part() -> None:
    assert parts_of({}) == ()
