"""Decisions that the ledger could not write yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.model.judgement import Judgement
from gateway.model.reason import Reason, Why
from gateway.model.verdict import Store
from gateway.pipeline import pending
from gateway.pipeline.pending import Pending
from tests.support.handover import key_of, plan_of, red, yellow

EXPIRED = Judgement(Store(Why(Reason.EXPIRED)), ())
ENDED = Judgement(Store(Why(Reason.ALREADY_CANCELLED)), ())


def test_a_document_is_pending_once_and_the_first_decision_on_it_counts() -> None:
    waiting, first = Pending(), red()
    assert waiting.add(first)
    assert not waiting.add(replace(first, judgement=ENDED))
    assert waiting.entries() == [first]
    assert key_of(first) in waiting
    assert waiting.remove(key_of(first))
    assert not waiting.remove(key_of(first))
    assert len(waiting) == 0


def test_of_more_than_it_remembers_the_oldest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pending, "MOST", 3)
    waiting, entries = Pending(), [red(f"A{number}") for number in range(5)]
    for entry in entries:
        waiting.add(entry)
    assert waiting.entries() == entries[2:]


def test_a_plan_that_sounds_already_is_written_as_it_sounds() -> None:
    waiting, first = Pending(), red()
    waiting.add(first)
    plan = plan_of(first)
    again = replace(first.judgement, plan=replace(plan, start=plan.start + timedelta(minutes=5)))
    assert waiting.as_it_sounds(key_of(first), again).plan == plan
    assert waiting.as_it_sounds(key_of(first), EXPIRED) == first.judgement
    assert waiting.as_it_sounds(key_of(first), ENDED) == ENDED, "an end that came meanwhile stands"


def test_a_plan_that_does_not_sound_yet_is_written_as_it_is_judged_again() -> None:
    waiting, lesser = Pending(), yellow()
    waiting.add(lesser)
    assert waiting.as_it_sounds(key_of(lesser), EXPIRED) == EXPIRED
    assert waiting.as_it_sounds("another", EXPIRED) == EXPIRED
