"""What must hold after every story, whatever crashed and whatever failed: each a named function over a scene.

A check yields one line for each time it was broken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from gateway.model.alert import Status
from gateway.model.plan import Act, Class
from gateway.model.reason import Reason
from tests.simulation import asking
from tests.simulation.accounts import every_refusal_has_a_reason, receipts_match_plays
from tests.simulation.again import a_stop_is_not_for_ever, worse_is_news
from tests.simulation.batches import every_member_is_answered_for
from tests.simulation.deeds import Sent
from tests.simulation.lifts import (
    a_named_end_asks_nobody,
    a_no_lets_it_go_on,
    an_end_has_no_siren,
    nothing_while_people_are_asked,
)
from tests.simulation.order import (
    nothing_while_held,
    red_before_lower,
    repeats_bounded,
    the_schedule_holds,
    what_was_cut_off_begins_again,
)
from tests.simulation.scene import AT_ONCE_S, HUSH_S, MOMENT_S, SOON_S, Check, Scene, Sound
from tests.simulation.stories import Story
from tests.support.county import TOGETHER, quiet, words
from tests.support.world import World


@dataclass(frozen=True)
class Violation:
    """`invariant` is the name of the check that was broken."""

    invariant: str
    line: str


def every_key_ends(scene: Scene) -> Iterator[str]:
    """Every accepted key ends done, expired, cancelled or as a dead letter."""
    book = scene.book
    for document in scene.story.sent:
        if document.acknowledged is not None and not book.document(document.identifier):
            yield f"{document.identifier} was acknowledged and is not in the ledger"
    for row in book.unjudged:
        yield f"arrival {row.id} was never judged"
    for plan in book.live:
        yield f"plan {plan.plan.id} of {scene.identifiers.get(plan.plan.alert)} never ended"
    for one in book.held:
        yield f"{one.alert.identifier} is still held"
    for planned in book.plans.values():
        ended = {(burst.speaker, burst.number) for burst in planned.bursts if burst.outcome}
        for speaker in planned.plan.targets:
            for number in range(len(planned.plan.schedule.bursts)):
                if (speaker, number) not in ended:
                    yield f"burst {number} of {planned.plan.id} at {speaker} has no outcome"


def everybody_is_told(scene: Scene) -> Iterator[str]:
    """An acknowledged grave warning is heard to its end, soon, at every speaker that could be reached."""
    stops = [deed for deed in scene.story.deeds if deed.kind == "stop"]
    grave = [one for one in scene.story.sent if one.grave]
    soon = SOON_S * (1 + len(grave))
    for document in grave:
        if document.acknowledged is None or document.cancelled is not None or document.outdone:
            continue
        heard = scene.of(document.identifier)
        for speaker in TOGETHER:
            here = [sound for sound in heard if sound.speaker == speaker]
            stopped = any(deed.target in ("all", speaker) for deed in stops)
            if not stopped and not any(sound.said.whole for sound in here):
                if _had_its_chance(scene, document, speaker, soon):
                    yield f"{document.identifier} was acknowledged and never heard to its end at {speaker}"
            elif (
                here
                and not scene.story.deeds
                and scene.story.well(speaker, document.acknowledged, here[0].began)
            ):
                starts = [at for at in scene.world.starts if at <= here[0].began]
                began = here[0].began
                # While an end waits for an answer, the warnings that it may mean wait, too.
                asked = [one.answered or began for one in scene.story.questions if one.asked <= began]
                since = max(_known(scene, document), *starts, *asked)
                if here[0].began > since + soon:
                    late = here[0].began - since
                    yield f"{document.identifier} was first heard at {speaker} {late:.0f} s after it could be"


def a_red_needs_no_disk(scene: Scene) -> Iterator[str]:
    """While the disk fails what is grave sounds at once, acknowledged or not."""
    first = min(scene.story.sent, key=lambda document: document.offered)
    if scene.story.theme != "disk" or not first.grave:
        return
    offered, heard = first.offered, scene.of(first.identifier)
    late = offered + AT_ONCE_S
    if scene.crashes(0.0, late) or scene.world.wall(late) >= first.expires:
        return
    for speaker in TOGETHER:
        if not any(sound.speaker == speaker and sound.began <= late for sound in heard):
            yield f"{first.identifier} was not heard at {speaker} within {AT_ONCE_S:.0f} s"


def _known(scene: Scene, document: Sent) -> float:
    """The time at which it could first be said.

    While the disk fails, grave warnings sound from memory, acknowledged or not.
    """
    assert document.acknowledged is not None
    calm = not scene.crashes(document.offered, document.acknowledged)
    return document.offered if calm and scene.story.theme == "disk" else document.acknowledged


def _had_its_chance(scene: Scene, document: Sent, speaker: str, soon: float) -> bool:
    """Whether one of its bursts had the time, a living daemon and a sound speaker."""
    assert document.acknowledged is not None
    for offset in (0.0, 900.0) if document.kind == "orange" else (0.0, 600.0, 1800.0):
        due = document.acknowledged + offset
        in_time = scene.world.wall(due + soon + SOON_S) < document.expires
        held = any(deed.kind in ("hold", "resume") for deed in scene.story.deeds) or scene.people_are_asked(
            due, due + soon
        )
        calm = not held and scene.story.well(speaker, due - SOON_S, due + soon + SOON_S)
        if in_time and calm and not scene.crashes(due, due + soon + SOON_S):
            return True
    return False


def nothing_stale(scene: Scene) -> Iterator[str]:
    """No burst begins after its warning's end."""
    expires = {one.identifier: one.expires for one in scene.story.sent}
    for sound in scene.sounds:
        if not sound.row:
            continue
        plan = sound.row.plan
        ends = [plan.not_after] if plan.not_after else []
        identifier = scene.identifiers.get(plan.alert, "")
        if plan.act is Act.WARNING and identifier in expires:
            ends.append(expires[identifier])
        late = scene.world.wall(sound.began) - timedelta(seconds=MOMENT_S)
        if any(late >= end for end in ends):
            yield f"{identifier or plan.act} began at {sound.speaker} {late - min(ends)} after its end"


