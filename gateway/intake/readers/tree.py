"""The element tree that a JSON object stands for, so that CAP as JSON is read by the readers of CAP's XML.

Programs that turn XML into JSON differ in how they write attributes, texts, prefixes and what stands several
times. All of them are read: `@xmlns` and `#text` (xmltodict), `$` (Badgerfish, xml2js), lists around every
value (xml2js), `_text` and `elements` (xml-js), one value or a list (Jackson). Names lose their prefix, their
case and their underscores: `cap:msgType`, `MsgType` and `msg_type` are one name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from lxml import etree

Node = dict[str, list[Any]]
"""An element: the values of each child by its name. A value is a text or a Node."""

LONGEST = 60
"""Characters of a key at most; a longer one is no name of a warning. Our choice."""
REMEMBERED = 2048
"""Keys whose names are remembered at most. Our choice."""
_TEXTS = {"#text", "$", "_", "_text", "__text", "$t", "$text", "$value", "%text", "text"}
_TEXTS |= {"#cdata-section", "#cdata", "_cdata", "__cdata", "cdata"}
"""The keys under which the text of an element stands; `text` and `cdata` are those of xml-js."""
_MARKS = "@-$_#?!%"
"""The first signs of keys that are attributes, comments or instructions."""
_NO_NAME = re.compile(r"[^a-z0-9]")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML text may hold (XML 1.0 §2.2), single surrogates too."""


class Vocabulary(NamedTuple):
    """How the keys of a format become names and values."""

    aliases: Mapping[str, str]
    """Other names of an element, as `name` gives them."""
    readers: Mapping[str, Callable[[object], list[Any]]]
    """What makes the values of an element that is more than a text or an object, by its name."""


class _Names(dict[str, str]):
    """The names of keys, remembered: a list has the same keys in each of hundreds of entries."""

    def __missing__(self, key: str) -> str:
        if len(key) > LONGEST:
            return ""
        found = _named(key)
        if len(self) < REMEMBERED:
            self[key] = found
        return found


def _named(key: str) -> str:
    if not key or key[0] in _MARKS:
        return ""
    local = key.rpartition("}")[2].rpartition(":")[2].lower()
    called = _NO_NAME.sub("", local.removeprefix("cap_").removeprefix("cap-"))
    return called if called[:1].isalpha() else ""


name = _Names().__getitem__
"""The name of a key without prefix, case and underscores; "" if it is none."""


def names(value: Mapping[str, Any], vocabulary: Vocabulary) -> frozenset[str]:
    """The names of an object's keys."""
    return frozenset(vocabulary.aliases.get(called, called) for called, _ in _members(value))


def node(value: Mapping[str, Any], vocabulary: Vocabulary) -> Node:
    """The children of an object, without its attributes."""
    children: Node = {}
    for called, inner in _members(value):
        called = vocabulary.aliases.get(called, called)
        read = vocabulary.readers.get(called)
        children.setdefault(called, []).extend(read(inner) if read else _values(inner, vocabulary))
    return children


def _values(value: object, vocabulary: Vocabulary) -> list[Any]:
    """The values that a JSON value stands for. Nothing stands for null."""
    if isinstance(value, list):
        return [one for inner in value for one in _values(inner, vocabulary)]
    if isinstance(value, dict) and (read := node(value, vocabulary)):
        return [read]
    written = text(value)
    return [written] if written else []


def _members(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The members of an object that are elements, each with its name."""
    if elements(value):
        for one in value["elements"]:
            if isinstance(one, dict) and (called := name(str(one.get("name") or ""))):
                yield called, {"elements": one.get("elements", [])}
        return
    whole = value.keys() <= _TEXTS or "elements" in value
    for key, inner in value.items():
        if not (whole or key.startswith(("#", "$", "_"))) and (called := name(key)):
            yield called, inner


def elements(value: Mapping[str, Any]) -> bool:
    """Whether it has its children as xml-js writes them: `{elements: [{type: "element", name, …}]}`."""
    listed = value.get("elements")
    return isinstance(listed, list) and any(isinstance(one, dict) and one.get("name") for one in listed)


def text(value: object) -> str:
    """The text of a value: of a scalar as it is written, of an object the text of its element."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dict):
        return _text(value)
    return "" if value is None or isinstance(value, list) else str(value)


def _text(value: Mapping[str, Any]) -> str:
    """The texts of an object that stand under the keys for it."""
    found: list[str] = []
    for key, inner in value.items():
        if key in _TEXTS or key == "elements":
            listed: Sequence[Any] = inner if isinstance(inner, list) else [inner]
            found += [text(one) for one in listed if key == "elements" or not isinstance(one, dict)]
    return "".join(found)


def element(called: str, value: Any) -> etree._Element:
    """The element of a text or a Node."""
    made = etree.Element(called)
    if isinstance(value, str):
        made.text = _NO_XML.sub("", value)
        return made
    for child, inner in value.items():
        made.extend(element(child, one) for one in inner)
    return made
