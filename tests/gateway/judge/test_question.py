"""Ends that name no warning that stands, and texts that only read like an end, a drill or something over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.judge import Judgement, Past, Policy
from gateway.model.alert import Alert, Area, Info, MsgType, Pair, Reference, Status
from gateway.model.judgement import Trust
from gateway.model.plan import Act, Class, ToneName
from gateway.model.reason import Reason
from gateway.model.region import Region
from gateway.model.speaker import Village
from gateway.model.verdict import Hold, Stop
from tests.support.judge_cases import DAY, NIGHT, POLICY, ROSTER, TOWN, alert, area, ask, cancel, info, kept
from tests.support.rules import judge

LIFTED = "舒城县气象台解除暴雨红色预警信号"
RED = alert()
STANDS = kept(RED, ask(RED), "square", "slope")
LATER = DAY + timedelta(minutes=12)
SIRENS = (ToneName.RED, ToneName.ORANGE)


def lift(headline: str = LIFTED, name: str = "L", kind: MsgType = MsgType.CANCEL, **changes: Any) -> Alert:
    """An end without references."""
    said = info(headline, description=f"{headline}。", instruction="", **changes)
    return alert(said, name, LATER, msg_type=kind)


def became(answer: Judgement) -> tuple[str, Reason]:
    return answer.verdict.name, answer.verdict.why.reason


def hold(answer: Judgement) -> Hold:
    assert isinstance(answer.verdict, Hold)
    return answer.verdict


def yes(held: Hold) -> Hold:
    return replace(held, approved=("王芳",))


def tones(answer: Judgement) -> set[ToneName]:
    assert answer.plan
    return {part.script.tone for part in answer.plan.parts}


def test_an_end_without_references_pauses_the_one_warning_that_it_may_mean() -> None:
    answer = ask(lift(), STANDS)
    assert became(answer) == ("hold", Reason.LIFT_UNCLEAR)
    assert hold(answer).pauses == (RED.key.digest,)
    assert STANDS.plan
    assert hold(answer).until == STANDS.plan.not_after, "it ends with the warning"
    assert (answer.plan, answer.endings) == (None, ())


def test_a_lift_for_other_townships_alone_asks_nobody_here() -> None:
    """It is not told that there is nothing to stop: our red sounds on, for it is not meant."""
    answer = ask(lift(areas=area("341523999000")), STANDS, now=LATER)
    assert became(answer) == ("stop", Reason.NO_SPEAKER_IN_AREA)


def test_a_second_end_of_what_has_ended_asks_about_no_other_warning() -> None:
    first = replace(lift(), references=(Reference(RED.sender, RED.identifier, RED.sent),))
    other = alert(info("舒城县气象台发布暴雨橙色预警信号"), "B", DAY + timedelta(minutes=1))
    past = (kept(other, ask(other), "square"), kept(first, ask(first, STANDS)))
    assert past[1].verdict == "stop"
    second = replace(first, identifier="L2", sent=LATER + timedelta(minutes=1))
    answer = ask(second, replace(STANDS, live=False, replaced=True), *past)
    assert answer.verdict.name == "stop"
    assert answer.endings == ()


def test_a_yes_makes_it_the_lift_of_that_warning() -> None:
    held = yes(hold(ask(lift(), STANDS)))
    answer = ask(lift(), STANDS, now=LATER, held=held)
    assert became(answer) == ("stop", Reason.LIFTED)
    assert STANDS.plan
    assert [ending.plan for ending in answer.endings] == [STANDS.plan.id]
    assert answer.plan
    assert (answer.plan.act, answer.plan.targets) == (Act.LIFT, ("square", "slope"))
    assert "舒城县气象台解除暴雨红色预警信号" in answer.plan.parts[0].script.text.replace("已", "")
    assert tones(answer) == {ToneName.LIFT}
    assert isinstance(answer.verdict, Stop)
    assert answer.verdict.ends == (RED.key.digest,)


def test_a_warning_that_people_ended_so_does_not_sound_when_its_own_hold_is_over() -> None:
    gale = alert(info("舒城县气象台发布大风红色预警信号"), "G", NIGHT)
    waiting = kept(gale, ask(gale))
    end = alert(
        info("舒城县气象台解除大风红色预警信号", description="解除。"), "L", NIGHT, msg_type=MsgType.CANCEL
    )
    asked = hold(ask(end, waiting))
    assert asked.pauses == (gale.key.digest,), "what waits is asked about, too"
    stopped = kept(end, ask(end, waiting, held=yes(asked)))
    again = ask(gale, stopped, now=NIGHT + timedelta(hours=8), held=hold(ask(gale)))
    assert became(again) == ("store", Reason.ALREADY_CANCELLED)


def test_if_nobody_answers_until_the_warning_is_over_there_is_nothing_to_stop() -> None:
    held = hold(ask(lift(), STANDS))
    over = replace(STANDS, live=False)
    newer = kept(alert(name="R2", sent=LATER), ask(alert(name="R2", sent=LATER)), "square")
    assert held.until
    answer = ask(lift(), over, newer, now=held.until, held=held)
    assert became(answer) == ("stop", Reason.NOTHING_TO_STOP)
    assert answer.endings == ()


@pytest.mark.parametrize(
    "one",
    [
        lift("邻县气象台解除暴雨红色预警信号", sender_name="邻县气象台"),
        lift("舒城县气象台解除大风红色预警信号"),
        lift("舒城县气象台解除暴雨红色预警信号", areas=area("341523999000")),
    ],
    ids=["issuer", "hazard", "area"],
)
def test_another_issuer_hazard_or_area_is_not_meant(one: Alert) -> None:
    theirs = replace(one, sender="neighbour") if one.infos[0].sender_name == "邻县气象台" else one
    answer = ask(theirs, STANDS, now=LATER)
    assert not (isinstance(answer.verdict, Hold) and answer.verdict.pauses)
    assert answer.endings == ()


@pytest.mark.parametrize(
    "one",
    [
        lift("舒城县气象台解除暴雨橙色预警信号"),
        lift("舒城县气象台解除暴雨红色预警信号", areas=area("341523104201")),
    ],
    ids=["level", "a part of its area"],
)
def test_what_is_unclear_is_asked_about_while_the_bursts_go_on(one: Alert) -> None:
    answer = ask(one, STANDS)
    assert became(answer) == ("hold", Reason.LIFT_UNCLEAR)
    assert hold(answer).pauses == ()


def test_of_several_all_wait_and_the_level_tells_them_apart() -> None:
    other = alert(name="B", sent=DAY + timedelta(minutes=1))
    both = (STANDS, kept(other, ask(other), "square"))
    assert hold(ask(lift(), *both)).pauses == (RED.key.digest, other.key.digest)
    orange = alert(info("舒城县气象台发布暴雨橙色预警信号"), "O")
    answer = ask(lift(), STANDS, kept(orange, ask(orange), "square"))
    assert hold(answer).pauses == (RED.key.digest,)


def test_a_bare_cancel_means_the_one_warning_of_its_sender() -> None:
    bare = Alert("X", "county", LATER, Status.ACTUAL, MsgType.CANCEL, RED.scope)
    assert hold(ask(bare, STANDS)).pauses == (RED.key.digest,)
    unknown = replace(bare, references=(Reference("county", "nobody", None),))
    assert hold(ask(unknown, STANDS)).pauses == (RED.key.digest,)
    assert became(ask(unknown)) == ("stop", Reason.NOTHING_TO_STOP)


def test_a_move_order_is_neither_paused_nor_ended() -> None:
    assert STANDS.plan
    move = replace(STANDS, plan=replace(STANDS.plan, act=Act.MOVE, not_after=None))
    answer = ask(lift(), move)
    assert not (isinstance(answer.verdict, Hold) and answer.verdict.pauses)
    assert answer.endings == ()


def test_a_feed_that_may_not_speak_for_the_sender_pauses_nothing() -> None:
    theirs = replace(STANDS, source="push")
    feed = replace(lift(), sender="feed")
    relay = Policy("poll", frozenset({"feed"}), trust=Trust.RELAYED)
    answer = judge(feed, relay, [theirs], ROSTER, LATER)
    assert (answer.endings, answer.plan) == ((), None)
    assert not (isinstance(answer.verdict, Hold) and answer.verdict.pauses)
    assert became(answer) == ("store", Reason.LESS_TRUSTED), "nothing to stop is no answer while it sounds"
    orange = replace(
        feed, infos=(replace(feed.infos[0], event="大风", headline="舒城县气象台解除大风橙色预警信号"),)
    )
    gale = replace(orange.infos[0], event_codes=(), parameters=(), description="")
    answer = judge(replace(orange, infos=(gale,)), relay, [theirs], ROSTER, LATER)
    assert became(answer)[1] is not Reason.LESS_TRUSTED, "another hazard"


@pytest.mark.parametrize("minutes", [-5, -2, 0, 2])
def test_an_end_bites_whatever_the_clock_of_its_sender_says(minutes: int) -> None:
    """The red was sent by a clock that is fast; the end names it under its identifier."""
    reference = Reference("county", "A", DAY - timedelta(minutes=7))
    end = replace(cancel(RED), sent=DAY + timedelta(minutes=minutes), references=(reference,))
    answer = ask(end, STANDS, now=LATER)
    assert became(answer) == ("stop", Reason.LIFTED)
    assert len(answer.endings) == 1


def test_an_old_end_does_not_end_what_was_issued_after_it() -> None:
    end = cancel(RED)
    stopped = replace(kept(end, ask(end, STANDS)), at=DAY + timedelta(minutes=1))
    gone = replace(STANDS, live=False)
    again = alert(name="A", sent=DAY + timedelta(hours=4))
    assert became(ask(again, gone, stopped)) == ("air", Reason.AIRED)
    renamed = alert(name="A2", sent=DAY + timedelta(hours=4))
    assert became(ask(renamed, gone, stopped)) == ("air", Reason.AIRED)


def test_a_second_end_of_what_was_ended_asks_nobody_about_its_successor() -> None:
    end = cancel(RED)
    stopped = kept(end, ask(end, STANDS))
    next_one = alert(name="A2", sent=DAY + timedelta(hours=4))
    gone = replace(STANDS, live=False)
    sounds = kept(next_one, ask(next_one, gone, stopped), "square")
    twice = cancel(RED, name="C2", after=timedelta(hours=5))
    answer = ask(twice, gone, stopped, sounds)
    assert answer.verdict.name == "stop"
    assert answer.endings == ()


def _of_an_unknown() -> tuple[Alert, Hold]:
    """An end of B, which nobody knows, while A stands; and the hold that it becomes."""
    end = replace(lift(), references=(Reference("county", "B", None),))
    held = hold(ask(end, STANDS))
    assert held.pauses == (RED.key.digest,)
    return end, held


def test_nobody_is_asked_any_more_when_the_warning_that_it_names_has_come() -> None:
    end, held = _of_an_unknown()
    waits = kept(end, Judgement(held, ()))
    named = alert(name="B", sent=LATER - timedelta(minutes=2))
    late = ask(named, STANDS, waits)
    assert became(late) == ("store", Reason.ALREADY_CANCELLED)
    answer = ask(end, STANDS, kept(named, late), held=held)
    assert (answer.verdict.name, answer.endings, answer.plan) == ("stop", (), None)


def test_an_end_that_waits_for_people_does_not_end_what_is_issued_meanwhile() -> None:
    end, held = _of_an_unknown()
    waits = kept(end, Judgement(held, ()))
    worse = info(description="预计未来3小时降雨量将达200毫米以上。")
    later = alert(worse, "B", LATER + timedelta(minutes=20))
    aired = ask(later, STANDS, waits)
    assert aired.verdict.name == "air"
    for asked in (held, yes(held)):
        answer = ask(end, STANDS, kept(later, aired, "square"), held=asked)
        assert aired.plan
        assert aired.plan.id not in {ending.plan for ending in answer.endings}


@pytest.mark.parametrize("kind", [MsgType.ALERT, MsgType.UPDATE])
def test_a_lift_sent_as_a_warning_is_asked_about_and_never_has_a_siren(kind: MsgType) -> None:
    nothing = ask(lift(kind=kind))
    assert became(nothing) == ("hold", Reason.LOOKS_LIKE_LIFT)
    assert hold(nothing).until is None
    said = ask(lift(kind=kind), held=yes(hold(nothing)))
    assert not tones(said) & set(SIRENS)
    known = ask(lift(kind=kind), STANDS)
    assert hold(known).pauses == (RED.key.digest,)
    ends = ask(lift(kind=kind), STANDS, held=yes(hold(known)))
    assert became(ends) == ("stop", Reason.LIFTED)


def test_a_lift_sent_as_an_update_of_its_warning_is_its_lift() -> None:
    update = replace(lift(kind=MsgType.UPDATE), references=(Reference("county", "A", DAY),))
    answer = ask(update, STANDS)
    assert became(answer) == ("stop", Reason.LIFTED)
    assert answer.plan
    assert answer.plan.act is Act.LIFT


def test_a_lift_that_the_rules_only_list_or_of_another_place_rings_nobody() -> None:
    blue = lift("舒城县气象台解除暴雨蓝色预警信号", kind=MsgType.ALERT)
    assert ask(blue).verdict.name == "store"
    far = lift(kind=MsgType.ALERT, areas=area("350000000000"))
    assert became(ask(far)) == ("store", Reason.NO_SPEAKER_IN_AREA)


def changed(text: str, level: str, **more: Any) -> Alert:
    said = info(f"舒城县气象台发布暴雨{level}预警信号", description=text, **more)
    return alert(said, "N", LATER)


def test_a_change_down_ends_the_higher_bursts_and_has_no_siren() -> None:
    for text in ("更新暴雨红色预警信号为暴雨橙色预警信号。", "解除暴雨红色预警信号，发布暴雨橙色预警信号。"):
        answer = ask(changed(text, "橙色"), STANDS)
        assert answer.verdict.name == "air"
        assert STANDS.plan
        assert [ending.plan for ending in answer.endings] == [STANDS.plan.id]
        assert answer.plan
        assert answer.plan.class_ is Class.ORANGE
        assert not tones(answer) & set(SIRENS)
        assert not tones(ask(changed(text, "橙色"))) & set(SIRENS), "nor where the red was never heard"


def test_a_change_up_is_a_new_warning_with_its_siren() -> None:
    orange = alert(info("舒城县气象台发布暴雨橙色预警信号"))
    before = kept(orange, ask(orange), "square", "slope")
    answer = ask(changed("更新暴雨橙色预警信号为暴雨红色预警信号：山洪风险极高。", "红色"), before)
    assert tones(answer) == {ToneName.RED}
    assert before.plan
    assert [ending.plan for ending in answer.endings] == [before.plan.id]


def test_a_change_of_other_places_leaves_the_warning_here() -> None:
    there = changed("将暴雨红色预警信号降级为暴雨橙色预警信号。", "橙色", areas=area("341523104201"))
    answer = ask(there, STANDS)
    assert answer.endings == (), "it still holds at the speakers that are not meant"


@pytest.mark.parametrize(
    "other",
    [
        info("舒城县气象台发布大风黄色预警信号", description="暴雨红色预警信号已降级为橙色，大风仍将持续。"),
        info("舒城县气象台发布大风黄色预警信号", description="暴雨红色预警信号将于18时降级为橙色。"),
        info("舒城县自然资源局发布地质灾害黄色预警", description="县气象台已将暴雨红色预警信号变更为黄色。"),
        info("舒城县气象台发布暴雨橙色预警信号", description="六安市气象台将暴雨红色预警信号降级为橙色。"),
        info("六安市气象台将暴雨红色预警信号降级为黄色", sender_name="六安市气象台"),
    ],
    ids=["other hazard", "to come", "other office", "the city's", "by the city"],
)
def test_a_change_of_another_signal_leaves_the_warning(other: Info) -> None:
    assert ask(alert(other, "N", LATER), STANDS).endings == ()


def test_a_worse_red_that_tells_of_a_change_elsewhere_has_its_siren() -> None:
    text = "六安市气象台已将暴雨红色预警信号降级为橙色，我县未来3小时降雨量仍将达200毫米。"
    assert tones(ask(alert(info(description=text)))) == {ToneName.RED}


def test_a_lift_of_the_county_next_door_pauses_nothing_here() -> None:
    there = lift("石门县气象台解除暴雨红色预警信号", sender_name="石门县气象台")
    assert not getattr(ask(there, STANDS).verdict, "pauses", ())


def test_a_lift_of_a_township_next_door_asks_and_pauses_nothing() -> None:
    there = lift("舒城县气象台解除晓天镇暴雨红色预警信号", areas=area("341523000000"))
    names = (Village(Region(TOWN), "青石镇"), Village(Region("341523106000"), "晓天镇"))
    answer = hold(ask(there, STANDS, roster=replace(ROSTER, villages=names)))
    assert (answer.why.reason, answer.pauses) == (Reason.LIFT_UNCLEAR, ())


@pytest.mark.parametrize(
    "changes",
    [
        {"urgency": "Past"},
        {"description": "影响我县的强降雨过程已结束。"},
        {"description": "中国地震台网正式测定：7月28日8时54分在某海域发生6.8级地震。"},
    ],
    ids=["urgency", "words", "report"],
)
def test_what_reads_like_something_over_waits_for_a_person_and_has_no_siren(changes: dict[str, Any]) -> None:
    one = alert(info(**changes))
    answer = ask(one)
    assert became(answer) == ("hold", Reason.LOOKS_OVER)
    assert not tones(ask(one, held=yes(hold(answer)))) & set(SIRENS)


@pytest.mark.parametrize(
    "changes",
    [
        {"instruction": "以上为演练内容，请勿惊慌。"},
        {"areas": (Area("演练区域：青石镇", geocodes=(Pair("CPEAS Geographic Code", TOWN),)),)},
        {"sender_name": "应急演练指挥部"},
        {"parameters": (Pair("kind", "演练"),)},
    ],
)
def test_a_drill_in_any_field_waits_for_a_person(changes: dict[str, Any]) -> None:
    assert became(ask(alert(info(**changes)))) == ("hold", Reason.LOOKS_LIKE_DRILL)


def test_an_end_is_never_held_as_a_drill() -> None:
    over = info(
        description="今天的应急演练已结束，暴雨影响结束。", response_types=("AllClear",), urgency="Past"
    )
    end = alert(over, "E", LATER, msg_type=MsgType.UPDATE, references=(Reference("county", "A", DAY),))
    assert became(ask(end, STANDS)) == ("stop", Reason.LIFTED)
    assert (
        became(ask(lift("舒城县气象台解除暴雨红色预警信号，防汛演练照常", kind=MsgType.ALERT), STANDS))[0]
        == "hold"
    )


def test_a_copy_over_another_road_does_not_mute_what_is_judged_again() -> None:
    """The second broker's copy was ignored while the first one waited for its hour or for a person."""
    gale = alert(info("舒城县气象台发布大风红色预警信号"), "G", NIGHT)
    held = hold(ask(gale))
    waiting = kept(gale, ask(gale))
    second = replace(POLICY, source="second")
    copy = judge(gale, second, [waiting], ROSTER, NIGHT)
    assert copy.verdict.name == "ignore"
    ignored = Past(gale, "second", "ignore", NIGHT)
    again = ask(gale, ignored, now=NIGHT + timedelta(hours=8), held=held)
    assert again.verdict.name == "air"
