"""From the MQTT message to the horn's write, beside a script that does the least and a durable one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest

from tests.bench.contestants import Contestant, Daemon, DurableScript, Script, Site
from tests.bench.course import County, in_turn
from tests.bench.figures import FULL, at_least, at_most, note
from tests.support.brokers import Mosquitto

pytestmark = [pytest.mark.slow, pytest.mark.service, pytest.mark.timeout(900)]

LINES, UNITS = (16, 247) if FULL else (16, 60)
WARM = 20
ROUNDS, EACH = (40, 25) if FULL else (8, 25)
STORM = 600 if FULL else 200


@pytest.fixture
def contestants(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[list[Contestant]]:
    kinds: tuple[type[Contestant], ...] = (Script, DurableScript, Daemon)
    sites = [Site(tmp_path / kind.name, "rtu", LINES, UNITS) for kind in kinds]
    entered = [kind(site, mosquitto.port) for kind, site in zip(kinds, sites, strict=True)]
    for contestant in entered:
        contestant.start()
    yield entered
    for contestant in entered:
        contestant.stop()
        contestant.site.close()


@pytest.mark.parametrize("pause", [0.0, 0.03], ids=["back to back", "random pauses"])
def test_a_message_reaches_the_horn_within_one_and_a_half_times_the_durable_script(
    contestants: list[Contestant], county: County, pause: float
) -> None:
    in_turn(county, contestants, 1, WARM)
    found = in_turn(county, contestants, ROUNDS, EACH, pause)
    script, durable, ours = (sorted(found[contestant.name]) for contestant in contestants)
    way = "random pauses" if pause else "back to back"
    note(f"message → write, {way}, median, beside the script", "ms", median(ours) * 1e3, median(script) * 1e3)
    note(
        f"message → write, {way}, p99, beside the durable script",
        "ms",
        quantiles(ours, n=100)[98] * 1e3,
        quantiles(durable, n=100)[98] * 1e3,
    )
    assert at_most(
        f"message → write, {way}, median, beside the durable script",
        "ms",
        median(ours) * 1e3,
        median(durable) * 1e3,
        1.5,
        guard=7.0,
    )


def test_a_storm_is_written_at_half_the_scripts_rate(contestants: list[Contestant], county: County) -> None:
    in_turn(county, contestants, 1, WARM)
    found: dict[str, list[float]] = {contestant.name: [] for contestant in contestants}
    for _ in range(3):
        for contestant in contestants:
            found[contestant.name].append(county.burst(contestant, STORM // 3 if FULL else STORM // 2))
    script, durable, ours = (median(found[contestant.name]) for contestant in contestants)
    note("sustained, beside the durable script", "writes/s", ours, durable)
    # The script keeps nothing and we sync, so the disk decides too: the guard is for a change of ours.
    assert at_least("sustained, beside the script", "writes/s", ours, script, 0.5, guard=0.25)
