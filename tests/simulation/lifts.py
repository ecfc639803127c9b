"""Stories of ends that name a warning by a wrong clock or not at all, and what must hold of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from gateway.model.alarm import AlarmKind
from gateway.model.plan import Act
from gateway.model.refused import Refused
from tests.simulation.deeds import Sent
from tests.support.county import cap, reference, words
from tests.support.world import World

if TYPE_CHECKING:
    from tests.simulation.scene import Scene
    from tests.simulation.stories import Story

KINDS = ("lifted by a wrong clock", "lifted by words", "lifted without a name")
LEAD_S = 3.0
"""What is on its way to a speaker when people are asked begins within this."""


@dataclass
class Question:
    """People are asked whether a document is the end of a warning, from `asked` until `answered`."""

    document: str
    warning: str
    asked: float
    yes: bool = False
    answered: float | None = None
    """None: nobody ever answered."""


async def tell(story: Story, world: World, kind: str, name: str) -> None:
    """A red and later its end."""
    chance, now = story.chance, world.wall(world.now)
    # While nobody answers the other warnings wait, too, as long as they last.
    answers = kind != "lifted without a name" or story.several or chance.random() < 0.5
    expires = now + timedelta(minutes=360 if answers else 45)
    red = Sent(name, kind, now, expires, world.now)
    story.sent.append(red)
    minutes = (expires - now).total_seconds() / 60
    red.acknowledged = await story.publish(world, name, cap(name, now, minutes=minutes, issuer=_issuer(name)))
    await asyncio.sleep(chance.choice((chance.uniform(1.0, 90.0), chance.uniform(90.0, 1500.0))))
    if chance.random() < 0.5:
        story.crash_soon(world)
    end = Sent(f"{name}C", "end", world.wall(world.now), expires, world.now)
    story.sent.append(end)
    if kind == "lifted without a name":
        question = Question(end.identifier, name, world.now)
        story.questions.append(question)
        await story.publish(world, end.identifier, _end(name, end, "", chance.choice(("Alert", "Cancel"))))
        question.asked = world.now
        if answers:
            await _answer(story, world, question)
            red.cancelled = question.answered if question.yes else None
        return
    if kind == "lifted by words":
        raw = _end(name, end, reference(name, now), chance.choice(("Alert", "Update")))
    else:
        skewed = now + timedelta(seconds=chance.choice((-120, -7, 90)))
        end.sent = now - timedelta(seconds=chance.uniform(0.0, 600.0))
        raw = _end(name, end, reference(name, skewed), "Cancel")
    red.cancelled = await story.publish(world, end.identifier, raw)


def _issuer(name: str) -> str:
    return f"舒城县{name}气象台"


def _end(name: str, end: Sent, references: str, msg_type: str) -> bytes:
    raw = cap(
        end.identifier, end.sent, msg_type=msg_type, references=references, issuer=_issuer(name)
    ).decode()
    raw = raw.replace("发布暴雨", "解除暴雨").replace(
        f"预计{words(end.identifier)}将达一百毫米以上。", "强降水已结束。"
    )
    return raw.replace(f"请按{end.identifier}号预案立即停止户外活动。", "").encode()


async def _answer(story: Story, world: World, question: Question) -> None:
    """Somebody of the duty room answers, however often the daemon dies meanwhile."""
    chance = story.chance
    await asyncio.sleep(chance.choice((chance.uniform(1.0, 60.0), chance.uniform(60.0, 1800.0))))
    question.yes = chance.random() < 0.5
    if chance.random() < 0.5:
        story.crash_soon(world)
    world.note(f"somebody says {'yes' if question.yes else 'no'} to {question.document}")
    began = world.now

    async def keys(name: str) -> str:
        async def find(desk: object) -> str:
            found = [one for one in world.ledger.documents(50) if one.alert.identifier == name]
            return found[0].key if found else ""

        key: str = await world.ask(find, patient=True)
        return key

    document, warning = await keys(question.document), await keys(question.warning)
    try:
        if question.yes:
            await world.ask(lambda desk: desk.review.approve(document, "王", warning), patient=True)
        else:
            await world.ask(lambda desk: desk.review.veto(document, "王"), patient=True)
    except Refused:  # it was done before the crash that took the answer
        world.note("it is answered already")
    question.answered = began if not question.yes else world.now
    world.note("answered")


# --- what must hold -----------------------------------------------------------------------------------------


def nothing_while_people_are_asked(scene: Scene) -> Iterator[str]:
    """No burst of a warning begins while people are asked whether it is over, and they are rung for."""
    for question in scene.story.questions:
        until = scene.world.now_at_end if question.answered is None else question.answered
        for sound in scene.of(question.warning):
            if question.asked + LEAD_S < sound.began < until:
                yield f"{question.warning} began at {sound.speaker} while people were asked"
        for document in scene.book.document(question.document):
            if AlarmKind.ALERT.named(document.key) not in scene.book.alarms:
                yield f"nobody was rung for {question.document}"


def a_no_lets_it_go_on(scene: Scene) -> Iterator[str]:
    """A warning that people say is not over ends as its schedule does."""
    for question in scene.story.questions:
        if question.answered is None or question.yes:
            continue
        for row in scene.book.plans.values():
            mine = scene.identifiers.get(row.plan.alert) == question.warning
            if mine and row.ended and row.ended.reason.value in ("cancelled", "replaced"):
                yield f"{question.warning} was ended, and somebody had said no"


def a_named_end_asks_nobody(scene: Scene) -> Iterator[str]:
    """An end that names a warning we know ends it unasked, whatever its clock and its message type are."""
    asked = {one.document for one in scene.story.questions}
    known = {one.identifier for one in scene.story.sent if one.kind in KINDS and one.acknowledged is not None}
    for one in scene.story.sent:
        if one.kind != "end" or one.identifier in asked or one.identifier.removesuffix("C") not in known:
            continue
        for document in scene.book.document(one.identifier):
            if document.verdict.name != "stop" or AlarmKind.ALERT.named(document.key) in scene.book.alarms:
                yield f"{one.identifier} names its warning, and people were asked about it"


def an_end_has_no_siren(scene: Scene) -> Iterator[str]:
    """Whatever its message type and its colour are, an end is said as a lift or not at all."""
    ends = {one.identifier for one in scene.story.sent if one.kind == "end"}
    for row in scene.book.plans.values():
        if scene.identifiers.get(row.plan.alert) in ends and row.plan.act is not Act.LIFT:
            yield f"{scene.identifiers[row.plan.alert]} became a {row.plan.act}"
