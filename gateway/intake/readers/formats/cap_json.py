"""CAP 1.2 and the national dialect as JSON, with their own names, as programs make it that convert XML.

The object becomes the element tree that it stands for (`tree`), and the dialects of the XML read that. So
both have the same tolerance and the same defects. Also read are an alert whose info and area stand flat in it
(api.weather.gov), GeoJSON features, and answers of web interfaces with alerts somewhere inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.intake.readers import answers, shapes, tree
from gateway.intake.readers.elements import Parts
from gateway.intake.readers.formats import cap, national
from gateway.intake.readers.keys import Entries, as_object
from gateway.intake.readers.times import moment
from gateway.intake.readers.tree import Node, Vocabulary
from gateway.model.alert import Alert

NAME = "cap_json"

_IDENTITY = {"identifier", "sender", "sendercode", "sent", "sendtime", "status", "msgtype"}
_ALERT = {
    "source",
    "scope",
    "restriction",
    "addresses",
    "code",
    "note",
    "references",
    "incidents",
    *_IDENTITY,
}
_ALERT |= {"secclassification", "phone", "signature"}
"""The names that stand beside `info` (CAP v1.2 §3.2.1, and those of the national dialect)."""
_AREA = {"areadesc", "polygon", "circle", "geocode", "altitude", "ceiling"}
"""CAP v1.2 §3.2.4."""
_OWN = {"scope", "restriction", "addresses", "incidents", "urgency", "certainty", "severity", *_AREA}
_OWN |= {"responsetype", "eventcode", "parameter", "language", "category", "resource", "area"}
"""Names of CAP that our simple JSON does not have."""
_INFO = {"event", "headline", "description", "severity", "urgency", "certainty", "area", "eventtype"}
"""What an info block says; another object under that name is one of a sender's own."""
_SIMPLE = ("level", "areas", "act")
"""Keys of our simple JSON that CAP does not have."""
_NATIONAL = {"sendtime", "sendercode", "eventtype", "eventtypename"}
"""Names of the national dialect that CAP does not have."""

_ALIASES = {
    "infos": "info",
    "areas": "area",
    "resources": "resource",
    "polygons": "polygon",
    "circles": "circle",
    "geocodes": "geocode",
    "eventcodes": "eventcode",
    "parameters": "parameter",
    "responsetypes": "responsetype",
    "response": "responsetype",
    "categories": "category",
    "reference": "references",
    "referencesinfo": "references",
    "messagetype": "msgtype",
    "eventtypecn": "eventtypename",
    "id": "identifier",
}
"""Plurals, the names of api.weather.gov, and those of the national system's interfaces."""


def entries(document: object) -> Entries | None:
    """The alerts of a document, wherever they stand in it."""
    return answers.listed(document, _known, _around)


def alert(entry: object) -> Alert:
    """One alert, in its own dialect. Raises Unreadable if it has no identity."""
    read = parts(entry)
    return national.alert(read) if national.fits(read) else cap.alert(read)


def parts(entry: object) -> Parts:
    """The element that an entry stands for. Raises Unreadable if it is no object."""
    fields = _inside(as_object(entry))
    words = _NATIONAL_WORDS if tree.names(fields, _WORDS) & _NATIONAL else _WORDS
    return Parts(tree.element("alert", _nested(tree.node(_identified(fields), words))))


def _known(entry: object) -> bool:
    """Whether an entry is CAP: an alert with its info inside, or flat with names that only CAP has."""
    if not isinstance(entry, dict):
        return False
    fields = _inside(entry)
    names = tree.names(fields, _WORDS)
    if len(names & _IDENTITY) < 2:
        return False
    if fields is not entry or _has_info(fields):
        return True
    return "sent" in names and bool(names & _OWN) and not names & _NATIONAL and not _simple(fields)


def _around(value: Mapping[str, Any]) -> bool:
    """Whether it stands around an alert and has more beside it, where further alerts may stand."""
    inner = _inside(value)
    beside = [
        one for key, one in value.items() if isinstance(one, (dict, list)) and tree.name(key) != "geometry"
    ]
    return inner is not value and len(beside) > 1


def _has_info(fields: Mapping[str, Any]) -> bool:
    """Whether one of its members is an info block or a list of them."""
    if tree.elements(fields):
        return True
    named = (inner for key, inner in fields.items() if _ALIASES.get(tree.name(key), tree.name(key)) == "info")
    blocks = (one for inner in named for one in (inner if isinstance(inner, list) else [inner]))
    return any(
        isinstance(one, dict) and (not _simple(fields) or tree.names(one, _WORDS) & _INFO) for one in blocks
    )


