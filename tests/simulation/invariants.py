"""What must hold after every story, whatever crashed and whatever failed: each a named function over the story and its world.

A check yields one line for each time it was broken. Times are the loop's; `world.wall` says what a right clock said then.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from county import REMEMBER, TOGETHER, quiet, words
from hearing import Said
from stories import Sent, Story
from world import World

from gateway.model.alert import Status
from gateway.model.delivery import Burst, Evidence, Outcome
from gateway.model.plan import Act, Class
from gateway.model.reason import Reason
from gateway.model.record import PlanRow
from gateway.words import sentence

SOON_S = 90.0
"""A burst lasts no longer: every grave warning is heard within so many seconds times the number of grave ones."""
MOMENT_S = 1.0
"""From the last look at the clock to the first sound: the order's way over a slow line."""
HUSH_S = 30.0
"""What was cancelled is silent after this, even where a crash hid the stop and the sentence or clip had to run out."""
CUT_S = 5.0
"""What must give way has done so after this, also on a slow line with several units to stop."""
VOICE_S = 12.0
"""Longest a burst may prepare: the announcer's own deadline, and a margin."""


@dataclass(frozen=True)
class Violation:
    """`invariant` is the name of the check that was broken."""

    invariant: str
    line: str


@dataclass(frozen=True)
class Sound:
    """Something said at a speaker with what the ledger knows of it; `row` is None where no plan explains it."""

    said: Said
    row: PlanRow | None
    number: int

    @property
    def speaker(self) -> str:
        return self.said.speaker

    @property
    def began(self) -> float:
        return self.said.began

    @property
    def burst(self) -> Burst | None:
        found = self.row.bursts if self.row else ()
        mine = [one for one in found if (one.speaker, one.number) == (self.said.speaker, self.number)]
        return mine[0] if mine else None


class Scene:
    """A story that was played, with its sounds explained by the ledger as far as they can be."""

    def __init__(self, story: Story, world: World) -> None:
        self.story, self.world, self.book = story, world, world.book
        tokens = self.book.tokens
        self.sounds = [
            Sound(said, *tokens.get(said.token, (None, 0)))
            for name in world.horns
            for said in world.said(name)
        ]
        self.identifiers = {one.key: one.alert.identifier for one in self.book.documents}

    def of(self, identifier: str) -> list[Sound]:
        """What was heard of a document, its lift not counted."""
        return [
            sound
            for sound in self.sounds
            if sound.row
            and self.identifiers.get(sound.row.plan.alert) == identifier
            and sound.row.plan.act is not Act.LIFT
        ]

    def crashes(self, since: float, until: float) -> int:
        return sum(since <= at <= until for at in self.world.crashes)

    def restless(self, speaker: str, since: float, until: float) -> bool:
        return not self.story.well(speaker, since, until)


Check = Callable[[Scene], Iterator[str]]


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
    for row in book.plans.values():
        ended = {(burst.speaker, burst.number) for burst in row.bursts if burst.outcome}
        for speaker in row.plan.targets:
            for number in range(len(row.plan.schedule.bursts)):
                if (speaker, number) not in ended:
                    yield f"burst {number} of {row.plan.id} at {speaker} has no outcome"


def everybody_is_told(scene: Scene) -> Iterator[str]:
    """A grave warning that was acknowledged is heard to its end, soon, at every speaker that could be reached."""
    stops = [deed for deed in scene.story.deeds if deed.kind == "stop"]
    grave = [one for one in scene.story.sent if one.grave]
    soon = SOON_S * (1 + len(grave))
    for document in grave:
        if document.acknowledged is None or document.cancelled is not None:
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
                since = max(document.acknowledged, *starts)
                if here[0].began > since + soon:
                    yield f"{document.identifier} was first heard at {speaker} {here[0].began - since:.0f} s after it could be"


def _had_its_chance(scene: Scene, document: Sent, speaker: str, soon: float) -> bool:
    """Whether one of its bursts had the time, a living daemon and a sound speaker."""
    assert document.acknowledged is not None
    for offset in (0.0, 900.0) if document.kind == "orange" else (0.0, 600.0, 1800.0):
        due = document.acknowledged + offset
        in_time = scene.world.wall(due + soon + SOON_S) < document.expires
        held = any(deed.kind in ("hold", "resume") for deed in scene.story.deeds)
        if in_time and not held and scene.story.well(speaker, due - SOON_S, due + soon + SOON_S):
            if not scene.crashes(due, due + soon + SOON_S):
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


