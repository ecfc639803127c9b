"""The list of warnings of the State Council's portal, and the databases of the national release system.

Each entry is a flat object with the national names: `identifier`, `headline`, `eventType`, `eventTypeCN`,
`severity`, `msgType`, `referencesInfo` and others. A status is often missing: they list what was issued.
"""

from __future__ import annotations

from gateway.intake.readers import answers, tree
from gateway.intake.readers.formats import listed
from gateway.intake.readers.keys import Entries
from gateway.model.alert import Alert

NAME = "portal"
_MARKS = {"eventtype", "eventtypecn", "referencesinfo", "sendercode", "sendtime"}
"""Names that our own JSON does not have."""
_WORDS = {"headline", "title", "description"}


def entries(document: object) -> Entries | None:
    """The alerts of a list, wherever it stands in an answer, or one alert by itself; none of an answer that
    tells success and has an empty list."""
    return answers.listed(document, _known) or answers.empty(document)


def _known(entry: object) -> bool:
    """Whether it has the names of the system, in a document of ours that would be errors."""
    if not isinstance(entry, dict):
        return False
    names = set(map(tree.name, entry))
    return "identifier" in names and not names.isdisjoint(_MARKS) and not names.isdisjoint(_WORDS)


def alert(entry: object) -> Alert:
    """One entry. Raises Unreadable with the key that is wrong."""
    return listed.alert(entry, None)
