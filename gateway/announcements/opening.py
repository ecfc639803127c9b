"""The opening of a reading: who issued which signal at what time, in one sentence and once.

The law wants the station's name and the time of issue said (docs/practice.md, Repetition).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from gateway.announcements.sentences import closed, cut
from gateway.model.alert import Alert, Info
from gateway.model.hazard import Level
from gateway.runtime.clock import CHINA

LONGEST = 60
"""A longer opening is cut, in characters. Our choice."""
_TIME = (
    r"于?(?:\d{4}年)?(?:\d{1,2}月)?(?:\d{1,2}日)?(?:上午|下午|凌晨|晚上)?"
    r"(?:\d{1,2}[时点:：](?:\d{1,2}分?(?:\d{1,2}秒)?)?|(?<=日))"
)
_VERB = (
    r"联合|继续|再次|再度|滚动|更新|升级|变更|更正|调整|降级|确认|启动|重新|首次|维持|解除|取消|将|关于"
    r"|发布|发出|紧急通知|紧急通告|紧急公告|变化"
)
_OPENING = re.compile(
    rf"(?P<first>{_TIME},?，?)?(?P<who>[^，。：:；\n]{{0,40}}?)(?P<time>{_TIME})?(?P<act>(?:{_VERB})[\s\S]*)"
)
_AUTHORITY = re.compile(
    r"(?:台|局|厅|部|办|办公室|中心|指挥部|政府|委员会|委|所|站|院|公司|集团|省|市|县|区|乡|镇|街道)$"
)
_NESTED = re.compile(r"(?:发布|发出)[：:]\s*(?P<inner>[\s\S]+)")
_GRADE = re.compile(r"[\[【（(][ⅠⅡⅢⅣIV1-4一二三四]{1,3}级?(?:[/／·、][^\]】）)]{0,6})?[\]】）)]")
COLOUR = re.compile(r"[红橙黄蓝]色")
"""The words of a level."""
_CHANGE = re.compile(r"将.*(?:为|至|成)|(?:更新|升级|变更|调整|降级|变化).*(?:为|至|成|到)")
_ISSUED = re.compile(r"(?:令|通知|公告|通告|警报|预警|信号|提示|快报)$")
_SIGNAL = re.compile(r".{0,12}[红橙黄蓝]色.{0,8}(?:预警|信号|警报)")
_AGAIN = re.compile(r"继续|再次|再度|滚动|更新|升级|变更|更正|调整|降级|维持|重新|解除")


class Opened(NamedTuple):
    """An opening taken apart."""

    who: str
    time: str
    act: str
    """From the verb on: 继续发布暴雨红色预警信号."""

    @property
    def rank(self) -> int:
        """How much the act tells: a change from one signal to another, a renewal, an issue."""
        return 2 if _CHANGE.search(self.act) else 1 if _AGAIN.search(self.act) else 0


def opening(alert: Alert, info: Info, level: Level, title: str, described: Sequence[str]) -> str:
    """Issuer, time and signal in one sentence.

    `title`: what the headline opens with; `described`: the openings of the description.

    What the description says of the act counts where it tells more than the headline: 更新橙色为红色.
    """
    title = title.strip(" ：:，,。") or next(iter(described), "").strip(" ：:，,")
    title = title or f"{info.event}{level.zh}预警"
    time = clock_words(alert.sent)
    opened = apart(title)
    if opened is None and _SIGNAL.fullmatch(title):
        opened = next((one for one in map(apart, described) if one and COLOUR.search(one.act)), None)
    for other in filter(None, map(apart, described)):
        if (
            opened
            and COLOUR.search(other.act)
            and (other.rank > opened.rank or not COLOUR.search(opened.act))
        ):
            opened = Opened(_fuller(opened.who, other.who), opened.time, other.act)
    issuer = info.sender_name
    if opened is None:
        if issuer and title.startswith(issuer):
            rest = title.removeprefix(issuer)
            said = issuer + time + ("发布" if _ISSUED.search(rest) else "") + rest
        else:
            said = f"{issuer}{time}发布：{title}" if issuer else f"{time}，{title}"
        return cut(closed(said), LONGEST)
    who = _fuller(issuer, opened.who)
    if not re.search(r"[时点:：]\d{0,2}", opened.time):
        opened = opened._replace(time=time)
    act = opened.act.rstrip(" ：:，,。")
    act = ("发布" if act.startswith("关于") else "") + act
    if COLOUR.search(act):
        act = _GRADE.sub("", act)
    lone = opened.time + ("" if who else "，")
    return cut(closed(f"{who}{lone}{act}"), LONGEST)


def apart(text: str) -> Opened | None:
    """An opening taken apart; None where a text tells no act of issuing.

    梅岭县气象台发布：梅岭县发布暴雨预警 is one act.
    """
    found = _OPENING.fullmatch(text.strip(" ：:，,"))
    if found is None:
        return None
    who, time, act = found["who"].strip(), found["time"] or "", found["act"]
    time = time or (found["first"] or "").rstrip("，,")
    if who and not _AUTHORITY.search(who) and "联合" not in act[:2]:
        return None
    nested = _NESTED.match(act)
    if nested and (inner := apart(nested["inner"])):
        return Opened(_fuller(who, inner.who), time or inner.time, inner.act)
    return Opened(who, time, act)


def _fuller(one: str, other: str) -> str:
    """The name that says more of two names of an issuer; of two different ones the second."""
    if not other or other in one:
        return one
    return other


def clock_words(at: datetime) -> str:
    """`7月28日14时30分`, in China's time."""
    local = at.astimezone(CHINA)
    return f"{local.month}月{local.day}日{hour_words(local)}"


def hour_words(local: datetime) -> str:
    """`14时30分`, `14时`."""
    minute = f"{local.minute}分" if local.minute else ""
    return f"{local.hour}时{minute}"
