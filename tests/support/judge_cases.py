"""Documents, rosters and questions for the tests of gateway/judge and gateway/pipeline."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from gateway.judge import Judgement, Past, Policy
from gateway.model.alert import Alert, Area, Info, MsgType, Pair, Reference, Scope, Severity, Status
from gateway.model.region import Region
from gateway.model.speaker import Roster, Speaker
from gateway.runtime.clock import CHINA
from tests.support.rules import judge

DAY = datetime(2026, 7, 28, 9, 0, tzinfo=CHINA)
NIGHT = datetime(2026, 7, 28, 23, 0, tzinfo=CHINA)
MORNING = datetime(2026, 7, 29, 6, 30, tzinfo=CHINA)
POLICY = Policy("county", frozenset({"county"}))
TOWN = "341523104000"
SQUARE, SLOPE = (
    Speaker("square", "广场", Region("341523104201"), "line", 1),
    Speaker("slope", "坡脚", Region("341523104202"), "line", 2, risk_point=True),
)
ROSTER = Roster(3, (), (SQUARE, SLOPE))


def area(code: str) -> tuple[Area, ...]:
    return (Area(geocodes=(Pair("CPEAS Geographic Code", code),)),)


def info(headline: str = "舒城县气象台发布暴雨红色预警信号", **changes: Any) -> Info:
    plain = Info(
        language="zh-CN",
        event=headline.removeprefix("舒城县气象台发布")[:2],
        severity=Severity.UNKNOWN,
        sender_name="舒城县气象台",
        headline=headline,
        description="预计未来3小时降雨量将达100毫米以上。",
        instruction="请停止户外活动。",
        areas=area(TOWN),
    )
    return replace(plain, **changes)


def alert(one: Info | None = None, name: str = "A", sent: datetime = DAY, **changes: Any) -> Alert:
    plain = Alert(name, "county", sent, Status.ACTUAL, MsgType.ALERT, Scope.PUBLIC, infos=(one or info(),))
    return replace(plain, **changes)


def cancel(of: Alert, note: str = "", name: str = "C", after: timedelta = timedelta(minutes=1)) -> Alert:
    reference = Reference(of.sender, of.identifier, of.sent)
    return Alert(
        name, of.sender, of.sent + after, Status.ACTUAL, MsgType.CANCEL, Scope.PUBLIC, note, (reference,)
    )


def ask(
    asked: Alert, *past: Past, now: datetime | None = None, roster: Roster = ROSTER, **more: Any
) -> Judgement:
    return judge(asked, POLICY, past, roster, now or asked.sent, **more)


def kept(asked: Alert, answer: Judgement, *sounded: str, live: bool = True) -> Past:
    """The document judged, as the ledger remembers it."""
    is_live = live and answer.plan is not None
    return Past(
        asked,
        "county",
        answer.verdict.name,
        asked.sent,
        answer.plan,
        is_live,
        frozenset(sounded),
        decided=answer.verdict,
    )
