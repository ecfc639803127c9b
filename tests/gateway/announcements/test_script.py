"""The words of a plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.announcements.draft import Local
from gateway.announcements.opening import clock_words
from gateway.announcements.script import (
    correction,
    correction_of,
    left,
    lift,
    seconds,
    too_long,
    warning,
)
from gateway.codes import HAZARDS
from gateway.judge.voice_test import plan_test
from gateway.model.alert import Alert, Info, MsgType, Scope, Status
from gateway.model.hazard import UNKNOWN, Level
from gateway.model.plan import Act, Class, Script, ToneName
from gateway.model.reason import Reason, Why
from gateway.model.refused import Refused
from gateway.model.speaker import Roster
from gateway.runtime.clock import CHINA
from tests.support.rules import RULES

NOW = datetime(2026, 7, 28, 9, 5, tzinfo=CHINA)
NIGHT = NOW.replace(hour=23)
ROSTER = Roster(1, (), ())
ALERT = Alert("A", "county", NOW, Status.ACTUAL, MsgType.ALERT, Scope.PUBLIC)
LONGEST = 180


def info(
    description: str = "降雨量将达100毫米以上。",
    instruction: str = "请停止户外活动。",
    headline: str = "舒城县气象台发布暴雨红色预警信号",
) -> Info:
    return Info(
        sender_name="舒城县气象台",
        event="暴雨",
        headline=headline,
        description=description,
        instruction=instruction,
    )


PLATFORM = "国家预警信息发布中心"


def test_a_platform_that_passes_warnings_on_is_never_said() -> None:
    rain = HAZARDS["11B03"]
    nameless = replace(info(headline="暴雨红色预警信号"), sender_name=PLATFORM)
    local = Local(sentence="河湾村的群众请留意。")
    scripts = (
        warning(ALERT, nameless, Level.RED),
        warning(ALERT, nameless, Level.RED, local=local),
        lift(PLATFORM, rain, Level.RED, NOW),
        left(PLATFORM, rain, Level.RED),
        correction(PLATFORM, rain, Level.RED),
    )
    for script in scripts:
        assert PLATFORM not in script.text, script.text
    assert scripts[0].sentences[1] == "7月28日9时5分，暴雨红色预警信号。"
    assert "以上是预警内容。" in scripts[1].sentences
    assert scripts[2].sentences[1] == "解除暴雨红色预警信号。"
    assert scripts[3].sentences[1] == "暴雨红色预警信号不再涉及本地。"


def test_a_platform_in_brackets_is_left_out() -> None:
    named = replace(info(headline=f"【{PLATFORM}】暴雨红色预警信号"), sender_name="")
    assert PLATFORM not in warning(ALERT, named, Level.RED).text


def test_issuer_time_signal_text_and_guidance_are_said_in_this_order_and_verbatim() -> None:
    said = warning(ALERT, info(), Level.RED)
    assert said.sentences[1:4] == (
        "舒城县气象台7月28日9时5分发布暴雨红色预警信号。",
        "降雨量将达100毫米以上。",
        "请停止户外活动。",
    )
    assert "预警广播" in said.sentences[0]
    assert len(said.sentences) == 5


@pytest.mark.parametrize(
    ("level", "tone", "clip"),
    [
        (Level.RED, ToneName.RED, "warning-red"),
        (Level.ORANGE, ToneName.ORANGE, "warning-orange"),
        (Level.YELLOW, ToneName.CHIME, "warning"),
        (Level.UNKNOWN, ToneName.CHIME, "warning"),
    ],
)
def test_the_tone_and_the_clip_follow_the_level(level: Level, tone: ToneName, clip: str) -> None:
    said = warning(ALERT, info(), level)
    assert (said.tone, said.clip) == (tone, clip)


def test_a_warning_without_a_headline_still_names_hazard_and_colour() -> None:
    assert "发布：暴雨红色预警。" in warning(ALERT, info(headline=""), Level.RED).text


SENTENCE = st.text("雨量毫米0123456789", min_size=1, max_size=40).map(lambda words: words + "。")


REPEATED = "0" * 13 + "。"
"""The instruction begins with what the description ends with: it must be said in one of them."""


@example(["0" * long + "。" for long in range(1, 14)], [REPEATED, "雨" * 40 + "。", "量" * 40 + "。"])
@given(st.lists(SENTENCE, max_size=20), st.lists(SENTENCE, min_size=1, max_size=20))
def test_a_reading_keeps_to_sixty_seconds_by_leaving_out_whole_sentences(
    described: list[str], advised: list[str]
) -> None:
    said = warning(ALERT, info("".join(described), "".join(advised)), Level.RED)
    assert len(said.text) <= LONGEST
    assert set(said.sentences[2:-1]) <= {*described, *advised}
    assert advised[0] in said.sentences
    assert not described or described[0] in said.sentences


def test_the_description_is_shortened_before_the_instruction() -> None:
    described = [f"第{number}句说了二十个字左右的情况。" for number in range(20)]
    advised = [f"第{number}条要做的事情。" for number in range(4)]
    said = warning(ALERT, info("".join(described), "".join(advised)), Level.RED).sentences
    assert set(advised) <= set(said)
    assert described[0] in said
    assert described[19] not in said


def test_a_lift_lifts_the_signal_and_never_tells_anyone_to_return() -> None:
    for hazard, level, words in (
        (HAZARDS["11B03"], Level.RED, "舒城县气象台解除暴雨红色预警信号。"),
        (UNKNOWN, Level.UNKNOWN, "舒城县气象台解除此前发布的预警。"),
    ):
        said = lift("舒城县气象台", hazard, level, NOW)
        assert {words, "解除时间，7月28日9时5分。"} <= set(said.sentences)
        assert (said.tone, said.clip) == (ToneName.LIFT, "lift")
        assert not [word for word in ("返回", "回家", "安全") if word in said.text]
        assert "未接到返回通知不要返回" in lift("", hazard, level, NOW, moved=True).text


def test_everything_of_a_lift_but_its_time_is_ready_before_it_is_wanted() -> None:
    before = lift("舒城县气象台", HAZARDS["11B03"], Level.RED, None, moved=True)
    for moved in (False, True):
        later = lift("舒城县气象台", HAZARDS["11B03"], Level.RED, NOW, moved=moved)
        assert [one for one in later.sentences if one not in before.sentences] == [
            "解除时间，7月28日9时5分。"
        ]


def test_a_correction_names_the_error_calms_and_has_no_siren() -> None:
    said = correction("舒城县气象台", HAZARDS["11B03"], Level.RED)
    assert "刚才播发的舒城县气象台暴雨红色预警信号是误发，请勿惊慌。" in said.sentences
    assert (said.tone, said.clip) == (ToneName.LIFT, "correction")
    assert "惊慌" not in correction_of(Act.LIFT).text, "after a lift in error there is something to fear"
    assert "不要返回" in correction_of(Act.RETURN).text


def test_a_reading_lasts_a_minute_at_most_whatever_the_sender_wrote() -> None:
    endless = "雨" * 5000
    listed = "，".join(f"第{number}个村庄1234567890" for number in range(500))
    for text in (endless, listed, endless + "。" + listed, "1234567890" * 500):
        for headline in ("舒城县气象台发布暴雨红色预警信号", text):
            said = warning(ALERT, info(text, text, headline), Level.RED)
            assert too_long(said, Act.WARNING) is None, seconds(said)
            assert said.sentences[-1] == "请相互转告，做好防范。"


def test_what_is_cut_is_cut_at_a_clause_and_never_in_a_number() -> None:
    text = "、".join(f"第{number}村" for number in range(12)) + "，雨量" + "9" * 200 + "毫米。"
    said = warning(ALERT, info(text), Level.RED).sentences[2]
    assert said.endswith("村。")
    assert "99" not in said


def test_a_move_order_is_read_in_25_seconds() -> None:
    short = Script(ToneName.RED, ("请青石村全体村民立即转移到学校。",), "warning-red")
    long = Script(ToneName.RED, ("请" + "青" * 80 + "转移。",), "warning-red")
    assert too_long(short, Act.MOVE) is None
    assert too_long(long, Act.WARNING) is None
    why = too_long(long, Act.MOVE)
    assert why == Why(Reason.READING_TOO_LONG, {"seconds": "28", "most": "25"})


def test_the_time_is_said_in_chinas_zone() -> None:
    assert clock_words(datetime.fromisoformat("2026-07-28T00:00:00+00:00")) == "7月28日8时"


def test_a_test_is_said_inside_the_test_wording() -> None:
    plan = plan_test("一二三", ["square"], ROSTER, RULES, NOW, "")
    script = plan.parts[0].script
    assert (plan.act, plan.class_, plan.targets, plan.alert) == (Act.TEST, Class.TEST, ("square",), "")
    assert script.sentences == ("现在进行广播设备测试，请勿惊慌。", "一二三。", "测试完毕。")
    assert (script.tone, script.clip) == (ToneName.NONE, "test")


@pytest.mark.parametrize(
    ("text", "speakers", "now", "reason"),
    [
        ("暴雨来了", ["a"], NOW, Reason.TEST_WORDS),
        ("请大家转移", ["a"], NOW, Reason.TEST_WORDS),
        ("  ", ["a"], NOW, Reason.TEST_LENGTH),
        ("一" * 61, ["a"], NOW, Reason.TEST_LENGTH),
        ("一二三", [], NOW, Reason.TEST_SPEAKERS),
        ("一二三", ["a", "b", "c", "d"], NOW, Reason.TEST_SPEAKERS),
        ("一二三", ["a"], NIGHT, Reason.TEST_IN_QUIET_HOURS),
    ],
)
def test_a_test_that_could_be_taken_for_a_warning_is_refused(
    text: str, speakers: list[str], now: datetime, reason: Reason
) -> None:
    with pytest.raises(Refused) as caught:
        plan_test(text, speakers, ROSTER, RULES, now, "")
    assert caught.value.why.reason is reason


def test_a_reason_opens_the_quiet_hours_for_a_test() -> None:
    assert plan_test("一二三", ["a"], ROSTER, RULES, NIGHT, "夜间抢修").start == NIGHT
