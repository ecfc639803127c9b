"""Acts: what a machine orders waits for a person in every state, what it tells is said by day, and a return
notice ends the order of its own giver alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.i18n import sentence
from gateway.intake.readers import parse
from gateway.judge import Judgement, Past, Policy
from gateway.judge.deed import apart, divided
from gateway.judge.judge import judge
from gateway.judge.rules import Rule, Rules
from gateway.model.alert import Alert, MsgType, Pair, Reference, Status
from gateway.model.deed import ACT, Deed
from gateway.model.drill import Drill
from gateway.model.judgement import Trust
from gateway.model.plan import Act, Class, ToneName
from gateway.model.reason import Reason
from gateway.model.region import Region
from gateway.model.speaker import Roster, Village
from gateway.model.verdict import Hold
from tests.support.county import SENDER, cap
from tests.support.judge_cases import DAY, MORNING, NIGHT, ROSTER, alert, area, cancel, info, kept
from tests.support.rules import RULES

ORDERS = (Deed.PREPARE, Deed.MOVE, Deed.SHELTER)
VILLAGE = "341523104201"
HERE = Roster(3, (Village(Region(VILLAGE), "河湾村"),), ROSTER.speakers)
BOTH = Policy("county", frozenset({"county", "township"}))
AT_ONCE = (
    Rule(day="at_once", night="at_once"),
    Rule(day="at_once", night="at_once", orders=frozenset({"move"})),
)


def acting(act: str, headline: str = "", **changes: Any) -> Alert:
    """A document with an act, for the whole township."""
    document = {
        key: changes.pop(key)
        for key in ("name", "sent", "msg_type", "references", "sender")
        if key in changes
    }
    parameters = (Pair(ACT, act), *changes.pop("parameters", ()))
    plain: dict[str, Any] = {
        "event": "山洪灾害",
        "description": "",
        "instruction": "",
        "sender_name": "青石镇防汛抗旱指挥部",
    }
    return alert(info(headline, parameters=parameters, **(plain | changes)), **document)


def ask(asked: Alert, *past: Past, **more: Any) -> Judgement:
    policy, roster, now = more.pop("policy", BOTH), more.pop("roster", HERE), more.pop("now", asked.sent)
    return judge(asked, policy, past, roster, now, **{"rules": RULES, **more})


def let_go(asked: Alert, *past: Past, **more: Any) -> Judgement:
    """The judgement after a person's yes."""
    held = ask(asked, *past, **more).verdict
    assert isinstance(held, Hold)
    assert held.until is None
    return ask(asked, *past, held=replace(held, approved=("王芳",)), **more)


def names(*documents: Alert) -> tuple[Reference, ...]:
    return tuple(Reference(one.sender, one.identifier, one.sent) for one in documents)


# --- orders -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ORDERS)
@pytest.mark.parametrize("level", ["", "red"])
@pytest.mark.parametrize(("now", "trusted"), list(product((DAY, NIGHT), (True, False))))
@pytest.mark.parametrize("rules", [RULES, replace(RULES, rules=AT_ONCE)])
def test_an_order_of_a_machine_waits_for_a_person_in_every_state(
    act: Deed, level: str, now: Any, trusted: bool, rules: Rules
) -> None:
    asked = acting(act.value, sent=now, parameters=(Pair("color", level),) if level else ())
    answer = ask(asked, trusted=trusted, rules=rules)
    held = answer.verdict
    assert isinstance(held, Hold)
    assert (held.why.reason, held.until, answer.plan, answer.endings) == (Reason.ORDER_WAITS, None, None, ())
    assert sentence(held.why).startswith("青石镇防汛抗旱指挥部 用机器发来“")
    relayed = ask(asked, trusted=trusted, rules=rules, policy=replace(BOTH, trust=Trust.RELAYED))
    assert relayed.verdict.why.reason is Reason.ORDER_WAITS
    # No time that passes lets it go, only a yes.
    later = ask(asked, trusted=trusted, rules=rules, now=now + timedelta(minutes=6))
    assert later.verdict.why.reason is Reason.ORDER_WAITS
    said = let_go(asked, trusted=trusted, rules=rules)
    assert said.verdict.name == "air"
    assert said.plan
    assert (said.plan.class_, said.plan.act, said.plan.start) == (Class.MOVE, Act.MOVE, now)
    assert said.plan.schedule.bursts == RULES.move(now).bursts
    assert said.plan.schedule.readings == 3
    assert said.plan.not_after is None
    assert not any(part.by_day for part in said.plan.parts)


