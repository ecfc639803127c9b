"""Drills: an exercise sounds inside one and nowhere else, a real warning is never taken for a part of one.

Covers gateway/judge/exercise.py too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from gateway.judge import Past
from gateway.judge.drill import LONGEST, NOTICE, notice
from gateway.judge.rules import DEFAULTS, Rules
from gateway.model.alert import MsgType, Reference, Signature, Status
from gateway.model.drill import Drill
from gateway.model.plan import Act, Class, Plan, ToneName
from gateway.model.reason import Reason
from gateway.model.refused import Refused
from tests.support.judge_cases import (
    DAY,
    MORNING,
    NIGHT,
    POLICY,
    ROSTER,
    SQUARE,
    alert,
    area,
    ask,
    cancel,
    info,
    kept,
)
from tests.support.rules import RULES, judge, may_sound

HOUR = timedelta(hours=1)
HERE = Drill("county", ("坡脚",), ("slope",), DAY - HOUR, DAY + HOUR, "王芳", 1)
TO_COME = replace(HERE, start=DAY + HOUR, end=DAY + 2 * HOUR)
EXERCISE = alert(info("舒城县气象台发布暴雨红色预警信号（演练）"), status=Status.EXERCISE)


def said(answer: Any, speaker: str) -> str:
    text: str = next(part.script.text for part in answer.plan.parts if speaker in part.targets)
    return text


@pytest.mark.parametrize(
    "drills",
    [(), (replace(HERE, source="other"),)],
    ids=["no drill", "somebody else's"],
)
def test_an_exercise_outside_a_drill_of_its_source_is_only_stored(drills: tuple[Drill, ...]) -> None:
    answer = ask(EXERCISE, drills=drills)
    assert (answer.verdict.name, answer.verdict.why.reason) == ("store", Reason.NOT_ACTUAL)


def test_inside_it_sounds_once_there_alone_between_the_words_of_a_drill() -> None:
    answer = ask(EXERCISE, drills=(HERE,))
    plan = answer.plan
    assert plan
    assert (plan.act, plan.class_, plan.targets) == (Act.DRILL, Class.TEST, ("slope",))
    assert plan.schedule.bursts == (0.0,)
    assert plan.not_after == HERE.end
    (part,) = plan.parts
    assert part.script.sentences[0] == "演练，演练，以下是预警广播演练。"
    assert part.script.sentences[-1] == "演练完毕，以上内容是演练。"
    assert "暴雨红色预警信号" in part.script.text
    assert (part.script.tone, part.script.clip, part.script.recording) == (ToneName.DRILL, "drill", "")
    assert next(step for step in answer.trace if step.rule == "exercise").speakers == ("slope",)


def test_an_exercise_for_places_outside_the_drill_is_stored() -> None:
    elsewhere = alert(info(areas=area(SQUARE.region.code)), status=Status.EXERCISE)
    assert ask(elsewhere, drills=(HERE,)).verdict.why.reason is Reason.OUTSIDE_DRILL


def test_one_that_names_no_place_means_the_drill() -> None:
    plan = ask(alert(info(areas=()), status=Status.EXERCISE), drills=(HERE,)).plan
    assert plan
    assert plan.targets == ("slope",)


def test_a_test_never_sounds_not_even_in_a_drill() -> None:
    assert ask(alert(status=Status.TEST), drills=(HERE,)).verdict.why.reason is Reason.NOT_ACTUAL


def test_a_stranger_and_a_broken_seal_are_no_better_in_a_drill() -> None:
    stranger = replace(EXERCISE, sender="stranger")
    assert ask(stranger, drills=(HERE,)).verdict.why.reason is Reason.SENDER_NOT_ALLOWED
    forged = replace(EXERCISE, signature=Signature.WRONG)
    assert ask(forged, drills=(HERE,)).verdict.why.reason is Reason.SIGNATURE_WRONG


def test_at_night_no_exercise_sounds_whatever_the_rules_say() -> None:
    tonight = replace(HERE, start=NIGHT - HOUR, end=NIGHT + HOUR)
    assert ask(replace(EXERCISE, sent=NIGHT), drills=(tonight,)).verdict.why.reason is Reason.STORED_BY_RULE
    bold = Rules.parse(
        DEFAULTS.replace(
            'drill = true\nday = "at_once"\nnight = "store"',
            'drill = true\nday = "at_once"\nnight = "at_once"',
        )
    )
    plan = ask(replace(EXERCISE, sent=NIGHT), drills=(tonight,), rules=bold).plan
    assert plan
    assert may_sound(plan, "slope", NIGHT, 0.0, rules=bold)
    assert may_sound(plan, "slope", DAY, 0.0, rules=bold) is None


def test_a_rule_can_make_exercises_wait_for_a_person_and_without_a_rule_they_do() -> None:
    careful = Rules.parse(DEFAULTS.replace('drill = true\nday = "at_once"', 'drill = true\nday = "one"'))
    none = replace(careful, rules=tuple(rule for rule in careful.rules if not rule.drill))
    for rules in (careful, none):
        held = ask(EXERCISE, drills=(HERE,), rules=rules).verdict
        assert held.why.reason is Reason.ONE_PERSON
        approved = replace(held, approved=("王芳",))  # type: ignore[arg-type]
        assert ask(EXERCISE, drills=(HERE,), rules=rules, held=approved).verdict.name == "air"


def test_the_rules_of_warnings_are_not_asked_for_an_exercise_nor_the_other_way_round() -> None:
    blue = alert(info("舒城县气象台发布寒潮蓝色预警信号"), status=Status.EXERCISE)
    assert ask(blue, drills=(HERE,)).verdict.name == "air"
    assert ask(replace(blue, status=Status.ACTUAL), drills=(HERE,)).verdict.name == "store"


def test_its_end_silences_it_without_a_word() -> None:
    aired = kept(EXERCISE, ask(EXERCISE, drills=(HERE,)), "slope")
    end = replace(cancel(EXERCISE), status=Status.EXERCISE)
    answer = ask(end, aired, drills=(HERE,))
    assert answer.plan is None
    assert aired.plan
    assert [one.plan for one in answer.endings] == [aired.plan.id]
    again = kept(end, answer)
    late = ask(EXERCISE, again, drills=(HERE,))
    assert late.verdict.why.reason is Reason.ALREADY_CANCELLED


def test_no_exercise_ends_or_replaces_what_is_real_and_nothing_real_is_taken_for_known_by_one() -> None:
    real = alert()
    aired = kept(real, ask(real), "square", "slope")
    end = replace(cancel(real), status=Status.EXERCISE)
    update = replace(
        EXERCISE,
        identifier="U",
        sent=DAY + timedelta(minutes=1),
        msg_type=MsgType.UPDATE,
        references=(Reference(real.sender, real.identifier, real.sent),),
    )
    for one in (end, update):
        assert ask(one, aired, drills=(HERE,)).endings == ()
    rehearsed = kept(EXERCISE, ask(EXERCISE, drills=(HERE,)), "slope")
    same = alert(EXERCISE.infos[0], "B", sent=DAY + timedelta(minutes=5))
    same = replace(same, infos=(replace(same.infos[0], headline="舒城县气象台发布暴雨红色预警信号"),))
    assert ask(same, rehearsed).verdict.name == "air"


def test_an_exercise_under_the_national_identifier_of_a_real_warning_mutes_nothing() -> None:
    name = "34152341600000_20260728090000"
    drilled = replace(EXERCISE, identifier=name, sender="other")
    policy = replace(POLICY, source="other", senders=frozenset({"other"}))
    here = replace(HERE, source="other")
    answer = judge(drilled, policy, (), ROSTER, DAY, drills=(here,))
    assert answer.plan
    heard = Past(drilled, "other", "air", DAY, answer.plan, True, frozenset({"slope"}))
    real = ask(alert(name=name, sent=DAY + timedelta(minutes=1)), heard)
    assert real.plan
    assert set(real.plan.targets) == {"slope", "square"}
    assert real.endings == ()


def test_a_real_red_in_an_open_drill_says_first_that_the_drill_is_over() -> None:
    answer = ask(alert(), drills=(HERE,))
    assert said(answer, "slope").startswith("演练停止，以下是真实预警。预警广播")
    assert said(answer, "square").startswith("预警广播")
    assert [part.script.tone for part in answer.plan.parts] == [ToneName.RED] * 2  # type: ignore[union-attr]


def test_a_lesser_warning_says_that_it_is_none() -> None:
    yellow = alert(info("舒城县气象台发布山洪灾害气象橙色预警信号"))
    assert said(ask(yellow, drills=(HERE,)), "slope").startswith("以下不是演练，是真实预警。")


def announce(drill: Drill, now: datetime, others: Sequence[Drill] = ()) -> Plan:
    return notice(drill, now, others, RULES, 1)


# --- opening one --------------------------------------------------------------------------------------------


def test_a_drill_is_announced_at_once_and_again_shortly_before() -> None:
    plan = announce(TO_COME, DAY)
    assert (plan.act, plan.class_, plan.targets) == (Act.NOTICE, Class.NOTICE, ("slope",))
    assert plan.schedule.bursts == (0.0, (HOUR - NOTICE).total_seconds())
    assert plan.not_after == TO_COME.start
    assert plan.parts[0].script.sentences[0] == "通知，7月28日10时到11时，坡脚进行预警广播演练。"
    soon = replace(TO_COME, start=DAY + NOTICE, places=("341523104202",))
    assert announce(soon, DAY).schedule.bursts == (0.0,)
    assert "本地进行" in announce(soon, DAY).parts[0].script.text


@pytest.mark.parametrize(
    ("start", "end", "now", "reason"),
    [
        (DAY + NOTICE / 2, DAY + HOUR, DAY, Reason.DRILL_TOO_SOON),
        (DAY + HOUR, DAY + HOUR, DAY, Reason.DRILL_LENGTH),
        (DAY + HOUR, DAY + HOUR + LONGEST + timedelta(minutes=1), DAY, Reason.DRILL_LENGTH),
        (NIGHT - 2 * HOUR, NIGHT, DAY, Reason.DRILL_IN_QUIET_HOURS),
        (MORNING + HOUR, MORNING + 2 * HOUR, NIGHT, Reason.DRILL_IN_QUIET_HOURS),
    ],
)
def test_a_drill_that_nobody_can_prepare_for_is_refused(
    start: datetime, end: datetime, now: datetime, reason: Reason
) -> None:
    with pytest.raises(Refused) as refused:
        announce(replace(TO_COME, start=start, end=end), now)
    assert refused.value.why.reason is reason


def test_two_drills_at_one_place_at_one_time_are_refused() -> None:
    other = replace(TO_COME, source="other", number=2, start=DAY + HOUR / 2)
    with pytest.raises(Refused) as refused:
        announce(TO_COME, DAY, [other])
    assert refused.value.why.reason is Reason.DRILL_THERE
    announce(TO_COME, DAY, [replace(other, speakers=("square",))])
    announce(TO_COME, DAY, [replace(other, end=TO_COME.start)])
