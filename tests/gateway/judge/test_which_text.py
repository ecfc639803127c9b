"""Which text at which speaker: languages by group, named areas, unknown positions, the site's own rules.

Covers audience, block and parts of gateway/judge.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.judge import area as areas
from gateway.judge.rules import DEFAULTS, Rules, RulesWrong
from gateway.model.alert import Area, Defect, Info, Pair, Severity
from gateway.model.judgement import Policy, Trust
from gateway.model.place import Place
from gateway.model.reason import Reason, Why
from gateway.model.region import Region
from gateway.model.shape import Ring
from gateway.model.speaker import Position, Roster, Village
from gateway.model.verdict import Hold
from gateway.site.rulebook import sentences
from tests.support.judge_cases import DAY, POLICY, ROSTER, SLOPE, SQUARE, alert, area, ask, info
from tests.support.rules import judge

WIDE = "31,116 31,118 33,118 33,116 31,116"


def test_several_texts_in_one_plan_each_group_in_its_language() -> None:
    uyghur = replace(info(description="Uyghurche."), language="ug")
    roster = Roster(1, (), (replace(SQUARE, languages=("ug", "zh")), SLOPE))
    plan = ask(
        alert(infos=(replace(info(), language="en-US", headline="Red", description="Rain."), uyghur, info())),
        roster=roster,
    ).plan
    assert plan
    words = {name: part.script.text for part in plan.parts for name in part.targets}
    assert "Uyghurche" in words["square"]
    assert "降雨量" in words["slope"]


@pytest.mark.parametrize("tag", ["zh-CN", "zh_cn", "ZH-TW", "zh", "en-US"])
def test_chinese_is_found_by_its_tag_or_by_its_characters(tag: str) -> None:
    english = replace(
        info(),
        language="en-US",
        headline="Rainstorm red warning signal 红色预警",
        description="Rain.",
        event="暴雨",
    )
    plan = ask(
        alert(infos=(replace(english, headline="Red", event="Rainstorm"), replace(info(), language=tag)))
    ).plan
    assert plan
    assert all("降雨量" in part.script.text for part in plan.parts)


def test_a_named_area_has_its_speakers_by_name_by_group_and_by_outline() -> None:
    roster = Roster(
        1,
        (Village(Region("341523104203"), "山背村", Position(31.5, 116.5)),),
        (
            replace(SQUARE, group="上河组"),
            replace(SLOPE, position=Position(32.0, 117.0)),
            replace(SQUARE, id="ridge", region=Region("341523104203"), unit=3),
        ),
    )
    by_name = Place("Z1", "中学", speakers=("slope",))
    by_group = Place("Z2", "上河", regions=(Region("341523104201"),), groups=("上河组",))
    by_outline = Place("Z3", "库区", outline=Ring.parse("31.4,116.4 31.4,116.6 31.6,116.6 31.6,116.4"))
    found = {
        place.code: [one.id for one in roster.members(place)] for place in (by_name, by_group, by_outline)
    }
    assert found == {"Z1": ["slope"], "Z2": ["square"], "Z3": ["ridge"]}
    site = replace(roster, places=(by_name, by_group, by_outline))
    assert areas.targets(Info(areas=area("Z1") + area("Z3")), site) == ("slope", "ridge")
    assert areas.targets(Info(areas=area("中学")), site) == (), (
        "a warning aims at the code, people say the name"
    )


def test_a_shape_where_nobody_knows_the_positions_waits_for_a_person() -> None:
    shaped = alert(info(areas=(Area("东部", (WIDE,)),)))
    answer = ask(shaped)
    assert (answer.verdict.name, answer.verdict.why.reason) == ("hold", Reason.NO_POSITION)
    half = Roster(1, (), (replace(SQUARE, position=Position(32, 117)), SLOPE))
    told = ask(shaped, roster=half)
    assert told.plan
    assert told.plan.targets == ("square",)
    assert [flag.reason for flag in told.verdict.flags] == [Reason.NO_POSITION]  # type: ignore[union-attr]


def test_areas_that_nobody_can_read_are_not_the_whole_site_until_a_person_says_so() -> None:
    unread = replace(alert(info(areas=area("武都县"))), defects=(Defect("areas", "武都县"),))
    whole = replace(POLICY, no_area="whole")
    held = judge(unread, whole, (), ROSTER, DAY).verdict
    assert isinstance(held, Hold)
    assert held.why == Why(Reason.AREAS_UNREADABLE, {"saw": "武都县"})
    yes = ask(unread, held=held)
    assert yes.plan
    assert yes.plan.targets == ("square", "slope")


def test_no_area_means_the_whole_site_where_the_source_says_so_or_a_person_does() -> None:
    nowhere = alert(info(areas=()))
    held = ask(nowhere).verdict
    assert isinstance(held, Hold)
    assert held.why.reason is Reason.NO_AREA
    assert ask(nowhere, held=held).plan
    whole = judge(nowhere, replace(POLICY, no_area="whole"), (), ROSTER, DAY)
    assert whole.plan
    assert whole.plan.targets == ("square", "slope")


def test_a_warning_that_a_person_approved_once_is_not_asked_again() -> None:
    doubtful = alert(info("【演练】舒城县气象台发布暴雨红色预警信号", areas=()))
    first = ask(doubtful).verdict
    assert isinstance(first, Hold)
    second = ask(doubtful, held=first).verdict
    assert isinstance(second, Hold)
    assert (first.why.reason, second.why.reason) == (Reason.LOOKS_LIKE_DRILL, Reason.NO_AREA)
    assert ask(doubtful, held=second).plan


def test_two_people_where_a_rule_wants_them_and_the_sites_rules_stand_before_the_defaults() -> None:
    own = (
        '[[rule]]\nsources = ["county"]\nhazards = ["暴雨"]\nlevels = ["red"]\n'
        'day = "two"\nnight = "one"\n\n[[rule]]'
    )
    rules = Rules.parse(DEFAULTS.replace("[[rule]]", own, 1))
    answer = judge(alert(), POLICY, (), ROSTER, DAY, rules=rules)
    assert isinstance(answer.verdict, Hold)
    assert (answer.verdict.why.reason, answer.verdict.needs, answer.verdict.until) == (
        Reason.TWO_PEOPLE,
        2,
        None,
    )
    assert judge(alert(), POLICY, (), ROSTER, DAY, answer.verdict, rules=rules).plan
    other = Policy("second", POLICY.senders)
    assert judge(alert(), other, (), ROSTER, DAY, rules=rules).plan
    assert "county暴雨，红色：白天须两人同意后播出；夜间和午休须一人同意后播出。" in list(sentences(rules))


def test_a_relayed_warning_waits_for_one_person_and_is_marked() -> None:
    relay = replace(POLICY, trust=Trust.RELAYED)
    answer = judge(alert(), relay, (), ROSTER, DAY)
    assert isinstance(answer.verdict, Hold)
    assert answer.verdict.why.reason is Reason.ONE_PERSON
    assert [flag.reason for flag in answer.verdict.flags] == [Reason.RELAYED]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ('hazards = ["暴风骤雨呀"]', "is no hazard"),
        ('levels = ["crimson"]', "levels"),
        ('day = "sometimes"', "day"),
        ('colour = "red"', "colour"),
    ],
)
def test_wrong_rules_are_told_with_their_key(wrong: str, named: str) -> None:
    key = wrong.split(" ")[0]
    row = "\n".join(
        line
        for line in ('hazards = ["暴雨"]', 'levels = ["red"]', 'day = "at_once"', 'night = "at_once"')
        if not line.startswith(key)
    )
    with pytest.raises(RulesWrong) as raised:
        Rules.parse(DEFAULTS.replace("[[rule]]", f"[[rule]]\n{row}\n{wrong}\n\n[[rule]]", 1))
    assert any(named in fault for fault in raised.value.faults)


@pytest.mark.parametrize("text", ["x = ", "[[rule]]\nday='store'"])
def test_a_file_that_is_no_rules_is_told(text: str) -> None:
    with pytest.raises(RulesWrong):
        Rules.parse(text)


TIBETAN = "ཆར་པ་ཆེན་པོའི་ཉེན་བརྡ་དམར་པོ།"
MONGOLIAN = "ᠪᠣᠷᠣᠭᠠᠨ ᠤ ᠰᠡᠷᠡᠮᠵᠢᠯᠡᠯ"


@pytest.mark.parametrize("text", [TIBETAN, MONGOLIAN])
def test_a_language_no_voice_can_say_gives_way_to_one_that_can_be_said(text: str) -> None:
    foreign = info(text, language="bo", description=text, instruction=text, event="暴雨")
    both = alert(foreign)
    both = replace(both, infos=(foreign, info()))
    plan = ask(both).plan
    assert plan
    assert "暴雨红色预警信号" in plan.parts[0].script.text
    assert text not in plan.parts[0].script.text


def test_where_there_is_no_other_hazard_and_level_are_said_in_chinese_and_somebody_is_told() -> None:
    code = (Pair("eventCode", "11B03"),)
    only = info(
        TIBETAN,
        language="bo",
        description=TIBETAN,
        instruction=TIBETAN,
        event=TIBETAN,
        sender_name=TIBETAN,
        event_codes=code,
        severity=Severity.EXTREME,
    )
    answer = ask(alert(only))
    assert answer.plan
    (part,) = answer.plan.parts
    assert part.script.sentences == (
        "预警广播，预警广播。",
        "7月28日9时，暴雨红色预警。",
        "请相互转告，做好防范。",
    )
    assert Reason.CANNOT_BE_SAID in [one.reason for one in answer.verdict.flags]  # type: ignore[union-attr]


def test_a_foreign_name_in_a_chinese_text_is_no_foreign_text() -> None:
    mixed = info(
        description="预计未来3小时Kailash山区（གངས་རིན་པོ་ཆེ）降雨量将达100毫米以上，请注意防范山洪和泥石流。"
    )
    answer = ask(alert(mixed))
    assert answer.plan
    assert "Kailash" in answer.plan.parts[0].script.text
