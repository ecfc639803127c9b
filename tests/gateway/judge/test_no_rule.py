"""What no rule foresees and is grave waits for one person; it is never silently stored."""

from __future__ import annotations

import pytest

from gateway.judge import Policy
from gateway.model.alert import Pair, Severity
from gateway.model.judgement import Trust
from gateway.model.reason import Reason
from tests.support.judge_cases import DAY, NIGHT, ROSTER, alert, ask, info, kept
from tests.support.rules import judge


def answer(headline: str, text: str = "", **changes: object) -> tuple[str, Reason]:
    block = info(headline, event="", description=text, instruction="", **changes)
    verdict = ask(alert(block)).verdict
    return verdict.name, verdict.why.reason


@pytest.mark.parametrize(
    ("headline", "text"),
    [
        ("平川县发布尾矿库红色预警", ""),
        ("平川县发布橙色怪象预警", ""),
        ("平川县气象台发布霜冻橙色预警信号", ""),
        ("平川县发布燃气泄漏红色预警", ""),
        ("关于城关镇天然气泄漏的紧急通知", "请居民不要开灯。"),
        ("关于青石镇险情的紧急通知", "青石水库出现重大险情。"),
        ("平川县紧急通知", "青石镇列为红色区域。"),
        ("平川县水利局山洪灾害预警", "请注意防范。"),
        ("平川县教育局停课通知", "受暴雨红色预警影响，明日停课。"),
        ("槽车侧翻", "下游群众请立即撤离。"),
    ],
)
def test_a_grave_warning_of_no_rule_is_held_and_waits_for_a_person(headline: str, text: str) -> None:
    assert answer(headline, text) == ("hold", Reason.NO_RULE)


@pytest.mark.parametrize(
    ("headline", "text"),
    [
        ("平川县气象台发布霜冻蓝色预警信号", "邻县有橙色预警。"),
        ("平川县自来水公司停水通知", "因管网抢修停水。"),
        ("平川县电力公司停电通知", "因暴雨抢修停电。"),
    ],
)
def test_what_is_not_grave_is_stored(headline: str, text: str) -> None:
    assert answer(headline, text) == ("store", Reason.STORED_BY_RULE)


def test_a_relay_keeps_its_own_rules() -> None:
    policy = Policy("feed", frozenset({"county"}), trust=Trust.RELAYED)
    notice = alert(info("平川县紧急通知", event="", description="红色区域。"))
    assert judge(notice, policy, (), ROSTER, DAY).verdict.name == "store"


def test_after_one_yes_it_airs_and_has_the_air_of_its_level() -> None:
    frost = alert(info("平川县气象台发布霜冻橙色预警信号", event=""))
    held = ask(frost).verdict
    assert held.name == "hold"
    judged = ask(frost, held=held)
    assert judged.verdict.name == "air"
    assert judged.plan is not None
    assert judged.plan.class_.name == "ORANGE"
    assert kept(frost, judged).verdict == "air"


def test_red_lightning_goes_at_once_by_day_and_is_held_at_night() -> None:
    lightning = alert(
        info("舒城县气象台发布雷电红色预警信号", event="", event_codes=(Pair("eventType", "11B14"),))
    )
    assert ask(lightning).verdict.name == "air"
    assert ask(lightning, now=NIGHT).verdict.why.reason is Reason.HELD_AT_NIGHT


def test_a_release_of_water_goes_at_once_by_day_and_at_night_to_the_risk_points() -> None:
    release = alert(info("青石水库10时起开闸泄洪", event="", severity=Severity.UNKNOWN))
    judged = ask(release)
    assert judged.verdict.name == "air"
    assert judged.plan is not None
    assert judged.plan.class_.name == "ORANGE"
    at_night = ask(release, now=NIGHT)
    assert at_night.plan is not None
    assert [part.targets for part in at_night.plan.parts if not part.by_day] == [("slope",)]


def test_a_hazard_that_no_rule_names_has_the_rules_of_the_one_it_is_like() -> None:
    assert answer("舒城县气象台发布短时强降水红色预警信号") == ("air", Reason.AIRED)
    assert answer("平川县发布中小河流洪水气象风险橙色预警") == ("air", Reason.AIRED)