@pytest.mark.parametrize(
    ("act", "block", "words"),
    [
        (Deed.MOVE, {}, "紧急通知。可能发生山洪，请立即转移。马上离开沟边河边，往两侧高处走，不要返回取物。"),
        (Deed.PREPARE, {}, "紧急通知。可能发生山洪，请做好转移准备。远离沟边河边，带好老人孩子。"),
        (Deed.SHELTER, {"event": "台风"}, "紧急通知。发生台风，请立即就地避险，不要外出。"),
        (Deed.SHELTER, {}, "紧急通知。发生山洪灾害，请立即就地避险，不要外出。"),
        (Deed.MOVE, {"event": ""}, "紧急通知。可能发生险情，请立即转移。"),
        (Deed.MOVE, {"areas": area(VILLAGE)}, "紧急通知。河湾村可能发生山洪，请立即转移。"),
        (
            Deed.MOVE,
            {"headline": "请河湾村村民立即转移到青石中学"},
            "紧急通知。请河湾村村民立即转移到青石中学。这里是青石镇防汛抗旱指挥部。",
        ),
        (
            Deed.MOVE,
            {"headline": "防汛指挥部命令", "instruction": "沿村东公路走。", "description": "后山开裂。"},
            "紧急通知。可能发生山洪，请立即转移。沿村东公路走。这里是青石镇防汛抗旱指挥部。防汛指挥部命令。后山开裂。",
        ),
        (
            Deed.MOVE,
            {"description": "请河湾村村民立即转移到青石中学。"},
            "紧急通知。可能发生山洪，请立即转移。请河湾村村民立即转移到青石中学。",
        ),
    ],
)
def test_an_order_is_said_with_act_and_place_first(act: Deed, block: dict[str, Any], words: str) -> None:
    plan = let_go(
        acting(act.value, block.get("headline", ""), **{k: v for k, v in block.items() if k != "headline"})
    ).plan
    assert plan
    (part,) = plan.parts
    assert part.script.text.startswith(words)
    assert part.script.tone is ToneName.RED


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (3, "紧急通知。河湾村、柳树村、上坪村可能发生山洪，请立即转移。"),
        (4, "紧急通知。可能发生山洪，请立即转移。"),
    ],
)
def test_an_order_for_many_places_names_none(number: int, words: str) -> None:
    names = ("河湾村", "柳树村", "上坪村", "石门村")[:number]
    codes = [f"34152310420{place}" for place in range(1, number + 1)]
    villages = tuple(Village(Region(code), name) for code, name in zip(codes, names, strict=True))
    places = tuple(place for code in codes for place in area(code))
    plan = let_go(acting("move", areas=places), roster=replace(HERE, villages=villages)).plan
    assert plan
    assert plan.parts[0].script.text.startswith(words)


def test_an_order_without_a_word_or_a_place_waits_and_is_not_stored() -> None:
    bare = acting("move", event="", areas=())
    first = ask(bare).verdict
    assert isinstance(first, Hold)
    assert first.why.reason is Reason.NO_AREA
    assert ask(acting("move", event="")).verdict.why.reason is Reason.ORDER_WAITS


def test_an_order_is_asked_about_once_although_the_same_signal_was_heard() -> None:
    red = alert(info("舒城县气象台发布暴雨红色预警信号"))
    past = kept(red, ask(red), "square", "slope")
    order = acting(
        "move", event="暴雨", name="B", parameters=(Pair("color", "red"),), sent=DAY + timedelta(minutes=3)
    )
    assert ask(order, past).verdict.why.reason is Reason.ORDER_WAITS
    said = let_go(order, past)
    assert said.plan
    assert set(said.plan.targets) == {"square", "slope"}
    assert said.plan.parts[0].script.text.startswith("紧急通知。")
    assert said.endings == (), "the warning goes on"


