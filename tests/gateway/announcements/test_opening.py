"""The opening: issuer, time and signal in one sentence and once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from gateway.announcements.opening import LONGEST, clock_words, opening
from gateway.model.alert import Alert, Info, MsgType, Scope, Status
from gateway.model.hazard import Level
from gateway.runtime.clock import CHINA
from gateway.wording.issuing import Opened, apart

AT = datetime(2026, 7, 28, 9, 5, tzinfo=CHINA)
ALERT = Alert("A", "county", AT, Status.ACTUAL, MsgType.ALERT, Scope.PUBLIC)
INFO = Info(language="zh-CN", event="暴雨", sender_name="云岭县气象台")


@pytest.mark.parametrize(
    ("title", "described", "said"),
    [
        (
            "云岭县气象台发布暴雨橙色预警信号",
            [],
            "云岭县气象台7月28日9时5分发布暴雨橙色预警信号。",
        ),
        (
            "云岭县气象台发布暴雨红色预警信号",
            ["云岭县气象台更新暴雨橙色预警信号为暴雨红色预警信号"],
            "云岭县气象台7月28日9时5分更新暴雨橙色预警信号为暴雨红色预警信号。",
        ),
        ("", [], "云岭县气象台7月28日9时5分发布：暴雨橙色预警。"),
        *(
            (f"云岭县气象台发布暴雨预警{behind}", [], "云岭县气象台7月28日9时5分发布暴雨预警。")
            for behind in (
                "/II/严重",
                "/Ⅱ级/严重",
                "／II／严重",
                "-II级/严重",
                " II/严重",
                "/2/严重",
                "/二级/重大",
                "/II",
            )
        ),
        ("云岭县发生地震 4级", [], "云岭县气象台7月28日9时5分发布：云岭县发生地震 4级。"),
    ],
)
def test_issuer_time_and_signal_are_said_once_and_a_change_counts_more_than_an_issue(
    title: str, described: list[str], said: str
) -> None:
    assert opening(ALERT, INFO, Level.ORANGE, title, described) == said


def test_an_opening_that_is_too_long_is_cut() -> None:
    title = "云岭县气象台发布" + "暴雨、" * 60 + "橙色预警信号"
    assert len(opening(ALERT, INFO, Level.ORANGE, title, [])) <= LONGEST


def test_an_act_within_an_act_is_one() -> None:
    assert apart("云岭县气象台发布：云岭县气象台继续发布暴雨橙色预警信号") == Opened(
        "云岭县气象台", "", "继续发布暴雨橙色预警信号"
    )
    assert apart("今晚有雨") is None


def test_the_clock_is_china_s_and_a_full_hour_has_no_minutes() -> None:
    assert clock_words(AT) == "7月28日9时5分"
    assert clock_words(AT.replace(minute=0)) == "7月28日9时"


@pytest.mark.parametrize(
    ("title", "described", "said"),
    [
        ("暴雨橙色预警信号", [], "7月28日9时5分，暴雨橙色预警信号。"),
        ("发布暴雨橙色预警信号", [], "7月28日9时5分，暴雨橙色预警信号。"),
        ("国家预警信息发布中心发布暴雨橙色预警信号", [], "7月28日9时5分，暴雨橙色预警信号。"),
        ("继续发布暴雨橙色预警信号", [], "7月28日9时5分，继续发布暴雨橙色预警信号。"),
        ("", [], "7月28日9时5分，暴雨橙色预警。"),
        ("中国天气网讯 云岭县气象台发布暴雨橙色预警", [], "云岭县气象台7月28日9时5分发布暴雨橙色预警。"),
        (
            "暴雨橙色预警信号",
            ["云岭县气象台7月28日9时发布暴雨橙色预警信号"],
            "云岭县气象台7月28日9时发布暴雨橙色预警信号。",
        ),
    ],
)
def test_where_nobody_is_named_nobody_issues(title: str, described: list[str], said: str) -> None:
    assert opening(ALERT, replace(INFO, sender_name=""), Level.ORANGE, title, described) == said


def test_a_date_in_figures_is_said_by_the_time_of_issue() -> None:
    title = "云岭县气象台2026-07-28 09:05发布暴雨橙色预警信号"
    assert opening(ALERT, INFO, Level.ORANGE, title, []) == "云岭县气象台7月28日9时5分发布暴雨橙色预警信号。"