def repeats_bounded(scene: Scene) -> Iterator[str]:
    """A speaker that remembers says a burst once; one that forgets at most once more a crash; a lower class once more in all."""
    times: dict[tuple[str, bytes], list[Sound]] = defaultdict(list)
    for sound in scene.sounds:
        times[sound.speaker, sound.said.token].append(sound)
    for (speaker, _), said in times.items():
        first, last = said[0], said[-1]
        faults = [one for one in scene.story.troubles if one.touches(speaker, first.began - 60, last.began)]
        if speaker in REMEMBER:
            allowed = 1 + sum(one.kind == "forget" for one in faults)
        else:
            crashes = scene.crashes(first.began - MOMENT_S, last.began)
            grave = first.row is None or first.row.plan.class_.grave
            allowed = 1 + (crashes if grave else min(crashes, 1)) + 5 * len(faults)
        if len(said) > allowed:
            yield f"burst {first.number} was said {len(said)} times at {speaker}, {allowed} allowed"
    yield from _takes_bounded(scene)
    plans = Counter((row.plan.alert, row.plan.act) for row in scene.book.plans.values() if row.plan.alert)
    for (alert, act), count in plans.items():
        if count > 1:
            yield f"{scene.identifiers.get(alert)} has {count} plans of a {act}"


def _takes_bounded(scene: Scene) -> Iterator[str]:
    """A burst starts again under a new token only where a better one cut it off: then its takes are counted in the ledger."""
    takes: dict[tuple[str, str, int], set[bytes]] = defaultdict(set)
    for sound in scene.sounds:
        if sound.row:
            takes[sound.speaker, sound.row.plan.id, sound.number].add(sound.said.token)
    for (speaker, plan, number), tokens in takes.items():
        burst = scene.book.burst(plan, speaker, number)
        if burst and len(tokens) > burst.take + 1:
            yield f"burst {number} had {len(tokens)} takes at {speaker}, the ledger knows {burst.take + 1}"


def red_before_lower(scene: Scene) -> Iterator[str]:
    """No burst of a lower band starts at a speaker while one of a better band waits for it."""
    slack = timedelta(seconds=VOICE_S if scene.story.theme == "voice" else MOMENT_S)
    for sound in scene.sounds:
        if not (sound.row and sound.said.order):
            continue
        began = scene.world.wall(sound.said.order.at)
        for other in scene.book.plans.values():
            if (
                other.plan.class_.band >= sound.row.plan.class_.band
                or sound.speaker not in other.plan.targets
            ):
                continue
            for number in range(len(other.plan.schedule.bursts)):
                burst = scene.book.burst(other.plan.id, sound.speaker, number)
                ended = burst.ended if burst else None
                if other.plan.due(number) + slack <= began and (ended is None or ended > began):
                    yield f"{sound.row.plan.class_.name} began at {sound.speaker} while {other.plan.class_.name} waited"

    yield from _goes_on_beside(scene)


def _goes_on_beside(scene: Scene) -> Iterator[str]:
    """Nor does one that sounds go on for long when one of a better band falls due."""
    for sound in scene.sounds:
        if not sound.row or not scene.story.well(sound.speaker, sound.began, sound.said.ended or sound.began):
            continue
        for other in scene.book.plans.values():
            if (
                other.plan.class_.band >= sound.row.plan.class_.band
                or sound.speaker not in other.plan.targets
            ):
                continue
            for number in range(len(other.plan.schedule.bursts)):
                due = (other.plan.due(number) - scene.world.wall(0.0)).total_seconds()
                burst = scene.book.burst(other.plan.id, sound.speaker, number)
                wanted = burst and burst.outcome in (Outcome.PLAYED, Outcome.UNPROVED)
                ended = sound.said.ended or sound.began
                if (
                    wanted
                    and sound.began < due
                    and due + CUT_S < ended
                    and not scene.crashes(due, due + CUT_S)
                ):
                    yield f"{sound.row.plan.class_.name} went on at {sound.speaker} for {ended - due:.1f} s beside {other.plan.class_.name}"