def test_a_newer_order_ends_the_one_that_it_names_and_says_again() -> None:
    first = acting("prepare")
    past = kept(first, let_go(first), "square", "slope")
    later = DAY + timedelta(minutes=20)
    newer: dict[str, Any] = {
        "name": "B",
        "sent": later,
        "msg_type": MsgType.UPDATE,
        "references": names(first),
    }
    second = acting("move", **newer)
    assert ask(second, past).endings == ()
    ended = [ending.plan for ending in let_go(second, past).endings]
    assert past.plan
    assert ended == [past.plan.id]
    partly = acting(
        "move", name="B", sent=later, msg_type=MsgType.UPDATE, references=names(first), areas=area(VILLAGE)
    )
    assert let_go(partly, past).endings == (), "elsewhere the first one stands"


def test_a_newer_order_ends_no_warning_and_no_order_of_another_giver() -> None:
    red = alert(info("舒城县气象台发布暴雨红色预警信号"), name="W")
    sounds = kept(red, ask(red), "square", "slope")
    other = acting("move", sender="township")
    stands = kept(other, let_go(other), "square", "slope")
    later: dict[str, Any] = {"name": "B", "sent": DAY + timedelta(minutes=20), "msg_type": MsgType.UPDATE}
    for first, past in ((red, sounds), (other, stands)):
        assert past.living, "it could be ended"
        assert let_go(acting("move", **later, references=names(first)), past).endings == ()


def test_a_watch_only_site_says_no_order_either() -> None:
    answer = let_go(acting("move"), policy=replace(BOTH, watch_only=True))
    assert answer.verdict.why.reason is Reason.WATCH_ONLY


# --- a warning that is an order, too ------------------------------------------------------------------------


def test_a_red_with_an_order_is_a_warning_at_once_and_an_order_that_waits() -> None:
    both = acting("move", "舒城县气象台发布暴雨红色预警信号", event="暴雨", instruction="沿村东公路走。")
    warning, order = apart(both)
    assert (warning.identifier, order.identifier) == ("A", "A.order")
    said = ask(warning)
    assert said.verdict.name == "air"
    assert said.plan
    assert (said.plan.class_, said.plan.act) == (Class.RED, Act.WARNING)
    past = kept(warning, said, "square", "slope")
    assert ask(order, past).verdict.why.reason is Reason.ORDER_WAITS
    moved = let_go(order, past)
    assert moved.plan
    assert moved.plan.class_ is Class.MOVE
    assert moved.plan.parts[0].script.text.startswith("紧急通知。可能发生暴雨，请立即转移。沿村东公路走。")
    assert moved.endings == ()
    lift = ask(cancel(warning), past, kept(order, moved, "square", "slope"))
    assert past.plan
    assert [ending.plan for ending in lift.endings] == [past.plan.id], "the order stands"
    assert lift.plan
    assert lift.plan.parts[0].script.text.endswith("已转移群众未接到返回通知不要返回。")


@pytest.mark.parametrize(
    "document",
    [
        acting("move", "河湾村立即转移", parameters=(Pair("color", "red"),)),
        acting("move", "因暴雨红色预警停课"),
        acting("notice", "舒城县气象台发布暴雨红色预警信号"),
        acting("return", "舒城县气象台发布暴雨红色预警信号"),
        acting("fly", "舒城县气象台发布暴雨红色预警信号"),
        acting("move", "舒城县气象台发布暴雨红色预警信号", msg_type=MsgType.CANCEL),
        replace(acting("move", "舒城县气象台发布暴雨红色预警信号"), status=Status.EXERCISE),
        alert(),
    ],
)
def test_what_is_one_document_stays_one(document: Alert) -> None:
    assert apart(document) == (document,)


