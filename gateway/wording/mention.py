"""Titles that mention a signal and issue none (mention.toml).

因暴雨红色预警停课 tells that schools are closed, and 关于做好暴雨红色预警应对工作的通知 what offices do.
Neither is the red itself. A title that does both issues it: 县气象台发布暴雨红色预警，全县停课.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from gateway.wording.phrases import read


class _Table(NamedTuple):
    signal: re.Pattern[str]
    stop: re.Pattern[str]
    issues: re.Pattern[str]
    about_issue: re.Pattern[str]
    cause: re.Pattern[str]
    deed: re.Pattern[str]
    work: re.Pattern[str]
    direct: re.Pattern[str]
    advice: re.Pattern[str]


LONGEST = 200
"""Characters of a title that are looked at. Our choice: it bounds the work."""


def mention(title: str) -> str:
    """The words by which a title only mentions its signals; empty where it issues one or names none."""
    title = title.strip()[:LONGEST]
    words = ""
    for signal in _table().signal.finditer(title):
        found = _mentioned(title, signal)
        if not found:
            return ""
        words = words or found
    return words


def _mentioned(title: str, signal: re.Match[str]) -> str:
    """The words by which this signal is only mentioned."""
    table = _table()
    head = table.stop.split(title[: signal.start()])[-1]
    rest = title[signal.end() :]
    if table.about_issue.search(head):
        return ""
    issued, cause = table.issues.search(head), table.cause.search(head)
    deed = table.deed.search(rest)
    responds = re.match(r"(?:[ⅠⅡⅢⅣI一二三四]+级)?(?:应急)?响应", rest)
    if issued and issued[0] == "启动" and responds:
        return responds[0]
    if cause:
        if table.advice.search(rest) and not deed:
            return ""
        # Behind a comma the work is the advice of the warning that is issued here.
        found = deed or table.work.search(table.stop.split(rest)[0] if issued else rest)
        return found[0] if found else ""
    if issued:
        return ""
    bare = table.direct.match(rest) or table.deed.match(rest.lstrip("，, "))
    return bare[0] if bare else ""


@cache
def _table() -> _Table:
    return _Table(**{name: re.compile(pattern) for name, pattern in read("mention").items()})
