"""XML as warnings use it: elements by their name without namespace and case, bounded in depth, without DOCTYPE.

The bytes go to the XML parser as they came: it reads the declaration.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from gateway.intake import Unreadable
from gateway.model.reason import Reason, Why

DEEPEST = 32
"""Depth of elements (practice.md, Figures). CAP needs six, wrappers some more."""


def parse(raw: bytes) -> etree._Element:
    """The root. Raises Unreadable where it is no XML, too deep, or has a DOCTYPE."""
    depth = 0
    parser = etree.XMLPullParser(
        events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    root: etree._Element | None = None
    try:
        for start in range(0, len(raw), 65536):
            parser.feed(raw[start : start + 65536])
            for event, element in parser.read_events():
                if root is None:
                    root = element
                    _refuse_doctype(root)
                depth += 1 if event == "start" else -1
                if depth > DEEPEST:
                    why = Why(Reason.TOO_DEEP, {"expected": str(DEEPEST)})
                    raise Unreadable(why, name(element), element.sourceline or 0)
        tree: etree._Element = parser.close()
    except etree.XMLSyntaxError as error:
        where = name(root) if root is not None else ""
        raise Unreadable(Why(Reason.NOT_XML, {"saw": error.msg}), where, error.lineno or 0) from error
    _refuse_doctype(tree)
    return tree


def _refuse_doctype(root: etree._Element) -> None:
    """A DOCTYPE stands before the root, so that asking at the root's start is early enough for any entity."""
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable(Why(Reason.DOCTYPE), "DOCTYPE", 1)


def name(element: etree._Element) -> str:
    """Without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


class Parts:
    """The children of an element by their names, in order, whatever their case: each element is looked through once, however many fields are
    asked of it."""

    def __init__(self, parent: etree._Element) -> None:
        self.element = parent
        self._found: dict[str, list[Any]] = {}
        for child in parent:
            self._found.setdefault(name(child).lower(), []).append(child)

    def __bool__(self) -> bool:
        return bool(self._found)

    def has(self, *names: str) -> bool:
        return all(one.lower() in self._found for one in names)

    def children(self, called: str) -> list[Parts]:
        return [Parts(child) for child in self._found.get(called.lower(), ())]

    def texts(self, called: str) -> Iterator[str]:
        """The texts of the children of this name that have any, without white space around."""
        for child in self._found.get(called.lower(), ()):
            text = ("".join(child.itertext()) if len(child) else child.text or "").strip()
            if text:
                yield text

    def text(self, called: str) -> str:
        """The first of them, or ""."""
        return next(self.texts(called), "")

    def line(self, called: str) -> int:
        """Where the first child of this name stands, else the element itself."""
        found = next(iter(self._found.get(called.lower(), ())), self.element)
        return found.sourceline or 0