# --- notices ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "opens"), [("notice", "青石镇防汛抗旱指挥部通知。"), ("tip", "青石镇防汛抗旱指挥部提示。")]
)
def test_a_notice_needs_no_level_and_is_said_by_day(act: str, opens: str) -> None:
    told = acting(act, "今晚检修水管", event="", description="今晚八点到十点停水。")
    answer = ask(told)
    assert answer.verdict.name == "air"
    assert answer.plan
    assert (answer.plan.class_, answer.plan.act) == (Class.NOTICE, Act.NOTICE)
    assert answer.plan.schedule.bursts == (0.0,)
    (part,) = answer.plan.parts
    assert part.script.text == f"{opens}今晚检修水管。今晚八点到十点停水。"
    assert (part.script.tone, part.by_day) == (ToneName.CHIME, True)
    night = ask(replace(told, sent=NIGHT))
    assert isinstance(night.verdict, Hold)
    assert (night.verdict.why.reason, night.verdict.until) == (Reason.TOLD_BY_DAY, MORNING)
    assert ask(replace(told, sent=NIGHT), now=MORNING, held=night.verdict).verdict.name == "air"
    early = replace(night.verdict, approved=("王芳",))
    assert ask(replace(told, sent=NIGHT), held=early).verdict.why.reason is Reason.TOLD_BY_DAY
    noon = ask(replace(told, sent=DAY.replace(hour=13)))
    assert noon.verdict.why.reason is Reason.TOLD_BY_DAY
    nobody_knows = ask(told, trusted=False)
    assert nobody_knows.verdict.why.reason is Reason.CLOCK_UNTRUSTED
    relayed = ask(told, policy=replace(BOTH, trust=Trust.RELAYED))
    assert relayed.verdict.name == "store"


def test_a_notice_under_a_title_that_issues_a_signal_is_that_warning() -> None:
    answer = ask(acting("notice", "舒城县气象台发布暴雨红色预警信号", event="暴雨"))
    assert answer.verdict.name == "air"
    assert answer.plan
    assert (answer.plan.class_, answer.plan.act) == (Class.RED, Act.WARNING)
    flags = getattr(answer.verdict, "flags", ())
    assert [flag.reason for flag in flags] == [Reason.NOTICE_WARNS]


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        ({"description": "请河湾村村民立即转移到青石中学。"}, Reason.NOTICE_ORDERS),
        ({"instruction": "请大家就地避险。"}, Reason.NOTICE_ORDERS),
        ({"description": "转移群众可以返回了。"}, Reason.NOTICE_ORDERS),
        ({"parameters": (Pair("color", "red"),)}, Reason.NOTICE_GRAVE),
        ({"parameters": (Pair("color", "orange"),)}, Reason.NOTICE_GRAVE),
    ],
)
def test_a_notice_that_is_more_than_one_waits_for_a_person(block: dict[str, Any], reason: Reason) -> None:
    told = acting("notice", "通知", **block)
    assert ask(told).verdict.why.reason is reason
    said = let_go(told)
    assert said.plan
    assert (said.plan.class_, said.plan.act) == (Class.NOTICE, Act.NOTICE)


def test_a_notice_that_quotes_a_signal_is_a_notice() -> None:
    answer = ask(acting("notice", "因暴雨红色预警停课", event=""))
    assert answer.verdict.name == "air"
    assert answer.plan
    assert answer.plan.class_ is Class.NOTICE


def test_a_cancel_of_a_notice_ends_it_and_asks_about_no_warning() -> None:
    red = alert(
        info("青石镇防汛抗旱指挥部发布山洪灾害红色预警信号", sender_name="青石镇防汛抗旱指挥部"), name="R"
    )
    told = acting("notice", "今晚停水", event="")
    past = kept(told, ask(told), "square")
    answer = ask(cancel(told), kept(red, ask(red), "square"), past)
    assert answer.verdict.name == "stop"
    assert past.plan
    assert [ending.plan for ending in answer.endings] == [past.plan.id]
    assert answer.plan is None, "nothing was lifted"


# --- what is no act of ours ---------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["fly", "转移", "1", "{}", "move return", "通知转移"])
@pytest.mark.parametrize("headline", ["", "舒城县气象台发布暴雨红色预警信号"])
def test_an_unknown_act_is_quarantined_by_name_and_never_said(act: str, headline: str) -> None:
    answer = ask(acting(act, headline))
    assert (answer.verdict.name, answer.verdict.why.reason) == ("quarantine", Reason.ACT_UNKNOWN)
    assert answer.plan is None
    assert act in sentence(answer.verdict.why)
    assert any(step.rule == "admit.act" and act in step.saw for step in answer.trace)


