"""How programs turn XML into JSON: each has its own form of attributes, texts and what stands several times.

Written from what these programs are known to make; none of them is called.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

Convert = Callable[[etree._Element], dict[str, Any]]


def xmltodict(root: etree._Element) -> dict[str, Any]:
    """`{"cap:alert": {"@xmlns:cap": …, "cap:info": {…}}}`: one value, or a list where there are several."""

    def value(element: etree._Element) -> Any:
        read: dict[str, Any] = {f"@{key}": text for key, text in _attributes(element).items()}
        for child in _children(element):
            _grouped(read, _prefixed(child), value(child))
        text = _text(element)
        if read and text:
            read["#text"] = text
        return read or text or None

    return {_prefixed(root): value(root)}


def badgerfish(root: etree._Element) -> dict[str, Any]:
    """`{"alert": {"sender": {"$": "…"}}}`: the text of every element under `$`."""

    def value(element: etree._Element) -> dict[str, Any]:
        read: dict[str, Any] = {f"@{key}": text for key, text in _attributes(element).items()}
        for child in _children(element):
            _grouped(read, _prefixed(child), value(child))
        if text := _text(element):
            read["$"] = text
        return read

    return {_prefixed(root): value(root)}


def xml2js(root: etree._Element) -> dict[str, Any]:
    """`{"alert": {"$": {"xmlns": …}, "sender": ["…"]}}`: a list around every child."""

    def value(element: etree._Element) -> Any:
        attributes, text = _attributes(element), _text(element)
        read: dict[str, Any] = {"$": attributes} if attributes else {}
        for child in _children(element):
            read.setdefault(_prefixed(child), []).append(value(child))
        if read and text:
            read["_"] = text
        return read or text

    return {_prefixed(root): value(root)}


def jackson(root: etree._Element) -> dict[str, Any]:
    """The object of the alert by itself, without prefixes: one value or a list, empty texts as they are."""

    def value(element: etree._Element) -> Any:
        read: dict[str, Any] = {}
        for child in _children(element):
            _grouped(read, etree.QName(child).localname, value(child))
        return read or _text(element)

    read: dict[str, Any] = value(root)
    return read


def xml_js(root: etree._Element) -> dict[str, Any]:
    """`{"elements": [{"type": "element", "name": "alert", "elements": […]}]}`."""

    def value(element: etree._Element) -> dict[str, Any]:
        inner = [value(child) for child in _children(element)]
        if text := _text(element):
            inner.append({"type": "text", "text": text})
        read: dict[str, Any] = {"type": "element", "name": _prefixed(element)}
        return {**read, "elements": inner} if inner else read

    return {"declaration": {"attributes": {"version": "1.0"}}, "elements": [value(root)]}


def xml_js_compact(root: etree._Element) -> dict[str, Any]:
    """`{"alert": {"_attributes": {…}, "sender": {"_text": "…"}}}`."""

    def value(element: etree._Element) -> dict[str, Any]:
        attributes = _attributes(element)
        read: dict[str, Any] = {"_attributes": attributes} if attributes else {}
        for child in _children(element):
            _grouped(read, _prefixed(child), value(child))
        if text := _text(element):
            read["_text"] = text
        return read

    return {"_declaration": {"_attributes": {"version": "1.0"}}, _prefixed(root): value(root)}


def upper(root: etree._Element) -> dict[str, Any]:
    """Upper case names, as databases give them."""

    def value(element: etree._Element) -> Any:
        read: dict[str, Any] = {}
        for child in _children(element):
            _grouped(read, etree.QName(child).localname.upper(), value(child))
        return read or _text(element)

    return {"ALERT": value(root)}


CONVERTERS: tuple[Convert, ...] = (xmltodict, badgerfish, xml2js, jackson, xml_js, xml_js_compact, upper)


def _children(element: etree._Element) -> list[etree._Element]:
    return [child for child in element if isinstance(child.tag, str)]


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()


def _attributes(element: etree._Element) -> dict[str, str]:
    """The attributes, with the namespaces that the element declares."""
    parent = element.getparent()
    above = parent.nsmap if parent is not None else {}
    spaces = {prefix: uri for prefix, uri in element.nsmap.items() if above.get(prefix) != uri}
    declared = {f"xmlns:{prefix}" if prefix else "xmlns": str(uri) for prefix, uri in spaces.items()}
    return {**declared, **{str(key): str(text) for key, text in element.attrib.items()}}


def _prefixed(element: etree._Element) -> str:
    local = str(etree.QName(element).localname)
    return f"{element.prefix}:{local}" if element.prefix else local


def _grouped(read: dict[str, Any], key: str, value: Any) -> None:
    """Put a child under its name; the second makes a list of both."""
    if key not in read:
        read[key] = value
    elif isinstance(read[key], list):
        read[key].append(value)
    else:
        read[key] = [read[key], value]