def nothing_after_its_end(scene: Scene) -> Iterator[str]:
    """Nothing begins after it was cancelled, replaced or stopped, and what sounds then falls silent."""
    for document in scene.story.sent:
        if document.cancelled is not None:
            heard = scene.of(document.identifier)
            yield from _after(scene, heard, document.cancelled, f"{document.identifier}, cancelled,")
    for deed in scene.story.deeds:
        if deed.kind == "stop" and deed.done is not None:
            before = [
                sound
                for sound in scene.sounds
                if sound.row
                and deed.target in ("all", sound.speaker)
                and sound.row.plan.start < scene.world.wall(deed.asked) - timedelta(seconds=MOMENT_S)
            ]
            yield from _after(scene, before, deed.done, "what was stopped")


def _after(scene: Scene, heard: list[Sound], end: float, what: str) -> Iterator[str]:
    for sound in heard:
        if sound.began > end + 2.0:
            yield f"{what} began at {sound.speaker} {sound.began - end:.1f} s later"
        elif (sound.said.ended or sound.began) > end + HUSH_S and scene.story.well(
            sound.speaker, end - HUSH_S, end + HUSH_S
        ):
            yield f"{what} still sounded at {sound.speaker} {HUSH_S:.0f} s later"


def no_test_is_live(scene: Scene) -> Iterator[str]:
    """Only an Actual document sounds; a technician's test sounds in the test's own words."""
    for document in scene.book.documents:
        if document.alert.status is not Status.ACTUAL and scene.of(document.alert.identifier):
            yield f"{document.alert.identifier} is {document.alert.status} and was heard"
    for sound in scene.sounds:
        test = sound.row is not None and sound.row.plan.class_ is Class.TEST and sound.speaker == "a"
        if test and "测试" not in sound.said.text[:20]:
            yield f"a test said {sound.said.text!r}"


def nights_are_quiet(scene: Scene) -> Iterator[str]:
    """In quiet hours no notice, programme, test or lift begins to sound.

    Nor does a warning that the relay table holds until the morning.
    """
    held = {
        one.identifier
        for one in scene.story.sent
        if one.kind == "yellow" or (one.kind == "wind" and quiet(one.sent))
    }
    for sound in scene.sounds:
        began = scene.world.wall(sound.began - MOMENT_S)
        if sound.row and quiet(began) and quiet(scene.world.wall(sound.began)):
            plan = sound.row.plan
            by_day = scene.identifiers.get(plan.alert) in held or plan.act is Act.LIFT
            if by_day or plan.class_ >= Class.NOTICE:
                yield f"{sound.row.plan.class_.name} began at {sound.speaker} at {began:%H:%M}"


