"""XML as warnings use it: elements by their name without namespace and case, bounded in depth, without
DOCTYPE.

The XML parser gets UTF-8 (`document`) and does not look at the declaration, which may name anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from gateway.intake import Unreadable
from gateway.intake.readers import xml_fault
from gateway.model.reason import Reason, Why

DEEPEST = 32
"""Depth of elements at most (docs/practice.md, Figures). CAP needs six, wrappers some more."""
PROLOG = 4096
"""Bytes at the beginning in which a DOCTYPE is looked for if the document is no XML. Our choice."""
_ELEMENT = re.compile(rb"<([A-Za-z_][\w.:-]{0,80})", re.ASCII)
_DECLARATION = re.compile(rb"(?>\s+|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)
"""What may stand before a DOCTYPE (XML 1.0 §2.8), and its beginning."""

_PARSER = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
"""libxml2 itself bounds the depth (256), names and the growth of entities. Our bounds are narrower."""
_NAMESPACES = {99, 100, 200, 201, 202, 203, 204, 205}
"""libxml2's numbers of errors of namespaces (xmlerror.h). The document is whole, and names count without
them."""
_TOO_DEEP = etree.XPath("/*" * (DEEPEST + 1))


def parse_xml(raw: bytes) -> etree._Element:
    """The root element of XML in UTF-8, whatever it declares. Raises Unreadable if the bytes are no XML, are
    too deep, or have a DOCTYPE.

    A prefix that nobody declared and other errors of namespaces alone refuse nothing: `name` ignores them.
    """
    try:
        root = _parsed(raw)
    except etree.XMLSyntaxError as error:
        if b"<!DOCTYPE" in raw[:PROLOG]:
            raise _doctype(raw) from error
        if "depth" in (error.msg or ""):
            why = Why(Reason.TOO_DEEP, {"expected": str(DEEPEST)})
            raise Unreadable(why, _first(raw), error.lineno or 0) from error
        why = Why(Reason.NOT_XML, xml_fault.fault(raw, error))
        raise Unreadable(why, _first(raw), error.lineno or 0) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype(raw)
    if deep := _TOO_DEEP(root):
        why = Why(Reason.TOO_DEEP, {"expected": str(DEEPEST)})
        raise Unreadable(why, name(deep[0]), deep[0].sourceline or 0)
    return root


def _doctype(raw: bytes) -> Unreadable:
    """The refusal of a DOCTYPE, with its line. One in a comment before it is passed over."""
    match = _DECLARATION.match(raw)
    return Unreadable(Why(Reason.DOCTYPE), "DOCTYPE", raw.count(b"\n", 0, match.end()) + 1 if match else 1)


def _parsed(raw: bytes) -> etree._Element:
    """The root element. Raises XMLSyntaxError, but not for errors of namespaces alone."""
    try:
        return etree.fromstring(raw, etree.XMLParser(**_PARSER, encoding="utf-8"))
    except etree.XMLSyntaxError as error:
        if error.code not in _NAMESPACES:
            raise
        parser = etree.XMLParser(**_PARSER, encoding="utf-8", recover=True)
        root = etree.fromstring(raw, parser)
        other = next((entry for entry in parser.error_log if entry.type not in _NAMESPACES), None)
        if other:
            told = (other.message, other.type, other.line, other.column)
            raise etree.XMLSyntaxError(*told) from error
        if root is None:
            raise
        return root


def _first(raw: bytes) -> str:
    """The name of the first element in bytes that are no XML, or ""."""
    match = _ELEMENT.search(raw)
    return match.group(1).rpartition(b":")[2].decode("ascii") if match else ""


def name(element: etree._Element) -> str:
    """The name of an element without its namespace, and without a prefix that nobody declared."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


class Parts:
    """The children of an element by their names, in order, in any case. The element is looked through
    once."""

    def __init__(self, parent: etree._Element) -> None:
        self.element = parent
        self._children: dict[str, list[Any]] = {}
        for child in parent:
            self._children.setdefault(name(child).lower(), []).append(child)

    def __bool__(self) -> bool:
        """Whether there are any children."""
        return bool(self._children)

    def has(self, *names: str) -> bool:
        """Whether there are children of all these names."""
        return all(called.lower() in self._children for called in names)

    def children(self, called: str) -> list[Parts]:
        """The children of this name, each as Parts."""
        return [Parts(child) for child in self._children.get(called.lower(), ())]

    def texts(self, called: str) -> Iterator[str]:
        """The texts of the children of this name, without the spaces around them. Empty texts are left
        out."""
        for child in self._children.get(called.lower(), ()):
            text = ("".join(child.itertext()) if len(child) else child.text or "").strip()
            if text:
                yield text

    def text(self, called: str) -> str:
        """The first text of the children of this name, or ""."""
        return next(self.texts(called), "")

    def line(self, called: str) -> int:
        """The line of the first child of this name, else of the element itself."""
        element = next(iter(self._children.get(called.lower(), ())), self.element)
        return element.sourceline or 0
