"""Invariants of what is told: every refusal has a reason, every receipt matches what was heard."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from gateway.i18n import sentence
from gateway.model.delivery import Burst, Evidence, Outcome
from gateway.model.reason import Reason
from tests.simulation.scene import Scene, Sound


def every_refusal_has_a_reason(scene: Scene) -> Iterator[str]:
    """Each verdict, each ending and each outcome says why, in a sentence of both languages."""
    book = scene.book
    for row in book.arrivals:
        if row.state == "quarantined" and not row.why:
            yield f"arrival {row.id} was quarantined without a reason"
    whys = [(f"verdict on {one.alert.identifier}", one.verdict.why) for one in book.documents]
    whys += [(f"end of plan {row.plan.id}", row.ended) for row in book.plans.values() if row.ended]
    for plan in book.plans.values():
        for burst in plan.bursts:
            if burst.outcome and not burst.why:
                yield f"burst {burst.number} at {burst.speaker} is {burst.outcome} without a reason"
            elif burst.why:
                whys.append((f"burst {burst.number} at {burst.speaker}", burst.why))
    for what, why in whys:
        for lang in ("zh", "en"):
            if sentence(why, lang) in ("", str(why.reason)):
                yield f"{what} has no sentence for {why.reason} in {lang}"


def receipts_match_plays(scene: Scene) -> Iterator[str]:
    """Senders are told the outcomes of the ledger, and these are the outcomes that were heard."""
    heard: dict[tuple[str, str, int], list[Sound]] = defaultdict(list)
    for sound in scene.sounds:
        if sound.row:
            heard[sound.row.plan.id, sound.speaker, sound.number].append(sound)
    told: dict[tuple[str, str, int], list[str]] = defaultdict(list)
    for receipt in scene.book.receipts:
        event = receipt.event
        if event["kind"] == "speaker":
            told[event["plan"], event["speaker"], event["burst"]].append(event["outcome"])
    for row in scene.book.plans.values():
        for burst in row.bursts:
            key = (burst.plan, burst.speaker, burst.number)
            yield from _heard_as_claimed(scene, burst, heard[key])
            if row.plan.alert and burst.outcome and told[key] != [burst.outcome]:
                name = f"burst {burst.number} at {burst.speaker}"
                yield f"{name} is {burst.outcome}, its sender was told {told[key]}"
    yield from _summed_up_once(scene)
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
        name = f"burst {burst.number} at {burst.speaker}"
        yield f"{name} counts as {burst.outcome} and was not heard to its end"
    if burst.evidence >= Evidence.SOUNDING and not sounds:
        yield f"burst {burst.number} at {burst.speaker} has evidence {burst.evidence.name} and was not heard"
    lost = burst.outcome not in (Outcome.PLAYED, Outcome.UNPROVED, Outcome.CANCELLED, Outcome.PREEMPTED)
    if lost and sounds and sounds[-1].said.whole and not scene.crashes(since - 5.0, until + 5.0):
        yield f"burst {burst.number} at {burst.speaker} was heard to its end and is {burst.outcome}"


def _summed_up_once(scene: Scene) -> Iterator[str]:
    """Each burst of a warning is summed up once, when it has ended everywhere, whatever crashed."""
    told = Counter(
        (row.event["plan"], row.event["burst"])
        for row in scene.book.receipts
        if row.event["kind"] == "summary"
    )
    for row in scene.book.plans.values():
        for number in range(len(row.plan.schedule.bursts)):
            count = told[row.plan.id, number]
            if row.plan.alert and count != 1:
                yield f"burst {number} of {row.plan.id} was summed up {count} times"


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