def every_sound_has_a_cause(scene: Scene) -> Iterator[str]:
    """A plan for this speaker, and behind it an arrival or a person's act, in the ledger."""
    arrivals = {row.id for row in scene.book.arrivals}
    documents = {one.key: one for one in scene.book.documents}
    for sound in scene.sounds:
        if sound.row is None:
            yield f"{sound.speaker} sounded and no plan of the ledger has that token"
            continue
        plan = sound.row.plan
        if sound.speaker not in plan.targets:
            yield f"{sound.speaker} said a plan for {plan.targets}"
        if plan.alert and (plan.alert not in documents or documents[plan.alert].arrival not in arrivals):
            yield f"{sound.speaker} said a plan of no document"
        if not plan.alert and not scene.book.acts:
            yield f"{sound.speaker} said a plan that nobody ordered"
    for name, plan in scene.story.added.items():
        for sound in scene.sounds:
            if (
                sound.row
                and sound.row.plan.id == plan.id
                and sound.said.text
                and words(name) not in sound.said.text
            ):
                yield f"{sound.speaker} said {sound.said.text!r} for {name}"


def nobody_else_hears(scene: Scene) -> Iterator[str]:
    """A warning sounds in its own area only, and what is not to be heard nowhere."""
    for document in scene.story.sent:
        area = {"b"} if document.kind == "elsewhere" else set() if document.silent else set(TOGETHER)
        for sound in scene.of(document.identifier):
            if sound.speaker not in area:
                yield f"{document.identifier}, {document.kind}, was heard at {sound.speaker}"


def one_warning_one_voice(scene: Scene) -> Iterator[str]:
    """Over however many roads a warning comes, a speaker says it by one plan."""
    for document in scene.story.sent:
        plans: dict[str, set[str]] = {}
        for sound in scene.of(document.identifier):
            if sound.row:
                plans.setdefault(sound.speaker, set()).add(sound.row.plan.id)
        for speaker, found in plans.items():
            if len(found) > 1 + scene.again(document.identifier):
                yield f"{document.identifier} was said by {len(found)} plans at {speaker}"


def no_end_by_who_is_not_believed(scene: Scene) -> Iterator[str]:
    """A relay and a liar end nothing."""
    lied = {one.identifier for one in scene.story.sent if one.kind == "lied"}
    for row in scene.book.plans.values():
        ended = row.ended.reason if row.ended else None
        if scene.identifiers.get(row.plan.alert) in lied and ended in (Reason.CANCELLED, Reason.REPLACED):
            yield f"{scene.identifiers[row.plan.alert]} was ended by somebody who may not"


def nothing_without_a_yes(scene: Scene) -> Iterator[str]:
    """What needs a person sounds after somebody said yes, in every state of clock and disk."""
    for document in scene.story.sent:
        if document.kind in asking.KINDS:
            for sound in scene.of(document.identifier):
                if document.approved is None or sound.began < document.approved:
                    yield f"{document.identifier}, {document.kind}, sounded at {sound.speaker} unasked"


def counters_only_rise(scene: Scene) -> Iterator[str]:
    """Every committed row is there after every crash."""
    yield from scene.world.falls


def queues_bounded(scene: Scene) -> Iterator[str]:
    """When all is said nothing is left waiting: no task, no turn on a line, no receipt."""
    world = scene.world
    if world.tasks > world.calm:
        yield f"{world.tasks} tasks are left, {world.calm} were there before"
    yield from (f"{count} in {name} at rest" for name, count in world.left.items() if count)
    owed = [row.id for row in scene.book.receipts if not row.sent]
    if owed:
        yield f"receipts {owed} are still owed"


ALL: tuple[Check, ...] = (
    every_key_ends,
    everybody_is_told,
    a_red_needs_no_disk,
    a_stop_is_not_for_ever,
    worse_is_news,
    every_member_is_answered_for,
    nothing_while_people_are_asked,
    a_no_lets_it_go_on,
    a_named_end_asks_nobody,
    an_end_has_no_siren,
    nothing_stale,
    nothing_after_its_end,
    repeats_bounded,
    red_before_lower,
    what_was_cut_off_begins_again,
    nothing_while_held,
    the_schedule_holds,
    no_test_is_live,
    nights_are_quiet,
    every_sound_has_a_cause,
    nobody_else_hears,
    one_warning_one_voice,
    no_end_by_who_is_not_believed,
    nothing_without_a_yes,
    every_refusal_has_a_reason,
    receipts_match_plays,
    counters_only_rise,
    queues_bounded,
)
"""The invariants of docs/reliability.md."""


BY_THE_WALL: tuple[Check, ...] = (nothing_stale, red_before_lower, the_schedule_holds, nights_are_quiet)
"""These compare wall times, and are not asked where the daemon's wall clock was wrong for a while."""


def violations(story: Story, world: World) -> list[Violation]:
    """The violations of a story; none if all is well."""
    scene = Scene(story, world)
    asked = [check for check in ALL if story.theme not in ("clock", "asked") or check not in BY_THE_WALL]
    return [Violation(check.__name__, line) for check in asked for line in check(scene)]
