"""The samples are readable, fresh each time, and become what their names promise."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from gateway.intake.readers import parse
from gateway.judge import Policy
from gateway.judge.admit import DEMO_SENDER
from gateway.model.alert import Alert
from gateway.model.region import Region
from gateway.model.speaker import Roster, Speaker
from gateway.runtime.clock import CHINA
from gateway.site import samples
from tests.support.rules import judge

NOW = datetime(2026, 7, 28, 9, 0, 0, 123456, tzinfo=CHINA)
ROSTER = Roster(
    1,
    (),
    (
        Speaker("square", "广场", Region("341523104201"), "line", 1),
        Speaker("abroad", "邻镇", Region("341523105201"), "line", 2),
    ),
)
DEMO = Policy("demo", frozenset({DEMO_SENDER}), demo=True)


def stamped(name: str) -> Alert:
    (alert,) = parse(samples.stamp(name, NOW, references="demo@tongluo.example,A,2026-07-28T08:00:00+08:00"))
    return alert


@pytest.mark.parametrize("name", samples.names())
def test_every_sample_is_read_without_a_defect(name: str) -> None:
    alert = stamped(name)
    assert (alert.sender, alert.sent, alert.defects) == (samples.SENDER, NOW.replace(microsecond=0), ())
    assert all(info.expires == alert.sent + timedelta(hours=6) for info in alert.infos)


def test_the_judges_and_the_samples_mean_the_same_sender() -> None:
    assert samples.SENDER == DEMO_SENDER


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("rainstorm-red", "air"),
        ("rainstorm-red-update", "air"),
        ("rainstorm-red-simple", "air"),
        ("flash-flood-orange", "air"),
        ("gale-orange", "air"),
        ("rainstorm-red-cancel", "stop"),
        ("exercise", "store"),
        ("heat-yellow", "store"),
    ],
)
def test_by_day_each_becomes_what_its_name_promises(name: str, verdict: str) -> None:
    answer = judge(stamped(name), DEMO, (), ROSTER, NOW)
    assert answer.verdict.name == verdict
    assert (answer.plan.targets if answer.plan else ()) == (("square",) if verdict == "air" else ())


@pytest.mark.parametrize("name", samples.names())
def test_no_sample_sounds_where_a_line_is_real(name: str) -> None:
    assert judge(stamped(name), Policy("demo", DEMO.senders), (), ROSTER, NOW).plan is None


def test_two_stamps_in_one_second_are_two_documents() -> None:
    assert stamped("rainstorm-red").key != stamped("rainstorm-red").key


def test_an_unknown_name_is_told_with_those_there_are() -> None:
    with pytest.raises(samples.NoSample, match="rainstorm-red"):
        samples.stamp("snow-purple", NOW)


def test_the_area_can_be_another() -> None:
    (alert,) = parse(samples.stamp("rainstorm-red", NOW, "341523105000"))
    answer = judge(alert, DEMO, (), ROSTER, NOW)
    assert answer.plan
    assert answer.plan.targets == ("abroad",)
