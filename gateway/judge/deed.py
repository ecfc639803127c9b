"""The act of a document (`act`), as the judges obey it (docs/practice.md, Acts).

A machine's order waits for a person. Where its title issues a signal, the document is also a warning, which
must not wait: then it is judged as two documents (`apart`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gateway.codes import deeds, signals
from gateway.model.alert import Alert, Info, MsgType, Status
from gateway.model.deed import ACT, Deed
from gateway.wording.mention import mention

ORDER = ".order"
"""The order of a document that is also a warning has the document's identifier with this behind it."""


def written(info: Info) -> str:
    """The act of a block as its sender wrote it; "" where there is none. Of several an order counts: no
    other word beside it makes it none."""
    given = (pair.value.strip() for pair in info.parameters if pair.name == ACT)
    words = [word for word in given if word and not deeds.none(word)]
    orders = (word for word in words if (found := deeds.deed(word)) and found.order)
    return next(orders, words[0] if words else "")


def deed(info: Info) -> Deed | None:
    """The act of a block; None for a warning.

    A notice whose title issues a signal is that warning: no act makes a warning less than it is.
    """
    word = written(info)
    found = deeds.deed(word) if word else None
    return None if found and found.tells and issues(info) else found


def ordered(info: Info) -> Deed | None:
    """The order of a block, of a machine or of a gauge; None where it is none."""
    found = deed(info)
    return found if found and found.order else None


def of(alert: Alert) -> Deed | None:
    """The act of a document: that of its blocks, which have the same."""
    return next((deed(info) for info in alert.infos), None)


def issues(info: Info) -> bool:
    """Whether the title of a block issues an official signal rather than naming one."""
    return signals.title(info.headline) is not None and not mention(info.headline)


def apart(alert: Alert) -> tuple[Alert, ...]:
    """The document; or the warning and the order that it is, in this order.

    The warning is the document without its act and is judged as any other. The order follows on nothing and
    ends nothing: its name is its own.
    """
    if alert.status is not Status.ACTUAL or alert.msg_type not in (MsgType.ALERT, MsgType.UPDATE):
        return (alert,)
    if not any(ordered(info) and issues(info) for info in alert.infos):
        return (alert,)
    if len({deed(info) for info in alert.infos}) > 1:
        return (alert,)  # nobody knows what is meant: admit
    order = replace(
        alert,
        identifier=alert.identifier + ORDER,
        msg_type=MsgType.ALERT,
        references=(),
        infos=tuple(replace(info, headline="") for info in alert.infos),
    )
    return replace(alert, infos=tuple(map(_warning, alert.infos))), order


def divided(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    """The documents, each that is a warning and an order as both."""
    return tuple(one for alert in alerts for one in apart(alert))


def _warning(info: Info) -> Info:
    return replace(info, parameters=tuple(pair for pair in info.parameters if pair.name != ACT))