@pytest.mark.parametrize("act", ["warning", "Alert", "预警", "预警信号"])
def test_a_word_that_says_warning_is_no_act(act: str) -> None:
    answer = ask(acting(act, "舒城县气象台发布暴雨红色预警信号"))
    assert (answer.verdict.name, answer.verdict.why.reason) == ("air", Reason.AIRED)
    assert answer.plan
    assert (answer.plan.act, answer.plan.class_) == (Act.WARNING, Class.RED)


@pytest.mark.parametrize("act", ["move", "prepare", "shelter", "notice", "tip"])
def test_an_act_that_contradicts_the_type_is_quarantined_by_name(act: str) -> None:
    answer = ask(acting(act, "停", msg_type=MsgType.CANCEL))
    assert (answer.verdict.name, answer.verdict.why.reason) == ("quarantine", Reason.ACT_CONTRADICTS)
    assert "Cancel" in sentence(answer.verdict.why)
    over = acting(act, response_types=("AllClear",))
    assert ask(over).verdict.why.reason is Reason.ACT_CONTRADICTS


def test_blocks_of_different_acts_are_quarantined() -> None:
    one = acting("move")
    for other in ("prepare", ""):
        second = replace(one.infos[0], parameters=(Pair(ACT, other),))
        answer = ask(replace(one, infos=(one.infos[0], second)))
        assert answer.verdict.why.reason is Reason.ACTS_DIFFER


@pytest.mark.parametrize("status", [Status.EXERCISE, Status.TEST, Status.DRAFT])
@pytest.mark.parametrize("act", list(Deed))
def test_a_drill_or_a_test_of_an_act_is_stored(status: Status, act: Deed) -> None:
    assert ask(replace(acting(act.value), status=status)).verdict.name == "store"


# --- return notices -----------------------------------------------------------------------------------------

ORDER = acting("move")
AIRED = kept(ORDER, let_go(ORDER), "square", "slope")
LATER = DAY + timedelta(hours=3)


def back(**changes: Any) -> Alert:
    plain: dict[str, Any] = {"name": "R", "sent": LATER, "areas": ()}
    return acting("return", **(plain | changes))


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("over", [True, False])
@pytest.mark.parametrize("trusted", [True, False])
def test_a_return_notice_of_a_machine_waits_and_a_yes_ends_the_order_and_says_so(
    named: bool, over: bool, trusted: bool
) -> None:
    past = replace(AIRED, live=not over)
    asked = back(references=names(ORDER) if named else ())
    held = ask(asked, past, trusted=trusted)
    assert isinstance(held.verdict, Hold)
    assert (held.verdict.why.reason, held.verdict.until, held.endings) == (Reason.RETURN_WAITS, None, ())
    assert "误发" in sentence(held.verdict.why)
    assert any(step.rule == "act.words" and "可以返回了" in step.saw for step in held.trace)
    answer = let_go(asked, past, trusted=trusted)
    assert (answer.verdict.name, answer.verdict.why.reason) == ("stop", Reason.RETURNED)
    assert past.plan
    assert [ending.plan for ending in answer.endings] == ([] if over else [past.plan.id])
    assert answer.plan
    assert (answer.plan.act, answer.plan.class_) == (Act.RETURN, Class.NOTICE)
    assert set(answer.plan.targets) == {"square", "slope"}
    (part,) = answer.plan.parts
    assert part.script.tone is ToneName.LIFT
    assert part.script.text.startswith("青石镇防汛抗旱指挥部通知：因山洪转移的群众可以返回了。")


def test_the_sender_s_own_words_of_return_are_said() -> None:
    asked = back(headline="河湾村转移群众可以返回了", description="进屋前先看房屋和后山。")
    plan = let_go(asked, AIRED).plan
    assert plan
    said = "返回通知。青石镇防汛抗旱指挥部通知：河湾村转移群众可以返回了。进屋前先看房屋和后山。"
    assert plan.parts[0].script.text == said


