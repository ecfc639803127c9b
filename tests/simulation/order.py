"""Invariants of order: who has the air, how often a burst is said, and when."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta

from gateway.model.delivery import Outcome
from tests.simulation.scene import CUT_S, HEALS_S, MOMENT_S, SOON_S, VOICE_S, Scene, Sound
from tests.support.county import REMEMBER, quiet


def repeats_bounded(scene: Scene) -> Iterator[str]:
    """How often a burst is said.

    A speaker that remembers says it once. One that forgets says it at most once more for each crash; a lower
    class at most once more in all.
    """
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
        if count > 1 + scene.again(scene.identifiers.get(alert, "")):
            yield f"{scene.identifiers.get(alert)} has {count} plans of a {act}"


def _takes_bounded(scene: Scene) -> Iterator[str]:
    """A burst starts again under a new token only where a better one cut it off.

    Then the ledger counts its takes.
    """
    takes: dict[tuple[str, str, int], set[bytes]] = defaultdict(set)
    for sound in scene.sounds:
        if sound.row:
            takes[sound.speaker, sound.row.plan.id, sound.number].add(sound.said.token)
    for (speaker, plan, number), tokens in takes.items():
        burst = scene.book.burst(plan, speaker, number)
        if burst and len(tokens) > burst.take + 1:
            yield f"burst {number} had {len(tokens)} takes at {speaker}, the ledger knows {burst.take + 1}"


def red_before_lower(scene: Scene) -> Iterator[str]:
    """No burst of a lower band starts at a speaker while one of a better band waits for it.

    What waits for people keeps nothing else waiting.
    """
    slack = timedelta(seconds=VOICE_S if scene.story.theme == "voice" else MOMENT_S)
    for sound in scene.sounds:
        if not (sound.row and sound.said.order):
            continue
        began = scene.world.wall(sound.said.order.at)
        if scene.people_are_asked(sound.said.order.at):
            continue
        for other in scene.book.plans.values():
            if (
                other.plan.class_.band >= sound.row.plan.class_.band
                or sound.speaker not in other.plan.targets
            ):
                continue
            for number in range(len(other.plan.schedule.bursts)):
                burst = scene.book.burst(other.plan.id, sound.speaker, number)
                ended = burst.ended if burst else None
                if other.ended and ended is None:  # it was cancelled before it could begin
                    continue
                if other.plan.due(number) + slack <= began and (ended is None or ended > began):
                    classes = sound.row.plan.class_.name, other.plan.class_.name
                    yield f"{classes[0]} began at {sound.speaker} while {classes[1]} waited"

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
                    classes = sound.row.plan.class_.name, other.plan.class_.name
                    seconds = f"{ended - due:.1f} s"
                    yield f"{classes[0]} went on at {sound.speaker} for {seconds} beside {classes[1]}"


def what_was_cut_off_begins_again(scene: Scene) -> Iterator[str]:
    """A pre-empted burst is given up only when its warning no longer holds or its next burst is due."""
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
    if scene.story.questions or any(deed.kind == "hold" for deed in scene.story.deeds):
        patience += timedelta(hours=1)
    for sound in scene.sounds:
        if not (sound.row and sound.said.order):
            continue
        began, due = scene.world.wall(sound.said.order.at), sound.row.plan.due(sound.number)
        starts = [scene.world.wall(at) for at in scene.world.starts if at <= sound.began]
        if began < due - timedelta(seconds=MOMENT_S) and not _forgotten(scene, sound):
            yield f"burst {sound.number} began at {sound.speaker} {due - began} before its time"
        elif (
            began > max(due, starts[-1]) + patience
            and not quiet(due)
            and scene.story.well(sound.speaker, sound.began - patience.total_seconds(), sound.began)
        ):
            yield f"burst {sound.number} began at {sound.speaker} {began - due} after its time"


def _forgotten(scene: Scene, sound: Sound) -> bool:
    """It sounded from memory before the ledger had it, and the memory died.

    It was planned again, and its time counts from then.
    """
    assert sound.row
    assert sound.said.order
    identifier, at = scene.identifiers.get(sound.row.plan.alert), sound.said.order.at
    kept = [one.acknowledged for one in scene.story.sent if one.identifier == identifier and one.acknowledged]
    disk = scene.story.troubles if scene.story.theme == "disk" else []
    kept += [one.ended + HEALS_S for one in disk if one.began and one.ended and one.began <= at]
    return any(scene.crashes(at, end) for end in kept)