def _simple(fields: Mapping[str, Any]) -> bool:
    """Whether it has a key of our simple JSON: a level, or areas that are codes."""
    return any(
        key in fields
        and not (isinstance(fields[key], list) and any(isinstance(one, dict) for one in fields[key]))
        for key in _SIMPLE
    )


def _inside(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object of the alert in what is wrapped around one: `{alert: {…}}`, a GeoJSON feature, the content
    of an Atom entry. Without a wrapping the entry itself."""
    if answers.itself(entry):
        return entry
    for key, inner in entry.items():
        called = tree.name(key)
        if called == "alert" and isinstance(inner, dict):
            return inner
        if called == "properties" and isinstance(inner, dict):
            shape = entry.get("geometry")
            return (
                {**inner, "polygon": shape} if isinstance(shape, dict) and "polygon" not in inner else inner
            )
        if called == "content" and isinstance(inner, dict) and (found := _inside(inner)) is not inner:
            return found
    return entry


def _identified(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object without an `id` that stands beside its identifier: that is the number of a row."""
    if any(tree.name(key) == "identifier" for key in fields):
        return {key: value for key, value in fields.items() if tree.name(key) != "id"}
    return fields


def _nested(node: Node) -> Node:
    """The alert with its info blocks and areas inside, where they stand flat in it."""
    outer = {name: values for name, values in node.items() if name in _ALERT}
    blocks = [one for one in node.get("info", ()) if isinstance(one, dict)]
    beside = {name: values for name, values in node.items() if name in _AREA or name == "area"}
    if not blocks:
        rest = {name: values for name, values in node.items() if name not in _ALERT and name != "info"}
        blocks = [rest] if rest else []
    outer["info"] = [_with_areas(one, beside) for one in blocks]
    return outer


def _with_areas(info: Node, beside: Node) -> Node:
    """An info block with its areas inside: its own, else those that stand beside it in the alert."""
    for place in (info, beside):
        areas = [{"areadesc": [one]} if isinstance(one, str) else one for one in place.get("area", ())]
        flat = {name: values for name, values in place.items() if name in _AREA}
        if areas or flat:
            return {
                **{name: values for name, values in info.items() if name not in _AREA},
                "area": areas or [flat],
            }
    return info


def _pairs(value: object) -> list[Any]:
    """Values with their names: `[{valueName, value}]`, `{name: value or list}`, or texts alone."""
    if isinstance(value, list):
        return [pair for inner in value for pair in _pairs(inner)]
    if not isinstance(value, dict) or not (read := tree.node(value, _PLAIN)):
        return [text] if (text := tree.text(value)) else []
    if "value" in read:
        called = next((read[name] for name in ("valuename", "name", "key") if read.get(name)), [""])
        return [{"valuename": called[:1], "value": [one]} for one in read["value"] if isinstance(one, str)]
    return [
        {"valuename": [key], "value": [one]}
        for key, inner in value.items()
        if not key.startswith(("@", "#"))
        for one in _texts(inner)
    ]


def _texts(value: object) -> list[str]:
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [text] if (text := tree.text(value)) else []


def _references(value: object) -> list[str]:
    """Triples and identifiers as one text, as CAP has them."""
    return [text] if (text := " ".join(_named(value, triples=True))) else []


def _first_alerts(value: object) -> list[str]:
    """The same of the national dialect, which names identifiers alone."""
    return [text] if (text := " ".join(_named(value, triples=False))) else []


def _named(value: object, *, triples: bool) -> list[str]:
    if isinstance(value, list):
        return [one for inner in value for one in _named(inner, triples=triples)]
    read = tree.node(value, _PLAIN) if isinstance(value, dict) else {}
    if not read:
        return [text] if (text := tree.text(value)) else []
    identifier, sender, sent = (_one(read, name) for name in ("identifier", "sender", "sent"))
    if not identifier:
        return [one for inner in read.values() for one in _named(inner, triples=triples)]
    at = moment(sent)
    return [f"{sender},{identifier},{at.isoformat()}" if triples and sender and at else identifier]


def _one(read: Node, name: str) -> str:
    return next((text for text in read.get(name, ()) if isinstance(text, str)), "")


_PLAIN = Vocabulary({}, {})
_READERS = {
    "polygon": shapes.polygons,
    "circle": shapes.circles,
    "geocode": _pairs,
    "eventcode": _pairs,
    "parameter": _pairs,
}
_WORDS = Vocabulary(_ALIASES, {**_READERS, "references": _references})
_NATIONAL_WORDS = Vocabulary(_ALIASES, {**_READERS, "references": _first_alerts})