@pytest.mark.parametrize(
    ("headline", "description", "said"),
    [
        ("", "隐患已排除，群众可以返回。", "青石镇防汛抗旱指挥部通知：隐患已排除，群众可以返回。"),
        ("青石镇防汛抗旱指挥部：群众可以返回", "请慢行。", "青石镇防汛抗旱指挥部：群众可以返回。请慢行。"),
    ],
)
def test_a_return_notice_says_who_gives_it_and_no_hazard_by_itself(
    headline: str, description: str, said: str
) -> None:
    asked = back(event="山洪", headline=headline, description=description)
    plan = let_go(asked, AIRED).plan
    assert plan
    assert plan.parts[0].script.text == "返回通知。" + said


def test_a_return_notice_at_night_ends_the_order_and_is_said_in_the_morning() -> None:
    answer = let_go(back(sent=NIGHT), AIRED)
    assert answer.endings
    assert answer.plan
    assert answer.plan.start == MORNING


@pytest.mark.parametrize(
    ("asked", "past"),
    [
        (back(sender="township"), AIRED),
        (back(sender="township", references=names(ORDER)), AIRED),
        (back(areas=area(VILLAGE)), AIRED),
        (back(references=(Reference("", "nothing", None),)), AIRED),
        (back(), replace(AIRED, source="second")),
        (back(), replace(AIRED, live=False, sounded=frozenset())),
    ],
)
def test_a_return_notice_ends_no_order_of_another_giver_or_road_and_no_part_of_one(
    asked: Alert, past: Past
) -> None:
    if past.source == "second":
        past = replace(past, trust=Trust.OFFICIAL, alert=replace(past.alert, sender="township"))
    answer = ask(asked, past)
    assert (answer.verdict.name, answer.verdict.why.reason) == ("store", Reason.NO_ORDER_STANDS)
    assert not answer.endings
    assert answer.plan is None


def test_a_return_notice_without_an_order_is_refused_by_name_and_a_second_one_too() -> None:
    assert ask(back()).verdict.why.reason is Reason.NO_ORDER_STANDS
    first = back()
    done = kept(first, let_go(first, AIRED))
    again = back(name="R2", sent=LATER + timedelta(hours=1))
    assert ask(again, AIRED, done).verdict.why.reason is Reason.NO_ORDER_STANDS


def test_a_return_notice_ends_an_order_that_waits_for_its_yes() -> None:
    waits = kept(ORDER, ask(ORDER))
    first = back(references=names(ORDER))
    answer = let_go(first, waits)
    assert answer.plan is None, "nothing was heard"
    held = ask(ORDER).verdict
    assert isinstance(held, Hold)
    late = ask(ORDER, kept(first, answer), held=replace(held, approved=("王芳",)), came=DAY)
    assert late.verdict.why.reason is Reason.ALREADY_CANCELLED


def test_no_lift_ends_an_order_and_a_return_notice_after_it_does() -> None:
    lift = cancel(ORDER)
    answer = ask(lift, AIRED)
    assert (answer.verdict.name, answer.verdict.why.reason) == ("store", Reason.ORDER_STANDS)
    assert not answer.endings
    assert let_go(back(), AIRED, kept(lift, answer)).endings


# --- corrections --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [MsgType.ALERT, MsgType.UPDATE, MsgType.CANCEL])
@pytest.mark.parametrize("now", [DAY + timedelta(minutes=5), NIGHT])
def test_a_correction_is_said_at_once_wherever_the_error_sounded(kind: MsgType, now: Any) -> None:
    red = alert(info("舒城县气象台发布暴雨红色预警信号"))
    past = kept(red, ask(red), "square")
    asked = acting("correction", name="C", sent=now, msg_type=kind, references=names(red))
    for trusted in (True, False):
        answer = ask(asked, past, trusted=trusted)
        assert (answer.verdict.name, answer.verdict.why.reason) == ("stop", Reason.CORRECTED)
        assert past.plan
        assert [ending.plan for ending in answer.endings] == [past.plan.id]
        assert answer.plan
        assert (answer.plan.act, answer.plan.targets, answer.plan.start) == (Act.CORRECTION, ("square",), now)


def test_a_correction_of_a_notice_says_so() -> None:
    told = acting("notice", "今晚停水", event="")
    past = kept(told, ask(told), "square")
    answer = ask(acting("correction", name="C", sent=LATER, references=names(told)), past)
    assert answer.plan
    assert (
        answer.plan.parts[0].script.text
        == "更正通知，更正通知。刚才播发的内容是误发，请勿惊慌。请以后续通知为准。"
    )