def what_was_cut_off_begins_again(scene: Scene) -> Iterator[str]:
    """A burst that was pre-empted is given up only when its warning no longer holds or its next burst is due."""
    for row in scene.book.plans.values():
        for burst in row.bursts:
            if burst.outcome is Outcome.PREEMPTED and burst.ended:
                later = burst.number + 1 < len(row.plan.schedule.bursts)
                until = row.plan.due(burst.number + 1) if later else row.plan.not_after
                if until is None or burst.ended < until - timedelta(seconds=MOMENT_S):
                    yield f"burst {burst.number} at {burst.speaker} was cut off and never began again"


def nothing_while_held(scene: Scene) -> Iterator[str]:
    """Nothing begins while everything is on hold, and what sounded falls silent."""
    for deed in scene.story.deeds:
        if deed.kind == "hold" and deed.done is not None and deed.until is not None:
            for sound in scene.sounds:
                if deed.done + 2.0 < sound.began < deed.until - MOMENT_S:
                    yield f"{sound.speaker} began {sound.began - deed.done:.1f} s into a hold of everything"


def the_schedule_holds(scene: Scene) -> Iterator[str]:
    """No burst begins before its time, and none so late that it was not its own time that called it."""
    patience = timedelta(seconds=SOON_S * (1 + len(scene.story.sent) + len(scene.story.added)))
    if any(deed.kind == "hold" for deed in scene.story.deeds):
        patience += timedelta(hours=1)
    for sound in scene.sounds:
        if not (sound.row and sound.said.order):
            continue
        began, due = scene.world.wall(sound.said.order.at), sound.row.plan.due(sound.number)
        starts = [scene.world.wall(at) for at in scene.world.starts if at <= sound.began]
        if began < due - timedelta(seconds=MOMENT_S):
            yield f"burst {sound.number} began at {sound.speaker} {due - began} before its time"
        elif began > max(due, starts[-1]) + patience and scene.story.well(
            sound.speaker, sound.began - patience.total_seconds(), sound.began
        ):
            yield f"burst {sound.number} began at {sound.speaker} {began - due} after its time"


def no_test_is_live(scene: Scene) -> Iterator[str]:
    """What is not Actual never sounds; a technician's test only in the test's own words."""
    for document in scene.book.documents:
        if document.alert.status is not Status.ACTUAL and scene.of(document.alert.identifier):
            yield f"{document.alert.identifier} is {document.alert.status} and was heard"
    for sound in scene.sounds:
        if sound.row and sound.row.plan.class_ is Class.TEST and sound.speaker == "a":
            if "测试" not in sound.said.text[:20]:
                yield f"a test said {sound.said.text!r}"


def nights_are_quiet(scene: Scene) -> Iterator[str]:
    """In quiet hours only a grave warning begins to sound, and of those not what the relay table holds until the morning."""
    held = {
        one.identifier
        for one in scene.story.sent
        if one.kind == "yellow" or (one.kind == "wind" and quiet(one.sent))
    }
    for sound in scene.sounds:
        began = scene.world.wall(sound.began - MOMENT_S)
        if sound.row and quiet(began) and quiet(scene.world.wall(sound.began)):
            by_day = scene.identifiers.get(sound.row.plan.alert) in held
            if by_day or not sound.row.plan.class_.grave:
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


def every_refusal_has_a_reason(scene: Scene) -> Iterator[str]:
    """Each verdict, each ending and each outcome says why, in a sentence of both languages."""
    book = scene.book
    for row in book.arrivals:
        if row.state == "quarantined" and not row.why:
            yield f"arrival {row.id} was quarantined without a reason"
    whys = [(f"verdict on {one.alert.identifier}", one.verdict.why) for one in book.documents]
    whys += [(f"end of plan {row.plan.id}", row.ended) for row in book.plans.values() if row.ended]
    for row in book.plans.values():
        for burst in row.bursts:
            if burst.outcome and not burst.why:
                yield f"burst {burst.number} at {burst.speaker} is {burst.outcome} without a reason"
            elif burst.why:
                whys.append((f"burst {burst.number} at {burst.speaker}", burst.why))
    for what, why in whys:
        for lang in ("zh", "en"):
            if sentence(why, lang) in ("", str(why.reason)):
                yield f"{what} has no sentence for {why.reason} in {lang}"


