"""Real CAP files by others, as they are: each is judged at its own time, with loudspeakers where it means.

None is copied here. What each must come to is in verdicts.toml, written before the product was asked.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from gateway.intake import Unreadable
from gateway.intake.readers import parse
from gateway.judge import Judgement, Policy, area
from gateway.model.alert import Alert, MsgType, Reference, Scope, Severity, Status
from gateway.model.judgement import Past
from gateway.model.reason import Reason
from gateway.model.speaker import Roster
from gateway.model.verdict import Hold, Verdict
from gateway.voice.text.spoken import spoken
from tests.support.history import History
from tests.support.laid import FAR, laid
from tests.support.rules import judge

ROOT = Path(__file__).parents[2]
LATER = timedelta(seconds=5)
"""From the moment a document says it was sent to its arrival."""


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
TABLE = tomllib.loads((Path(__file__).parent / "verdicts.toml").read_text("utf-8"))
RIGHT: dict[str, list[str]] = TABLE["right"]
FAULTS: dict[str, list[str]] = TABLE["faults"]
KNOWN_FAULTS = 0
needed = pytest.mark.skipif(
    not FILES,
    reason="no corpus of real CAP files (TONGLUO_CORPUS, or corpus/ in a folder beside the repository)",
)
every = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)


def named(part: str) -> Path:
    return next(path for path in FILES if path.name == part)


@cache
def alerts(path: Path) -> tuple[Alert, ...]:
    """The alerts of a file; none where it cannot be read."""
    try:
        return parse(path.read_bytes())
    except Unreadable:
        return ()


ALERTS = [(path.name, alert) for path in FILES for alert in alerts(path)]
SOUNDING = {
    alert.identifier: (path.name, alert)
    for path in FILES
    if (key := f"{path.parent.name}/{path.name}") not in FAULTS
    for alert, row in zip(alerts(path), RIGHT.get(key, ()), strict=False)
    if " | " in row and sum(len(info.description) for info in alert.infos) < 1000
}
"""The alerts that sound once a person has said yes, one of each identifier; the long ones take too long."""


def policy(alert: Alert) -> Policy:
    """The policy of an official source that may speak for the sender of this document."""
    return Policy("corpus", frozenset({alert.sender}))


def agreed(alert: Alert, roster: Roster, now: datetime, past: tuple[Past, ...] = ()) -> Judgement:
    """The answer once a person has said yes to every question."""
    answer = judge(alert, policy(alert), past, roster, now)
    for _ in range(4):
        if not isinstance(answer.verdict, Hold):
            return answer
        held = replace(answer.verdict, approved=("李某",))
        answer = judge(alert, policy(alert), past, roster, now, held)
    raise AssertionError(f"a person's yes is not taken: {answer.verdict.why}")


def letters(text: str) -> str:
    """The letters of a text, in lower case, with a blank for everything between."""
    return re.sub(r"[\W\d_]+", " ", text).strip().lower()


def became(path: Path) -> list[str]:
    """The verdict on each alert of a file, or the reason why there is none."""
    try:
        read = parse(path.read_bytes())
    except Unreadable as unreadable:
        return [f"unreadable: {unreadable.why.reason}"]
    answers = [judge(one, policy(one), (), laid(one), one.sent + LATER) for one in read]
    return [f"{one.verdict.name}: {one.verdict.why.reason}" for one in answers if one.trace]


@needed
@every
def test_what_becomes_of_it_is_what_the_table_says(path: Path) -> None:
    key = f"{path.parent.name}/{path.name}"
    right = [row.partition(" | ")[0] for row in RIGHT[key]]
    assert became(path) == FAULTS.get(key, right)


@needed
def test_every_row_is_of_a_file_and_faults_are_counted_and_no_right_answers() -> None:
    assert RIGHT.keys() == {f"{path.parent.name}/{path.name}" for path in FILES}
    assert len(FAULTS) == KNOWN_FAULTS
    for key, rows in FAULTS.items():
        assert rows != [row.partition(" | ")[0] for row in RIGHT[key]], f"{key} is right now"


@needed
@every
def test_with_a_persons_yes_it_is_heard_in_every_shape_and_nowhere_else(path: Path) -> None:
    """And nothing else sounds, whatever people say."""
    key = f"{path.parent.name}/{path.name}"
    phrases = [row.partition(" | ")[2] for row in RIGHT[key]]
    for alert, phrase in zip(alerts(path), phrases, strict=False):
        roster = laid(alert)
        plan = agreed(alert, roster, alert.sent + LATER).plan
        if not phrase or key in FAULTS:
            assert plan is None
            continue
        assert plan is not None
        placed = any(area.usable(info, roster) for info in alert.infos)
        assert set(plan.targets) == {one.id for one in roster.speakers} - ({FAR} if placed else set())
        said = [letters(spoken(part.script.text).words) for part in plan.parts]
        assert all(phrase in words for words in said), said


@needed
def test_every_block_finds_the_speaker_inside_each_of_its_shapes_and_not_the_far_one() -> None:
    """Whatever becomes of it: of most circles and many polygons of the corpus nothing is said."""
    shapes = 0
    for name, alert in ALERTS:
        roster = laid(alert)
        for number, info in enumerate(alert.infos):
            own = {one.id for one in roster.speakers if one.id.startswith(f"b{number}a")}
            found = set(area.targets(info, roster))
            assert own <= found, name
            assert FAR not in found, name
            shapes += len(own)
    assert shapes > 200


@needed
def test_whatever_people_say_only_actual_alerts_and_updates_for_the_public_sound() -> None:
    """Every document under every other status, kind of message and scope."""
    statuses = [status for status in (*Status, None) if status is not Status.ACTUAL]
    kinds = [kind for kind in (*MsgType, None) if kind not in (MsgType.ALERT, MsgType.UPDATE)]
    for name, alert in ALERTS:
        roster, now = laid(alert), alert.sent + LATER
        changed = [replace(alert, status=status) for status in statuses]
        changed += [replace(alert, msg_type=kind) for kind in kinds]
        changed += [replace(alert, scope=scope) for scope in (Scope.PRIVATE, Scope.RESTRICTED)]
        for one in changed:
            assert agreed(one, roster, now).plan is None, name


def again(history: History, alert: Alert, now: datetime, held: Verdict | None = None) -> Judgement:
    """A document arrives, or is judged again after its hold; a person says yes to every question about it."""
    answer = None if held else history.arrives(alert, "corpus", now)
    for _ in range(4):
        asked = answer.verdict if answer else held
        if not isinstance(asked, Hold):
            break
        answer = history.arrives(alert, "corpus", now, replace(asked, approved=("李某",)))
    assert answer
    return answer


def ends_of(alert: Alert, sent: datetime, named_at: datetime) -> list[Alert]:
    """A Cancel of this alert, which names it under that time, and an Update whose blocks are all over, as
    Canada sends it."""
    cancel = Alert(
        f"{alert.identifier}-end",
        alert.sender,
        sent,
        Status.ACTUAL,
        MsgType.CANCEL,
        Scope.PUBLIC,
        references=(Reference(alert.sender, alert.identifier, named_at),),
    )
    over = tuple(replace(info, urgency="Past", response_types=("AllClear",)) for info in alert.infos)
    return [cancel, replace(cancel, msg_type=MsgType.UPDATE, infos=over)]


SKEWS = [timedelta(minutes=minutes) for minutes in (-2, 0, 2)]
MINUTE = timedelta(minutes=1)
skewed = pytest.mark.parametrize("skew", SKEWS, ids=lambda skew: f"{skew.total_seconds():+.0f} s")


@needed
@skewed
def test_after_an_end_nothing_of_it_sounds_whatever_the_clock_of_the_end(skew: timedelta) -> None:
    """It names the alert by identifier and sender, under another time than its own."""
    for name, alert in SOUNDING.values():
        now = alert.sent + LATER
        for end in ends_of(alert, now + MINUTE + skew, alert.sent + skew):
            history = History({"corpus": policy(alert)}, laid(alert))
            held = history.arrives(alert, "corpus", now).verdict
            assert isinstance(held, Hold), name
            assert again(history, alert, now, held).plan, name
            assert history.arrives(end, "corpus", now + MINUTE).verdict.name == "stop", name
            assert not live(history, alert), name

            history = History({"corpus": policy(alert)}, laid(alert))
            history.arrives(alert, "corpus", now)
            history.arrives(end, "corpus", now + MINUTE)
            assert again(history, alert, now + MINUTE, held).plan is None, f"{name}: a yes after the end"


@needed
@skewed
def test_an_alert_that_comes_after_its_end_does_not_sound_whatever_its_clock(skew: timedelta) -> None:
    for name, alert in SOUNDING.values():
        late, now = replace(alert, sent=alert.sent + skew), alert.sent + LATER
        for end in ends_of(late, now, late.sent):
            history = History({"corpus": policy(alert)}, laid(alert))
            history.arrives(end, "corpus", now)
            assert again(history, late, now + MINUTE).plan is None, name


@needed
@skewed
def test_the_pairs_of_the_corpus_end_in_both_orders(skew: timedelta) -> None:
    """Updates that say that it is over; the time under which they name the alert is not the one it bears."""
    known = {(alert.sender, alert.identifier): alert for _, alert in ALERTS}
    pairs = [
        (known[one.sender, one.identifier], end)
        for _, end in ALERTS
        for one in end.references
        if (one.sender, one.identifier) in known
    ]
    assert len(pairs) == 2
    for alert, end in pairs:
        shown, now = grave(alert), alert.sent + LATER
        history = History({"corpus": policy(shown)}, laid(shown))
        assert again(history, shown, now).plan
        history.arrives(replace(end, sent=end.sent + skew), "corpus", now + MINUTE)
        assert not live(history, shown)
        history = History({"corpus": policy(shown)}, laid(shown))
        history.arrives(end, "corpus", now)
        late = again(history, replace(shown, sent=shown.sent + skew), now + MINUTE)
        assert late.plan is None


def live(history: History, alert: Alert) -> list[Past]:
    return [one for one in history.on_the_air() if one.alert.key == alert.key]


def grave(alert: Alert) -> Alert:
    """The same as a warning that waits for a person: the report of a small earthquake sounds nowhere."""
    infos = tuple(replace(info, urgency="Immediate", severity=Severity.EXTREME) for info in alert.infos)
    return replace(alert, infos=infos)


def test_a_named_corpus_without_files_is_an_error() -> None:
    assert FILES or "TONGLUO_CORPUS" not in os.environ, "TONGLUO_CORPUS names a folder without CAP files"


@needed
def test_most_of_the_corpus_can_be_read() -> None:
    assert len({name for name, _ in ALERTS}) >= 60


@needed
@pytest.mark.parametrize("name", ["xee.cap", "xee.atom"])
def test_t18_the_external_entity_is_refused(name: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(named(name).read_bytes())
    assert caught.value.why.reason is Reason.DOCTYPE


@needed
def test_t11_several_alerts_in_a_file_are_all_read() -> None:
    assert len(alerts(named("MultipleAlertAndInfoThunderstorm.xml"))) == 2