def test_a_correction_without_a_reference_waits_and_ends_nothing() -> None:
    red = alert(info("舒城县气象台发布暴雨红色预警信号"))
    past = kept(red, ask(red), "square")
    asked = acting("correction", name="C", sent=LATER)
    answer = ask(asked, past)
    assert isinstance(answer.verdict, Hold)
    assert (answer.verdict.why.reason, answer.endings) == (Reason.CORRECTS_NOTHING, ())
    assert "references" in sentence(answer.verdict.why)
    assert not let_go(asked, past).endings


@pytest.mark.parametrize("by_words", [True, False])
def test_a_correction_of_an_order_waits_for_a_person_and_ends_it(by_words: bool) -> None:
    asked = (
        cancel(ORDER, "误发")
        if by_words
        else acting("correction", name="C", sent=LATER, references=names(ORDER))
    )
    held = ask(asked, AIRED)
    assert (held.verdict.why.reason, held.endings) == (Reason.CORRECTION_WAITS, ())
    answer = let_go(asked, AIRED)
    assert AIRED.plan
    assert [ending.plan for ending in answer.endings] == [AIRED.plan.id]
    assert answer.plan
    assert "刚才播发的转移命令是误发" in answer.plan.parts[0].script.text
    stranger = replace(asked, sender="township")
    assert not ask(stranger, AIRED).endings
    assert ask(stranger, AIRED).verdict.why.reason is Reason.ORDER_STANDS


# --- whatever a document says -------------------------------------------------------------------------------

WORDS = (
    "",
    "舒城县气象台发布暴雨红色预警信号",
    "河湾村立即转移",
    "转移群众可以返回了",
    "解除暴雨红色预警信号",
    "通知",
)


@settings(max_examples=150, deadline=None)
@given(
    act=st.sampled_from([*Deed, "立即转移", "MOVE", "返回通知", "fly", "转移", ""]),
    headline=st.sampled_from(WORDS),
    description=st.sampled_from(WORDS),
    colour=st.sampled_from(["", "red", "yellow"]),
    msg_type=st.sampled_from([MsgType.ALERT, MsgType.UPDATE, MsgType.CANCEL]),
    named=st.booleans(),
    past=st.sampled_from([(), (AIRED,), (replace(AIRED, live=False),)]),
    state=st.sampled_from([(DAY, True), (NIGHT, True), (DAY, False)]),
    trust=st.sampled_from(Trust),
    rules=st.sampled_from([RULES, replace(RULES, rules=AT_ONCE)]),
)
def test_nothing_that_a_machine_writes_moves_anybody_or_lets_anybody_return_unasked(
    act: str,
    headline: str,
    description: str,
    colour: str,
    msg_type: MsgType,
    named: bool,
    past: tuple[Past, ...],
    state: tuple[datetime, bool],
    trust: Trust,
    rules: Rules,
) -> None:
    parameters = (Pair("color", colour),) if colour else ()
    references = names(ORDER) if named else ()
    now, trusted = state
    whole = acting(
        act,
        headline,
        description=description,
        parameters=parameters,
        msg_type=msg_type,
        references=references,
        name="N",
        sent=now + timedelta(hours=1),
    )
    for asked in apart(whole):
        answer = ask(asked, *past, trusted=trusted, rules=rules, policy=replace(BOTH, trust=trust))
        moved = {one.plan.id for one in past if one.plan}
        assert not moved & {ending.plan for ending in answer.endings}, "no order ends unasked"
        if answer.plan:
            assert answer.plan.act not in (Act.MOVE, Act.RETURN)
            assert answer.plan.class_ is not Class.MOVE
        if asked is whole and act in ("fly", "转移"):
            assert answer.verdict.name == "quarantine"


def test_an_exercise_of_an_order_is_said_in_the_words_of_a_drill() -> None:
    exercise = replace(acting("move", "河湾村立即转移"), status=Status.EXERCISE)
    drill = Drill("county", ("青石镇",), ("square",), DAY, DAY + timedelta(hours=1), "李四")
    plan = ask(exercise, drills=[drill]).plan
    assert plan
    assert (plan.act, plan.class_, plan.targets) == (Act.DRILL, Class.TEST, ("square",))
    assert plan.parts[0].script.text.startswith("演练，演练")


