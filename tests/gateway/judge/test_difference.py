"""An Update by difference: newly meant, still meant, no longer meant; a siren only on a material change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.judge import Past
from gateway.judge.difference import material
from gateway.model.alert import Alert, Info, MsgType, Pair, Reference
from gateway.model.judgement import Wait
from gateway.model.plan import Class, ToneName
from gateway.model.reason import Reason
from tests.support.judge_cases import DAY, NIGHT, ROSTER, TOWN, alert, area, ask, info, kept
from tests.support.rules import may_sound

RED = alert()
SQUARE, SLOPE = "341523104201", "341523104202"


def update(one: Info, of: Alert = RED, name: str = "U", minutes: int = 5) -> Alert:
    reference = Reference(of.sender, of.identifier, of.sent)
    return alert(
        one, name, of.sent + timedelta(minutes=minutes), msg_type=MsgType.UPDATE, references=(reference,)
    )


def heard(*speakers: str, of: Alert = RED, live: bool = True) -> Past:
    return kept(of, ask(of), *speakers, live=live)


def tones(answer: object) -> dict[str, ToneName]:
    plan = answer.plan  # type: ignore[attr-defined]
    return {name: part.script.tone for part in plan.parts for name in part.targets}


def test_each_speaker_hears_what_is_new_to_it() -> None:
    smaller = update(info(areas=area(SLOPE), description="雨势减弱。"))
    answer = ask(smaller, heard("square", "slope"))
    assert (answer.verdict.why.reason, [one.why.reason for one in answer.endings]) == (
        Reason.UPDATED,
        [Reason.REPLACED],
    )
    assert tones(answer) == {"slope": ToneName.CHIME, "square": ToneName.LIFT}
    assert answer.plan
    left = next(part for part in answer.plan.parts if "square" in part.targets)
    assert left.once
    assert "舒城县气象台暴雨红色预警信号不再涉及本地。" in left.script.sentences
    assert answer.plan.rounds == {"slope": 3, "square": 1}


def test_whom_it_is_new_to_hears_the_whole_with_the_siren() -> None:
    narrow = alert(info(areas=area(SLOPE)))
    wider = update(info(areas=area(TOWN)), of=narrow)
    assert tones(ask(wider, heard("slope", of=narrow))) == {"square": ToneName.RED, "slope": ToneName.CHIME}


MATERIAL = {
    "a worse level": info("舒城县气象台发布暴雨橙色预警信号"),
    "an earlier onset": info(onset=DAY + timedelta(hours=3)),
    "another instruction": info(instruction="请向高处转移。"),
    "another hazard": info("舒城县气象台发布山洪灾害红色预警信号"),
    "more rain": info(description="预计未来3小时降雨量将达200毫米以上。"),
    "an order in the description": info(description="请沿河群众立即转移。"),
}
THE_SAME = {
    "other words": info(description="雨还在下。"),
    "less rain": info(description="预计未来3小时降雨量将达50毫米以上。"),
    "a lower level for longer": info(
        "舒城县气象台发布暴雨蓝色预警信号", description="预计未来12小时仍有小雨。"
    ),
    "a later onset": info(onset=DAY + timedelta(hours=5)),
    "no instruction any more": info(instruction=""),
    "a minor change by its own word": info(
        instruction="另有说法。", parameters=(Pair("profile:CAP-CP:0.4:MinorChange", "text"),)
    ),
}
BEFORE = info(onset=DAY + timedelta(hours=4))


def test_what_is_material() -> None:
    assert not material(info("舒城县气象台发布暴雨红色预警信号"), MATERIAL["a worse level"])
    assert material(MATERIAL["a worse level"], info())
    for name in MATERIAL.keys() - {"a worse level"}:
        assert material(BEFORE, MATERIAL[name]), name
    for name, now in THE_SAME.items():
        assert not material(BEFORE, now), name


def test_who_heard_the_former_in_part_hears_the_update_whole() -> None:
    cut = replace(heard("square", "slope"), partly=frozenset({"slope"}))
    answer = ask(update(info(description="雨还在下。")), cut)
    assert tones(answer) == {"square": ToneName.CHIME, "slope": ToneName.RED}
    blue = ask(update(info("舒城县气象台发布暴雨蓝色预警信号")), cut)
    assert tones(blue) == {"square": ToneName.CHIME, "slope": ToneName.CHIME}


def test_where_nothing_of_the_former_sounds_any_more_a_calm_update_is_said_once_and_by_day() -> None:
    at_night = replace(RED, sent=NIGHT)
    answer = ask(
        update(info(description="雨还在下。"), of=at_night), heard("square", "slope", of=at_night, live=False)
    )
    assert answer.plan
    assert all(part.once and part.by_day for part in answer.plan.parts)
    assert isinstance(may_sound(answer.plan, "square", NIGHT + timedelta(minutes=5), 0.0), Wait)


def test_where_the_former_still_sounds_the_update_goes_on_at_night() -> None:
    at_night = replace(RED, sent=NIGHT)
    answer = ask(update(info(description="雨还在下。"), of=at_night), heard("square", "slope", of=at_night))
    assert answer.plan
    assert not any(part.once or part.by_day for part in answer.plan.parts)


def test_a_downgrade_to_what_is_only_listed_is_told_where_the_graver_one_was_heard_and_nowhere_else() -> None:
    narrow = alert(info(areas=area(SLOPE)))
    blue = update(info("舒城县气象台发布暴雨蓝色预警信号"), of=narrow)
    answer = ask(blue, heard("slope", of=narrow))
    assert answer.plan
    assert answer.plan.targets == ("slope",)
    assert answer.plan.class_ is Class.BLUE


def test_an_update_that_means_nobody_of_ours_any_more_says_so() -> None:
    away = update(info(areas=area("341599000000")))
    answer = ask(away, heard("square"))
    assert answer.plan
    assert answer.plan.targets == ("square",)
    assert answer.verdict.why.reason is Reason.UPDATED


def test_one_block_ends_while_another_goes_on() -> None:
    over = info(areas=area(SQUARE), response_types=("AllClear",))
    both = replace(
        update(info(areas=area(SLOPE))), infos=(over, info(areas=area(SLOPE), description="还在下。"))
    )
    answer = ask(both, heard("square", "slope"))
    assert answer.plan
    words = {name: part.script.text for part in answer.plan.parts for name in part.targets}
    assert "解除暴雨红色预警信号" in words["square"]
    assert "还在下" in words["slope"]


def test_a_still_active_block_is_said_rather_than_a_false_all_clear() -> None:
    over = info(response_types=("AllClear",))
    both = replace(update(info()), infos=(over, info(description="还在下。")))
    answer = ask(both, heard("square", "slope"))
    assert answer.plan
    assert all("还在下" in part.script.text for part in answer.plan.parts)


@pytest.mark.parametrize("sounded", [(), ("square",)])
def test_a_warning_that_never_sounded_needs_no_difference(sounded: tuple[str, ...]) -> None:
    answer = ask(update(info(areas=area(SLOPE))), heard(*sounded))
    assert answer.plan
    assert set(answer.plan.targets) == {"slope", *sounded}
    assert ROSTER.speaker("slope")


BARE = info(description="", instruction="")


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ({"description": "预计未来3小时雨量将达100毫米以上。"}, False),
        ({"description": "预计未来3小时雨量将达100毫米以上，请立即转移。"}, True),
        ({"instruction": "沟道两侧人员立即撤离。"}, True),
    ],
)
def test_an_order_in_the_text_of_a_title_is_worth_a_siren(text: dict[str, str], worth: bool) -> None:
    assert material(BARE, replace(BARE, **text)) is worth  # type: ignore[arg-type]
