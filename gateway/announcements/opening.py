"""The opening of a reading: who issued which signal at what time, in one sentence and once.

The law wants the station's name and the time of issue said (docs/practice.md, Repetition).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from gateway.announcements.sentences import closed, cut
from gateway.model.alert import Alert, Info
from gateway.model.hazard import Level
from gateway.runtime.clock import CHINA
from gateway.wording.issuing import Opened, apart, fuller

LONGEST = 60
"""A longer opening is cut, in characters. Our choice."""
_GRADE = re.compile(r"[\[【（(][ⅠⅡⅢⅣIV1-4一二三四]{1,3}级?(?:[/／·、][^\]】）)]{0,6})?[\]】）)]")
_BEHIND = r"[/／\\|｜—-]"
_WORD = rf"{_BEHIND}(?:特别严重|特别重大|特大|严重|重大|较重|较大|一般)"
_SUFFIX = re.compile(rf"(?:{_BEHIND}|\s+)(?:[ⅠⅡⅢⅣIV]{{1,3}}级?(?:{_WORD})?|[1-4一二三四]级?{_WORD})$")
"""The level behind a title of 12379's list: 暴雨红色预警/I/特别严重. It is said in words of its own."""
COLOUR = re.compile(r"[红橙黄蓝]色")
"""The words of a level."""
_HOUR = re.compile(r"(?![^时点]*\d[-/.]\d).*[时点:：].*")
"""A time that is said as it stands. A date in figures is said by the alert's own time."""
_NOBODYS = re.compile(r"^(?:发布|发出|签发)了?[：:]?\s*")
"""The verb of an act that no subject has."""
_ISSUED = re.compile(r"(?:令|通知|公告|通告|警报|预警|信号|提示|快报)$")
_SIGNAL = re.compile(r".{0,12}[红橙黄蓝]色.{0,8}(?:预警|信号|警报)")


def opening(alert: Alert, info: Info, level: Level, title: str, described: Sequence[str]) -> str:
    """Issuer, time and signal in one sentence.

    `title`: what the headline opens with; `described`: the openings of the description.

    What the description says of the act counts where it tells more than the headline: 更新橙色为红色.
    """
    title = title.strip(" ：:，,。") or next(iter(described), "").strip(" ：:，,")
    title = _SUFFIX.sub("", title) or f"{info.event}{level.zh}预警"
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
            opened = Opened(fuller(opened.who, other.who), opened.time, other.act)
    issuer = info.sender_name
    if opened is None:
        if issuer and title.startswith(issuer):
            rest = title.removeprefix(issuer)
            said = issuer + time + ("发布" if _ISSUED.search(rest) else "") + rest
        else:
            said = f"{issuer}{time}发布：{title}" if issuer else f"{time}，{title}"
        return cut(closed(said), LONGEST)
    who = fuller(issuer, opened.who)
    if not _HOUR.fullmatch(opened.time):
        opened = opened._replace(time=time)
    act = opened.act.rstrip(" ：:，,。")
    act = ("发布" if act.startswith("关于") else "") + act
    act = act if who else _NOBODYS.sub("", act) or act
    if COLOUR.search(act):
        act = _GRADE.sub("", act)
    lone = opened.time + ("" if who else "，")
    return cut(closed(f"{who}{lone}{act}"), LONGEST)


def clock_words(at: datetime) -> str:
    """`7月28日14时30分`, in China's time."""
    local = at.astimezone(CHINA)
    return f"{local.month}月{local.day}日{hour_words(local)}"


def hour_words(local: datetime) -> str:
    """`14时30分`, `14时`."""
    minute = f"{local.minute}分" if local.minute else ""
    return f"{local.hour}时{minute}"
