"""The public list of 12379 (国家突发事件预警信息发布网), `{alertData: […]}`.

An entry has `headline`, `description`, `identifier` and `sendTime`. It lists what was issued, and has neither
status nor type, neither level nor area: title and identifier tell them.
"""

from __future__ import annotations

from gateway.intake.readers import answers, tree
from gateway.intake.readers.formats import listed
from gateway.intake.readers.keys import Entries
from gateway.model.alert import Alert, MsgType

NAME = "list_12379"
_LIST = "alertData"
_WORDS = {"headline", "title"}
_OTHERS = {"msgtype", "eventtype", "eventtypecn", "sendercode", "status", "sender", "sent", "info"}
"""Names that the other forms of the national system have and this list has not."""


def entries(document: object) -> Entries | None:
    """The alerts of the list, of its bare content, or of one entry."""
    if isinstance(document, dict) and _LIST in document and not isinstance(document[_LIST], dict):
        return Entries(_LIST, document[_LIST])
    return answers.listed(document, _known)


def _known(entry: object) -> bool:
    """Whether it has the names of the list and none of its sisters'."""
    if not isinstance(entry, dict):
        return False
    names = set(map(tree.name, entry))
    return {"identifier", "sendtime"} <= names and not names.isdisjoint(_WORDS) and names.isdisjoint(_OTHERS)


def alert(entry: object) -> Alert:
    """One entry. It counts as issued; where its title lifts (解除), the judges take it for the lift that it
    is. Raises Unreadable with the key that is wrong."""
    return listed.alert(entry, MsgType.ALERT)
