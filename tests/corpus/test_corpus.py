"""Real CAP files by others: each is read or refused with a reason, and what is read is judged with a reason.

None is copied here.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.intake import Unreadable
from gateway.intake.readers import parse
from gateway.judge import Policy
from gateway.model.alert import Alert, MsgType, Pair, Status
from gateway.model.reason import Reason
from gateway.model.region import Region
from gateway.model.speaker import Roster, Speaker
from tests.support.rules import judge

ROOT = Path(__file__).parents[2]


def corpus() -> Path | None:
    """The folder that TONGLUO_CORPUS names; else the first `corpus/` in a folder beside the repository."""
    if chosen := os.environ.get("TONGLUO_CORPUS"):
        return Path(chosen)
    beside = sorted(folder.parent for folder in ROOT.parent.glob("*/corpus/cap-library"))
    return beside[0] if beside else None


def files(folder: Path | None) -> list[Path]:
    """The CAP files of a corpus, in order."""
    found = folder.rglob("*") if folder else ()
    return sorted(path for path in found if path.suffix in (".xml", ".cap", ".atom"))


FILES = files(corpus())
ROSTER = Roster(1, (), (Speaker("square", "广场", Region("341523104201"), "line", 1),))
needed = pytest.mark.skipif(
    not FILES,
    reason="no corpus of real CAP files (TONGLUO_CORPUS, or corpus/ in a folder beside the repository)",
)


def named(part: str) -> bytes:
    return next(path for path in FILES if path.name == part).read_bytes()


VERDICTS = tomllib.loads((Path(__file__).parent / "verdicts.toml").read_text("utf-8"))


def became(path: Path) -> list[str]:
    """The verdict on each alert of a file, or the reason why there is none."""
    try:
        alerts = parse(path.read_bytes())
    except Unreadable as unreadable:
        return [f"unreadable: {unreadable.why.reason}"]
    answers = [judge(one, Policy("corpus", frozenset({one.sender})), (), ROSTER, one.sent) for one in alerts]
    return [f"{one.verdict.name}: {one.verdict.why.reason}" for one in answers]


@needed
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_becomes_of_it_is_what_the_table_says(path: Path) -> None:
    assert became(path) == VERDICTS[f"{path.parent.name}/{path.name}"]


@needed
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_real_file_is_judged_or_refused_with_a_reason(path: Path) -> None:
    alerts: tuple[Alert, ...] = ()
    refusal = None
    try:
        alerts = parse(path.read_bytes())
    except Unreadable as unreadable:
        refusal = unreadable.why.reason
    assert bool(alerts) != (refusal in tuple(Reason))
    for alert in alerts:
        answer = judge(alert, Policy("corpus", frozenset({alert.sender})), (), ROSTER, alert.sent)
        assert answer.trace
        assert answer.plan is None, "no file of the corpus means a Chinese village"


@needed
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_moved_to_our_township_nothing_but_actual_alerts_and_updates_would_sound(path: Path) -> None:
    try:
        alerts = parse(path.read_bytes())
    except Unreadable:
        return
    for alert in alerts:
        here = moved(alert)
        answer = judge(
            here, Policy("corpus", frozenset({here.sender})), (), ROSTER, here.sent + timedelta(seconds=1)
        )
        if answer.plan:
            assert here.status is Status.ACTUAL
            assert here.msg_type in (MsgType.ALERT, MsgType.UPDATE)


def moved(alert: Alert) -> Alert:
    """The same, as a red rainstorm of our village without an end."""
    code = Pair("CPEAS Geographic Code", "341523104201")
    infos = tuple(
        replace(
            info,
            headline="发布暴雨红色预警信号",
            event="暴雨",
            expires=None,
            areas=tuple(replace(area, geocodes=(code,)) for area in info.areas),
        )
        for info in alert.infos
    )
    return replace(alert, infos=infos)


def test_a_named_corpus_without_files_is_an_error() -> None:
    assert FILES or "TONGLUO_CORPUS" not in os.environ, "TONGLUO_CORPUS names a folder without CAP files"


@needed
def test_most_of_the_corpus_can_be_read() -> None:
    readable = 0
    for path in FILES:
        try:
            readable += bool(parse(path.read_bytes()))
        except Unreadable:
            continue
    assert readable >= 60


@needed
@pytest.mark.parametrize("name", ["xee.cap", "xee.atom"])
def test_t18_the_external_entity_is_refused(name: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(named(name))
    assert caught.value.why.reason is Reason.DOCTYPE


@needed
def test_t5_an_ended_canadian_warning_is_an_end() -> None:
    name = next(path.name for path in FILES if "ECCC_ENDED" in path.name)
    (alert,) = parse(named(name))
    here = moved(alert)
    answer = judge(here, Policy("corpus", frozenset({here.sender})), (), ROSTER, here.sent)
    assert answer.verdict.name == "stop"


@needed
def test_t11_several_alerts_in_a_file_are_all_read() -> None:
    assert len(parse(named("MultipleAlertAndInfoThunderstorm.xml"))) == 2
