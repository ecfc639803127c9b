"""Lifts, corrections, and what a move order bears."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.judge import Past
from gateway.judge.correction import in_error, plan_correction
from gateway.model.alert import MsgType
from gateway.model.plan import Act, Class, Part, Plan, Schedule, Script, ToneName
from gateway.model.reason import Reason
from tests.support.judge_cases import DAY, MORNING, NIGHT, ROSTER, alert, ask, cancel, info, kept
from tests.support.rules import RULES, may_sound

STAY = "已转移群众未接到返回通知不要返回。"
SIGNAL = "刚才播发的舒城县气象台暴雨红色预警信号是误发，请勿惊慌。"


def order(*targets: str, live: bool = True) -> Past:
    """A move order of the township that stands, over its own road."""
    words = Script(ToneName.RED, ("请立即转移。",), "warning-red")
    own = replace(alert(name="M"), sender="town")
    plan = Plan(
        "m" * 32,
        own.key.digest,
        Act.MOVE,
        Class.MOVE,
        (Part(targets, words),),
        Schedule(3, (0.0,)),
        DAY,
        None,
        3,
    )
    return Past(own, "town", "air", DAY, plan, live, frozenset(targets))


@pytest.mark.parametrize(
    "note",
    [
        "误发",
        "因测试误操作，现予取消",
        "该信息发布有误",
        "The alert was issued in error.",
        "Sent by mistake",
        "ACCIDENTAL activation",
        "This was a false alarm.",
    ],
)
@pytest.mark.parametrize("now", [DAY, NIGHT])
def test_a_cancel_of_what_was_sent_in_error_is_said_as_a_correction_at_once_at_any_hour(
    note: str, now: object
) -> None:
    warned = alert(sent=NIGHT if now == NIGHT else DAY)
    answer = ask(cancel(warned, note), kept(warned, ask(warned), "slope"))
    assert (answer.verdict.name, answer.verdict.why.reason) == ("stop", Reason.CORRECTED)
    assert [ending.why.reason for ending in answer.endings] == [Reason.CANCELLED]
    plan = answer.plan
    assert plan
    assert (plan.act, plan.class_, plan.targets) == (Act.CORRECTION, Class.RED, ("slope",))
    assert plan.start == warned.sent + timedelta(minutes=1)
    script = plan.parts[0].script
    assert SIGNAL in script.sentences
    assert script.tone is ToneName.LIFT
    assert may_sound(plan, "slope", plan.start, 1e3) is None


@pytest.mark.parametrize(
    "note", ["", "预警解除", "Rain has ended in error-prone basins", "no errors", "incident over"]
)
def test_a_cancel_that_says_nothing_of_an_error_is_a_lift(note: str) -> None:
    warned = alert()
    answer = ask(cancel(warned, note), kept(warned, ask(warned), "square"))
    assert answer.plan
    assert answer.plan.act is Act.LIFT


def test_only_a_cancel_corrects() -> None:
    assert not in_error(alert(note="误发", msg_type=MsgType.ALERT))
    assert not in_error(alert(note="误发", msg_type=MsgType.UPDATE))


def test_an_error_that_sounded_nowhere_needs_no_correction_and_no_lift() -> None:
    warned = alert()
    answer = ask(cancel(warned, "误发"), kept(warned, ask(warned)))
    assert (answer.verdict.why.reason, answer.plan, len(answer.endings)) == (Reason.LIFTED, None, 1)


def test_the_same_end_said_twice_sounds_once_but_a_correction_after_a_lift_is_news() -> None:
    warned = alert()
    before = kept(warned, ask(warned), "square")
    first = cancel(warned)
    lifted = kept(first, ask(first, before), "square")
    assert lifted.plan
    second = cancel(warned, name="C2", after=timedelta(minutes=2))
    assert ask(second, before, lifted).plan is None
    wrong = cancel(warned, "误发", "C3", timedelta(minutes=3))
    correction = ask(wrong, before, lifted)
    assert correction.plan
    assert correction.plan.act is Act.CORRECTION
    for note in ("", "误发"):
        fourth = cancel(warned, note, "C4", timedelta(minutes=4))
        assert ask(fourth, before, lifted, kept(wrong, correction, "square")).plan is None


def test_the_lift_and_the_correction_of_a_warning_are_ready_with_it() -> None:
    warned = alert()
    plan = ask(warned).plan
    assert plan
    said = {sentence for script in plan.ready for sentence in script.sentences}
    before = kept(warned, ask(warned), "square", "slope")
    for note in ("", "误发"):
        ending = ask(cancel(warned, note), before, order("slope")).plan
        assert ending
        missing = {one for part in ending.parts for one in part.script.sentences} - said
        assert missing <= {"解除时间，7月28日9时1分。"}


def test_under_a_standing_move_order_a_lift_bids_stay_there_and_only_there() -> None:
    warned = alert()
    before = kept(warned, ask(warned), "square", "slope")
    plan = ask(cancel(warned), before, order("slope")).plan
    assert plan
    said = {target: part.script.sentences for part in plan.parts for target in part.targets}
    assert STAY in said["slope"]
    assert STAY not in said["square"]
    over = ask(cancel(warned), before, order("slope", live=False)).plan
    assert over
    assert STAY not in over.parts[0].script.sentences


def test_no_cancel_and_no_update_of_upstream_ends_a_move_order() -> None:
    standing = replace(order("slope"), source="county")
    named = replace(standing, alert=replace(standing.alert, sender="county"))
    assert ask(cancel(named.alert, after=timedelta(hours=1)), named).endings == ()
    update = replace(cancel(named.alert, name="U"), msg_type=MsgType.UPDATE, infos=(info(),))
    assert ask(update, named).endings == ()


def test_a_lift_that_waits_for_the_morning_gives_way_to_a_new_warning_of_its_hazard() -> None:
    warned = alert(sent=NIGHT)
    first = kept(warned, ask(warned), "square", live=False)
    end = cancel(warned)
    lift = kept(end, ask(end, first))
    assert lift.plan
    assert lift.plan.start == MORNING
    again = alert(info(instruction="请到高处避险。"), "B", NIGHT + timedelta(hours=2))
    assert [ending.plan for ending in ask(again, first, lift).endings] == [lift.plan.id]
    other = alert(info("舒城县气象台发布台风红色预警信号"), "B", NIGHT + timedelta(hours=2))
    assert ask(other, first, lift).endings == ()


def test_a_lift_judged_with_an_untrusted_clock_waits_until_the_clock_has_come_to_it() -> None:
    warned = alert()
    answer = ask(
        cancel(warned), kept(warned, ask(warned), "square"), now=DAY.replace(year=1970), trusted=False
    )
    assert answer.endings
    assert answer.plan
    assert answer.plan.start == DAY + timedelta(minutes=1)


def test_errors_of_a_person_are_corrected_by_what_they_were_and_once_where_both_were_heard() -> None:
    words = Script(ToneName.CHIME, ("停电通知。",), "warning")
    notice = Plan(
        "n" * 32,
        "",
        Act.NOTICE,
        Class.NOTICE,
        (Part(("square", "slope"), words),),
        Schedule(2, (0.0,)),
        NIGHT,
        None,
        3,
    )
    lift = replace(notice, id="l" * 32, act=Act.LIFT, class_=Class.YELLOW)
    plan = plan_correction(
        [notice, lift], NIGHT, {notice.id: ("square", "slope"), lift.id: ("slope",)}, ROSTER, RULES
    )
    assert plan
    assert (plan.class_, plan.start, plan.alert) == (Class.YELLOW, NIGHT, "")
    said = {target: part.script.text for part in plan.parts for target in part.targets}
    assert "误发" in said["square"]
    assert "解除通知" not in said["square"]
    assert "不要放松防范" in said["slope"]
    assert said["slope"].count("以后续通知为准") == 1


def test_a_correction_of_nothing_is_none() -> None:
    plan = ask(alert()).plan
    assert plan
    assert plan_correction([plan], NIGHT, {}, ROSTER, RULES) is None
    assert plan_correction([plan], NIGHT, {plan.id: ("gone",)}, ROSTER, RULES) is None


@given(st.permutations(["square", "slope"]), st.booleans())
def test_a_document_that_is_judged_again_after_a_crash_makes_the_same_correction(
    names: list[str], one: bool
) -> None:
    warned = alert()
    before = kept(warned, ask(warned), *names[: 1 if one else 2])
    plans = [ask(cancel(warned, "误发"), before, now=DAY + timedelta(minutes=wait)).plan for wait in (1, 2)]
    assert plans[0]
    assert plans[1]
    assert plans[0].id == plans[1].id
