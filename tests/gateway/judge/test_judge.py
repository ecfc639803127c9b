"""The judges together: what becomes of one document. Covers admit, case and warn of gateway/judge."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from gateway.judge import Judgement, Past, Policy
from gateway.judge.admit import DEMO_SENDER
from gateway.judge.judge import NO_EXPIRES
from gateway.model.alert import Alert, Area, Info, MsgType, Pair, Reference, Scope, Severity, Status
from gateway.model.plan import Act, Class, ToneName
from gateway.model.reason import Reason
from gateway.model.region import Region
from gateway.model.speaker import Roster, Speaker
from gateway.model.verdict import Hold
from gateway.runtime.clock import CHINA
from tests.support.rules import judge

NOW = datetime(2026, 7, 28, 9, 0, tzinfo=CHINA)
NIGHT = datetime(2026, 7, 28, 23, 0, tzinfo=CHINA)
POLICY = Policy("county", frozenset({"county"}))
TOWN, NEIGHBOUR = "341523104000", "341523105000"
ROSTER = Roster(
    3,
    (),
    tuple(
        Speaker(name, name, Region(code), "line", number)
        for number, (name, code) in enumerate(
            [("square", "341523104201"), ("school", "341523104202"), ("abroad", "341523105201")], 1
        )
    ),
)


def info(area: str = TOWN, **changes: Any) -> Info:
    plain = Info(
        language="zh-CN",
        event="暴雨",
        severity=Severity.EXTREME,
        expires=NOW + timedelta(days=2),
        sender_name="舒城县气象台",
        headline="舒城县气象台发布暴雨红色预警信号",
        description="预计未来3小时降雨量将达100毫米以上。",
        instruction="请停止户外活动。",
        areas=(Area(geocodes=(Pair("CPEAS Geographic Code", area),)),),
    )
    return replace(plain, **changes)


def alert(name: str = "A", *infos: Info, **changes: Any) -> Alert:
    plain = Alert(name, "county", NOW, Status.ACTUAL, MsgType.ALERT, Scope.PUBLIC, infos=infos or (info(),))
    return replace(plain, **changes)


def follower(kind: MsgType, of: Alert, *infos: Info, name: str = "F", **changes: Any) -> Alert:
    """An Update or Cancel of `of`, sent a minute later."""
    plain = replace(
        of,
        identifier=name,
        sent=of.sent + timedelta(minutes=1),
        msg_type=kind,
        infos=infos,
        references=(Reference(of.sender, of.identifier, of.sent),),
    )
    return replace(plain, **changes)


def ask(
    asked: Alert, *past: Past, policy: Policy = POLICY, now: datetime = NOW, held: Hold | None = None
) -> Judgement:
    return judge(asked, policy, past, ROSTER, now, held)


def kept(asked: Alert, *past: Past, live: bool = True, sounded: tuple[str, ...] = (), **asking: Any) -> Past:
    """The document judged, as the ledger remembers it."""
    answer = ask(asked, *past, **asking)
    return Past(
        asked,
        "county",
        answer.verdict.name,
        NOW,
        answer.plan,
        live and answer.plan is not None,
        frozenset(sounded),
    )


def became(answer: Judgement) -> tuple[str, Reason]:
    assert answer.trace, "every verdict leaves its steps"
    assert (answer.verdict.name == "air") == (answer.plan is not None) or answer.verdict.name == "stop"
    return answer.verdict.name, answer.verdict.why.reason


def test_a_red_rainstorm_of_the_township_sounds_there_and_nowhere_else() -> None:
    answer = ask(alert())
    assert became(answer) == ("air", Reason.AIRED)
    plan = answer.plan
    assert plan
    assert (plan.targets, plan.class_, plan.act, plan.roster) == (
        ("square", "school"),
        Class.RED,
        Act.WARNING,
        3,
    )
    assert (plan.schedule.readings, plan.schedule.bursts) == (2, (0.0, 600.0, 1800.0))
    assert plan.not_after == NOW + timedelta(days=2)
    assert plan.parts[0].script.tone is ToneName.RED
    for said in (
        "舒城县气象台7月28日9时发布暴雨红色预警信号。",
        "预计未来3小时降雨量将达100毫米以上。",
        "请停止户外活动。",
    ):
        assert said in plan.parts[0].script.sentences


def test_the_same_warning_judged_twice_is_the_same_plan() -> None:
    first, second = ask(alert()).plan, ask(alert(), now=NOW + timedelta(minutes=1)).plan
    assert first
    assert second
    assert first.id == second.id


GATE = [
    ({"status": None}, "quarantine", Reason.STATUS_UNKNOWN),
    ({"status": Status.TEST}, "store", Reason.NOT_ACTUAL),
    ({"status": Status.DRAFT}, "store", Reason.DRAFT),
    ({"status": Status.EXERCISE}, "store", Reason.NOT_ACTUAL),
    ({"status": Status.SYSTEM}, "ignore", Reason.HEARTBEAT),
    ({"msg_type": None}, "quarantine", Reason.MSG_TYPE_UNKNOWN),
    ({"msg_type": MsgType.ACK}, "ignore", Reason.ACKNOWLEDGEMENT),
    ({"msg_type": MsgType.ERROR}, "ignore", Reason.ACKNOWLEDGEMENT),
    ({"scope": Scope.PRIVATE}, "store", Reason.SCOPE_NOT_PUBLIC),
    ({"scope": Scope.RESTRICTED}, "store", Reason.SCOPE_NOT_PUBLIC),
    ({"sender": "stranger"}, "quarantine", Reason.SENDER_NOT_ALLOWED),
    ({"sender": DEMO_SENDER}, "quarantine", Reason.DEMO_SENDER),
    ({"infos": ()}, "store", Reason.NO_TEXT),
    ({"infos": (info(headline="", description="", event=""),)}, "store", Reason.NO_TEXT),
    ({"infos": (info(expires=NOW),), "sent": NOW - timedelta(hours=1)}, "store", Reason.EXPIRED),
    ({"infos": (info(areas=(Area("青石镇"),)),)}, "hold", Reason.NO_AREA),
    ({"infos": (info("341524104000"),)}, "store", Reason.NO_SPEAKER_IN_AREA),
]


@pytest.mark.parametrize(("changes", "verdict", "reason"), GATE)
def test_t1_t7_what_may_not_sound_does_not_and_says_why(
    changes: dict[str, Any], verdict: str, reason: Reason
) -> None:
    answer = ask(alert(**changes))
    assert became(answer) == (verdict, reason)
    assert answer.plan is None


@pytest.mark.parametrize("demo", [False, True])
def test_the_demo_sender_speaks_only_where_every_line_is_simulated(demo: bool) -> None:
    policy = Policy("county", frozenset({DEMO_SENDER}), demo)
    assert became(ask(alert(sender=DEMO_SENDER), policy=policy))[0] == ("air" if demo else "quarantine")


@pytest.mark.parametrize("text", ["这是一次测试", "防汛演练", "THIS IS A TEST.", "Entwarnung: Probealarm"])
def test_t6_the_words_of_a_drill_in_a_document_that_says_actual_wait_for_a_person(text: str) -> None:
    answer = ask(alert("A", info(description=text)))
    assert became(answer) == ("hold", Reason.LOOKS_LIKE_DRILL)
    assert isinstance(answer.verdict, Hold)
    assert answer.verdict.until is None
    assert became(ask(alert("A", info(description=text)), held=answer.verdict)) == ("air", Reason.AIRED)


def test_t3_a_cancel_that_looks_extreme_stops_and_is_said_as_a_lift_where_it_sounded() -> None:
    warned = alert()
    answer = ask(follower(MsgType.CANCEL, warned, info(), name="C"), kept(warned, sounded=("square",)))
    assert became(answer) == ("stop", Reason.LIFTED)
    assert [ending.why.reason for ending in answer.endings] == [Reason.CANCELLED]
    plan = answer.plan
    assert plan
    assert (plan.act, plan.class_, plan.targets) == (Act.LIFT, Class.YELLOW, ("square",))
    script = plan.parts[0].script
    assert (script.tone, script.clip) == (ToneName.LIFT, "lift")
    assert "解除暴雨红色预警信号" in script.text
    assert "返回" not in script.text


def test_a_lift_waits_for_the_end_of_the_quiet_hours_but_the_stop_does_not() -> None:
    warned = alert()
    answer = ask(follower(MsgType.CANCEL, warned), kept(warned, sounded=("square",)), now=NIGHT)
    assert answer.endings
    assert answer.plan
    assert answer.plan.start == datetime(2026, 7, 29, 6, 30, tzinfo=CHINA)


def test_a_cancel_of_what_never_sounded_is_not_said() -> None:
    warned = alert()
    answer = ask(follower(MsgType.CANCEL, warned), kept(warned))
    assert (became(answer), answer.plan, len(answer.endings)) == (("stop", Reason.LIFTED), None, 1)
    unknown = ask(follower(MsgType.CANCEL, warned))
    assert (became(unknown), unknown.plan, unknown.endings) == (("stop", Reason.NOTHING_TO_STOP), None, ())


def test_t4_an_update_that_says_all_clear_and_names_itself_is_an_end_and_people_are_asked_of_what() -> None:
    own = Reference("county", "F", NOW + timedelta(minutes=1))
    over = info(response_types=("AllClear",), urgency="Past", expires=None)
    answer = ask(
        follower(MsgType.UPDATE, alert(), over, references=(own,)), kept(alert(), sounded=("square",))
    )
    assert (became(answer), answer.plan, answer.endings) == (("hold", Reason.LIFT_UNCLEAR), None, ())
    assert became(ask(follower(MsgType.UPDATE, alert(), over, references=(own,)))) == (
        "stop",
        Reason.NOTHING_TO_STOP,
    )


def test_t5_a_block_that_ended_is_not_said_while_another_goes_on() -> None:
    status = "layer:EC-MSC-SMC:1.1:Alert_Location_Status"
    ended = info("341523104201", parameters=(Pair(status, "ended"),))
    going_on = info("341523104202", parameters=(Pair(status, "active"),))
    answer = ask(follower(MsgType.UPDATE, alert(), ended, going_on))
    assert answer.plan
    assert answer.plan.targets == ("school",)
    assert became(ask(follower(MsgType.UPDATE, alert(), ended)))[0] == "stop"


def test_an_update_ends_the_warning_that_it_replaces_and_is_said_again() -> None:
    warned = alert()
    before = kept(warned, sounded=("square", "school"))
    answer = ask(follower(MsgType.UPDATE, warned, info(instruction="请到高处避险。")), before)
    assert became(answer) == ("air", Reason.AIRED)
    assert [(ending.plan, ending.why.reason) for ending in answer.endings] == [
        (before.plan and before.plan.id, Reason.REPLACED)
    ]


def test_an_update_that_no_longer_means_us_ends_what_still_sounds_here() -> None:
    answer = ask(follower(MsgType.UPDATE, alert(), info("341524104000")), kept(alert()))
    assert became(answer) == ("store", Reason.NO_SPEAKER_IN_AREA)
    assert len(answer.endings) == 1


def test_a_first_warning_with_references_ends_nothing() -> None:
    answer = ask(
        follower(MsgType.ALERT, alert(), info(headline="舒城县气象台发布暴雨蓝色预警信号")), kept(alert())
    )
    assert (became(answer), answer.endings) == (("store", Reason.STORED_BY_RULE), ())


def test_an_update_of_something_never_heard_is_a_new_warning() -> None:
    assert became(ask(follower(MsgType.UPDATE, alert(), info())))[0] == "air"


def test_the_same_hazard_and_level_within_three_hours_is_listed_unless_something_is_new() -> None:
    before = kept(alert(), sounded=("square", "school"), live=False)
    again = alert("B", sent=NOW + timedelta(minutes=5))
    assert became(ask(again, before)) == ("ignore", Reason.REISSUED)
    reworded = replace(again, infos=(info(description="预计未来两小时仍有强降雨。"),))
    assert became(ask(reworded, before)) == ("store", Reason.SAME_RECENTLY)
    for changed in (
        info(instruction="请立即转移。"),
        info("341523000000"),
        info(headline="舒城县气象台发布暴雨橙色预警信号"),
    ):
        assert became(ask(replace(again, infos=(changed,)), before))[0] == "air", changed
    assert before.plan
    old = replace(before, plan=replace(before.plan, start=NOW - timedelta(hours=3)))
    assert became(ask(reworded, old))[0] == "air"


def test_a_new_issue_after_a_lift_sounds_again_although_it_says_the_same() -> None:
    before = kept(alert(), sounded=("square", "school"), live=False)
    lift = kept(follower(MsgType.CANCEL, alert(), name="C"), before)
    assert became(ask(alert("B", sent=NOW + timedelta(minutes=5)), before, lift))[0] == "air"


def test_no_expires_means_a_day_after_it_was_sent() -> None:
    answer = ask(alert("A", info(expires=None)))
    assert answer.plan
    assert answer.plan.not_after == NOW + NO_EXPIRES
    assert became(ask(alert("A", info(expires=None)), now=NOW + NO_EXPIRES)) == ("store", Reason.EXPIRED)


def test_of_several_blocks_the_plan_ends_with_the_first_that_expires() -> None:
    soon = info("341523104201", expires=NOW + timedelta(hours=1))
    answer = ask(alert("A", soon, info("341523104202", description="另一个村。")))
    assert answer.plan
    assert len(answer.plan.parts) == 2
    assert answer.plan.not_after == NOW + timedelta(hours=1)


def test_t36_each_village_hears_the_block_of_its_own_area() -> None:
    far = info(NEIGHBOUR, description="邻镇的降雨。", headline="舒城县气象台发布暴雨橙色预警信号")
    answer = ask(alert("A", far, info()))
    assert answer.plan
    said = {target: part.script.text for part in answer.plan.parts for target in part.targets}
    assert "邻镇" in said["abroad"]
    assert "邻镇" not in said["square"]


def test_chinese_is_said_although_the_translation_comes_first_and_claims_worse() -> None:
    english = info(language="en-US", headline="Rainstorm", event="rainstorm", description="Heavy rain.")
    chinese = info(headline="舒城县气象台发布暴雨橙色预警信号")
    answer = ask(alert("A", english, chinese))
    assert answer.plan
    assert "暴雨橙色" in answer.plan.parts[0].script.text
    assert answer.plan.class_ is Class.ORANGE


def test_a_warning_held_at_night_is_judged_again_and_sounds_or_has_expired() -> None:
    gale = alert("A", info(event="大风", headline="舒城县气象台发布大风橙色预警信号"), sent=NIGHT)
    answer = ask(gale, now=NIGHT)
    assert became(answer) == ("hold", Reason.HELD_AT_NIGHT)
    assert isinstance(answer.verdict, Hold)
    until = answer.verdict.until
    assert until == datetime(2026, 7, 29, 6, 30, tzinfo=CHINA)
    assert became(ask(gale, now=until, held=answer.verdict)) == ("air", Reason.AIRED)
    short = replace(gale, infos=(replace(gale.infos[0], expires=until),))
    assert became(ask(short, now=until, held=answer.verdict)) == ("store", Reason.EXPIRED)


def test_a_held_warning_is_not_said_once_an_update_made_it_blue() -> None:
    gale = alert("A", info(event="大风", headline="舒城县气象台发布大风橙色预警信号"), sent=NIGHT)
    held = ask(gale, now=NIGHT)
    assert isinstance(held.verdict, Hold)
    milder = follower(MsgType.UPDATE, gale, info(event="大风", headline="舒城县气象台发布大风蓝色预警信号"))
    update = kept(milder, Past(gale, "county", "hold", NIGHT), now=NIGHT)
    assert update.verdict == "store"
    assert became(ask(gale, update, now=NOW + timedelta(days=1), held=held.verdict)) == (
        "store",
        Reason.SUPERSEDED,
    )


def test_a_veto_window_opens_once() -> None:
    yellow = alert("A", info(headline="舒城县气象台发布暴雨黄色预警信号"))
    answer = ask(yellow)
    assert became(answer) == ("hold", Reason.VETO_WINDOW)
    assert isinstance(answer.verdict, Hold)
    assert answer.verdict.until == NOW + timedelta(seconds=120)
    assert became(ask(yellow, now=answer.verdict.until, held=answer.verdict)) == ("air", Reason.AIRED)