def receipts_match_plays(scene: Scene) -> Iterator[str]:
    """What senders are told is what the ledger knows, and that is what was heard."""
    heard: dict[tuple[str, str, int], list[Sound]] = defaultdict(list)
    for sound in scene.sounds:
        if sound.row:
            heard[sound.row.plan.id, sound.speaker, sound.number].append(sound)
    told: dict[tuple[str, str, int], list[str]] = defaultdict(list)
    for row in scene.book.receipts:
        if row.event["kind"] == "speaker":
            told[row.event["plan"], row.event["speaker"], row.event["burst"]].append(row.event["outcome"])
    for row in scene.book.plans.values():
        for burst in row.bursts:
            key = (burst.plan, burst.speaker, burst.number)
            yield from _heard_as_claimed(scene, burst, heard[key])
            if row.plan.alert and told[key] != [burst.outcome]:
                yield f"burst {burst.number} at {burst.speaker} is {burst.outcome}, its sender was told {told[key]}"
    yield from _published(scene)


def _heard_as_claimed(scene: Scene, burst: Burst, sounds: list[Sound]) -> Iterator[str]:
    claimed = burst.outcome in (Outcome.PLAYED, Outcome.UNPROVED)
    since = min((sound.began for sound in sounds), default=0.0)
    until = max((sound.said.ended or sound.began for sound in sounds), default=scene.world.now_at_end)
    mute = any(
        one.kind in ("mute", "noise") and burst.speaker in one.speakers for one in scene.story.troubles
    )
    if burst.outcome is Outcome.PLAYED and not sounds and not mute:
        yield f"burst {burst.number} at {burst.speaker} counts as played and nothing was heard"
    if scene.restless(burst.speaker, since - 60, until + 60):
        return
    interrupted = burst.why is not None and burst.why.reason is Reason.INTERRUPTED
    if claimed and not interrupted and not any(sound.said.whole for sound in sounds):
        yield f"burst {burst.number} at {burst.speaker} counts as {burst.outcome} and was not heard to its end"
    if burst.evidence >= Evidence.SOUNDING and not sounds:
        yield f"burst {burst.number} at {burst.speaker} has evidence {burst.evidence.name} and was not heard"
    if not claimed and sounds and sounds[-1].said.whole and not scene.crashes(since, until + 5.0):
        if burst.outcome not in (Outcome.CANCELLED, Outcome.PREEMPTED):
            yield f"burst {burst.number} at {burst.speaker} was heard to its end and is {burst.outcome}"


def _published(scene: Scene) -> Iterator[str]:
    bodies: dict[int, set[str]] = defaultdict(set)
    for _, receipt in scene.world.told:
        bodies[receipt.id].add(receipt.body)
    for number, said in bodies.items():
        if len(said) > 1:
            yield f"receipt {number} was told as {len(said)} different facts"
    for row in scene.book.receipts:
        if row.id not in bodies:
            yield f"receipt {row.id} ({row.event['kind']}) was never told"
    accepted = Counter(row.document for row in scene.book.receipts if row.event["kind"] == "accepted")
    for document in scene.book.documents:
        if not accepted[document.key]:
            yield f"the sender of {document.alert.identifier} was never told that it was accepted"


def counters_only_rise(scene: Scene) -> Iterator[str]:
    """What was once committed is there after every crash."""
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
    every_refusal_has_a_reason,
    receipts_match_plays,
    counters_only_rise,
    queues_bounded,
)
"""The twelve of the reliability rules, and ours: everybody is told, what was cut off begins again, a hold holds, the schedule holds, nobody else hears."""


def violations(story: Story, world: World) -> list[Violation]:
    """What went wrong; nothing, if all is well."""
    scene = Scene(story, world)
    return [Violation(check.__name__, line) for check in ALL for line in check(scene)]
