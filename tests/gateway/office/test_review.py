"""Yes and no to what is held, corrections and releases, each in the person's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.i18n import LANGUAGES, sentence
from gateway.model.delivery import Burst, Evidence
from gateway.model.event import Approved
from gateway.model.plan import Act
from gateway.model.reason import Reason, Why
from gateway.model.record import Document
from gateway.model.refused import Refused
from gateway.model.verdict import Hold, Store
from gateway.office.review import ReviewActs
from tests.support.county import ROSTER
from tests.support.office_desk import ALERT, Desk, desk
from tests.support.rules import RULES

Virtual = Callable[[Any], Any]
UNCLEAR = Why(Reason.LIFT_UNCLEAR, {"names": "大风橙色预警信号"})


class Pipeline:
    """Remembers the decisions that review hands on to the pipeline."""

    def __init__(self, *quarantined: int) -> None:
        self.judged: list[tuple[Document, Hold]] = []
        self._quarantined = quarantined

    async def judge_again(self, document: Document, hold: Hold) -> None:
        self.judged.append((document, hold))

    async def parse_again(self, number: int, person: str) -> bool:
        return number in self._quarantined


def acts(here: Desk, pipeline: Pipeline | None = None) -> ReviewActs:
    pipeline = pipeline or Pipeline()
    return ReviewActs(
        here.ledger,
        here.clock,
        ROSTER,
        RULES,
        here.delivery,
        here.events,
        pipeline.judge_again,
        pipeline.parse_again,
    )


def test_the_last_person_who_must_say_yes_has_it_judged_again(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            pipeline = Pipeline()
            key = await here.held(needs=2)
            assert await acts(here, pipeline).approve(key, "王芳") == 1
            assert pipeline.judged == []
            assert await acts(here, pipeline).approve(key, "王芳") == 1, "one person is not two"
            assert await acts(here, pipeline).approve(key, "李四") == 0
            ((document, hold),) = pipeline.judged
            assert (document.key, hold.approved) == (key, ("王芳", "李四"))
            assert here.record() == [("王芳", f"approve {key}")] * 2 + [("李四", f"approve {key}")]
            assert here.told == [Approved(key, "王芳", 1)] * 2 + [Approved(key, "李四", 0)]

    virtual(story())


@pytest.mark.parametrize(
    ("why", "pauses", "ends", "reason", "told"),
    [
        (UNCLEAR, (ALERT.key.digest,), "wrong", Reason.OTHER_LIFT, ("wrong", ALERT.key.digest, "暴雨红色")),
        (UNCLEAR, (), "", Reason.LIFT_OF_NOTHING, ("大风橙色", "tongluo veto")),
        (UNCLEAR, (), "wrong", Reason.LIFT_OF_NOTHING, ("wrong", "大风橙色")),
        (Why(Reason.ONE_PERSON), (), "wrong", Reason.NO_LIFT, ("wrong", "--ends")),
    ],
)
def test_a_yes_that_would_end_something_else_or_nothing_says_so_and_is_not_taken(
    virtual: Virtual, why: Why, pauses: tuple[str, ...], ends: str, reason: Reason, told: tuple[str, ...]
) -> None:
    async def story() -> None:
        async with desk() as here:
            pipeline = Pipeline()
            key = await here.held(why=why, pauses=pauses)
            with pytest.raises(Refused) as refused:
                await acts(here, pipeline).approve(key, "王芳", ends)
            assert refused.value.why.reason is reason
            for lang in LANGUAGES:
                said = sentence(refused.value.why, lang)
                assert all(word in said for word in told), said
            assert (pipeline.judged, here.record(), here.told) == ([], [], [])

    virtual(story())


def test_a_yes_to_the_one_warning_that_a_lift_may_end_need_not_name_it(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            pipeline = Pipeline()
            key = await here.held(why=UNCLEAR, pauses=(ALERT.key.digest,))
            for ends in ("", ALERT.key.digest):
                assert await acts(here, pipeline).approve(key, "王芳", ends) == 0
            assert [held.pauses for _, held in pipeline.judged] == [(ALERT.key.digest,)] * 2

    virtual(story())


def test_a_veto_stores_it_with_the_person_and_it_can_be_decided_no_more(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            key = await here.held()
            await acts(here).veto(key, "王芳")
            document = here.ledger.document(key)
            assert document
            assert document.verdict == Store(Why(Reason.STOPPED, {"person": "王芳"}))
            assert [(step.rule, step.saw) for step in document.trace[-1:]] == [("veto", "王芳")]
            assert here.record() == [("王芳", f"veto {key}")]
            for act in (acts(here).approve, acts(here).veto):
                with pytest.raises(Refused) as refused:
                    await act(key, "李四")
                assert refused.value.why == document.verdict.why
                assert not refused.value.unknown

    virtual(story())


def test_a_correction_ends_the_alert_and_plays_where_it_was_heard(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            key, plan = await here.aired()
            await here.ledger.record([Burst(plan.id, "h1", 0, evidence=Evidence.SOUNDING)])
            here.delivery.playing = frozenset({"f1", "b"})
            correction = await acts(here).correct(key, "王芳")
            assert correction
            assert (correction.act, set(correction.targets)) == (Act.CORRECTION, {"h1", "f1"})
            assert here.delivery.steps == ["silence", "take"]
            assert here.delivery.stopped[0][2] == frozenset({plan.id})
            assert here.delivery.taken == [correction]
            assert here.record() == [("王芳", f"correct {key}")]

    virtual(story())


def test_a_document_that_only_corrects_is_not_corrected(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            key, _ = await here.aired(act=Act.CORRECTION)
            with pytest.raises(Refused) as refused:
                await acts(here).correct(key, "王芳")
            assert refused.value.why.reason is Reason.NEVER_AIRED
            assert here.delivery.stopped == []

    virtual(story())


def test_a_correction_of_what_nobody_heard_plays_nowhere(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            key, _ = await here.aired()
            assert await acts(here).correct(key, "王芳") is None
            assert here.delivery.taken == []

    virtual(story())


def test_nothing_of_this_name_is_refused_as_unknown(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            for asking, reason in (
                (acts(here).approve("none", "王芳"), Reason.UNKNOWN_ALERT),
                (acts(here).veto("none", "王芳"), Reason.UNKNOWN_ALERT),
                (acts(here).correct("none", "王芳"), Reason.NEVER_AIRED),
                (acts(here, Pipeline(3)).release(4, "王芳"), Reason.NOT_QUARANTINED),
            ):
                with pytest.raises(Refused) as refused:
                    await asking
                assert refused.value.why.reason is reason
                assert refused.value.unknown
            await acts(here, Pipeline(3)).release(3, "王芳")
            assert here.record() == []

    virtual(story())