def test_cap_carries_an_act_as_a_parameter() -> None:
    act = b"<parameter><valueName>tongluo:act</valueName><value>move</value></parameter><area>"
    warning, order = divided(parse(cap("A1", DAY).replace(b"<area>", act)))
    policy = replace(BOTH, senders=frozenset({SENDER}))
    assert ask(warning, policy=policy).verdict.name == "air"
    assert ask(order, policy=policy).verdict.why.reason is Reason.ORDER_WAITS


@pytest.mark.parametrize("words", [("notice", "move"), ("move", "notice"), ("none", "move")])
def test_another_word_beside_an_order_makes_it_none(words: tuple[str, str]) -> None:
    both = acting(words[0], parameters=(Pair(ACT, words[1]),))
    assert ask(both).verdict.why.reason is Reason.ORDER_WAITS


@pytest.mark.parametrize(
    ("headline", "description", "taken_back"),
    [
        ("舒城县气象台发布暴雨红色预警信号", "预计未来3小时降雨量将达150毫米以上。", False),
        ("更正：舒城县气象台继续发布暴雨橙色预警信号", "", False),
        ("舒城县气象台发布暴雨红色预警信号", "刚才的预警为误发。", True),
        ("更正暴雨红色预警信号", "", True),
        ("", "", True),
    ],
)
def test_a_correction_that_issues_a_signal_takes_none_back(
    headline: str, description: str, taken_back: bool
) -> None:
    red = alert()
    past = kept(red, ask(red), "square")
    asked = acting(
        "correction", headline, name="C", sent=LATER, description=description, references=names(red)
    )
    answer = ask(asked, past)
    reason = Reason.CORRECTED if taken_back else Reason.CORRECTION_WARNS
    assert (answer.verdict.why.reason, bool(answer.endings)) == (reason, taken_back)


def test_a_return_notice_that_issues_a_signal_is_looked_at_by_a_person() -> None:
    asked = acting("return", "舒城县气象台发布暴雨红色预警信号")
    assert ask(asked).verdict.why.reason is Reason.ACT_CONTRADICTS
    assert ask(asked, AIRED).verdict.why.reason is Reason.ACT_CONTRADICTS


BOTH_AT_ONCE = acting("move", "舒城县气象台发布暴雨红色预警信号", event="暴雨")
"""A warning and an order under one name, which is all that its sender knows."""


def _given() -> tuple[Past, Past]:
    warning, order = apart(BOTH_AT_ONCE)
    said = kept(warning, ask(warning), "square", "slope")
    return said, kept(order, let_go(order, said), "square", "slope")


def test_a_return_notice_that_names_a_warning_and_order_ends_the_order() -> None:
    said, given = _given()
    answer = let_go(acting("return", name="R", sent=LATER, references=names(BOTH_AT_ONCE)), said, given)
    assert given.plan
    assert [ending.plan for ending in answer.endings] == [given.plan.id]
    other = acting("return", name="R", sent=LATER, sender="township", references=names(BOTH_AT_ONCE))
    assert ask(other, said, given).verdict.why.reason is Reason.NO_ORDER_STANDS


def test_a_correction_that_names_a_warning_and_order_takes_back_both_after_a_yes() -> None:
    said, given = _given()
    asked = acting("correction", name="C", sent=LATER, references=names(BOTH_AT_ONCE))
    assert ask(asked, said, given).verdict.why.reason is Reason.CORRECTION_WAITS
    assert said.plan
    assert given.plan
    ended = {ending.plan for ending in let_go(asked, said, given).endings}
    assert ended == {said.plan.id, given.plan.id}


def test_an_order_that_updates_a_warning_and_order_takes_the_place_of_the_order() -> None:
    said, given = _given()
    alone = acting("move", name="B", sent=LATER, msg_type=MsgType.UPDATE, references=names(BOTH_AT_ONCE))
    answer = let_go(alone, said, given)
    assert given.plan
    assert given.plan.id in {ending.plan for ending in answer.endings}
