"""What was heard is counted from the outcomes of bursts, and nothing else counts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.model.delivery import Burst, Delivery, Evidence, Outcome
from gateway.receipts.tally import tally

VILLAGES = {"square": "201", "mill": "201", "slope": "202"}


def delivery(speaker: str, *outcomes: Outcome | None) -> Delivery:
    bursts = (
        Burst("p", speaker, number, Evidence.SOUNDING, outcome) for number, outcome in enumerate(outcomes)
    )
    return Delivery("p", speaker, tuple(bursts))


def counts(*deliveries: Delivery) -> dict[str, tuple[int, int]]:
    view = tally(deliveries, lambda name: VILLAGES.get(name, "")).view
    return {what: (count["played"], count["unproved"]) for what, count in view.items()}


def test_a_burst_that_was_cut_off_or_cancelled_is_no_reading() -> None:
    cut = (Outcome.CANCELLED, Outcome.PREEMPTED, Outcome.SILENT, Outcome.EXPIRED, Outcome.REFUSED, None)
    assert counts(delivery("square", *cut)) == {"rounds": (0, 0), "speakers": (0, 0), "villages": (0, 0)}


def test_a_round_and_a_village_count_once_however_many_speakers_had_them() -> None:
    both = counts(
        delivery("square", Outcome.PLAYED, Outcome.CANCELLED),
        delivery("mill", Outcome.PLAYED, Outcome.PLAYED),
    )
    assert both == {"rounds": (2, 0), "speakers": (2, 0), "villages": (1, 0)}


def test_what_nobody_can_prove_is_counted_apart() -> None:
    mixed = counts(delivery("square", Outcome.UNPROVED), delivery("slope", Outcome.UNPROVED, Outcome.PLAYED))
    assert mixed == {"rounds": (1, 1), "speakers": (1, 1), "villages": (1, 1)}


@given(
    st.dictionaries(st.sampled_from(sorted(VILLAGES)), st.lists(st.sampled_from(list(Outcome)), max_size=4))
)
def test_it_is_what_one_counts_by_hand(found: dict[str, list[Outcome]]) -> None:
    told = counts(*(delivery(name, *outcomes) for name, outcomes in found.items()))
    played = [name for name, outcomes in found.items() if Outcome.PLAYED in outcomes]
    perhaps = [
        name for name, outcomes in found.items() if Outcome.UNPROVED in outcomes and name not in played
    ]
    assert told["speakers"] == (len(played), len(perhaps))
    homes = {VILLAGES[name] for name in played}
    assert told["villages"] == (len(homes), len({VILLAGES[name] for name in perhaps} - homes))
