"""What bytes look like that are no warning, as the name of a fault: a web page, a form, a PDF, a mail.

i18n has the words: `[fault]`. A sender who learns what arrived finds sooner what sent it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from lxml import etree

from gateway.intake.readers.elements import name

FIRST = 4096
"""Bytes at the beginning that are looked at. Our choice."""
SHOWN = 24
"""Characters of the beginning that are shown. Our choice."""
_MAGIC = (
    (b"%PDF", "like_pdf"),
    (b"PK\x03\x04", "like_zip"),
    (b"Rar!", "like_zip"),
    (b"7z\xbc\xaf", "like_zip"),
    (b"\x1f\x8b", "like_zip"),
    (b"BZh", "like_zip"),
    (b"\xfd7zXZ", "like_zip"),
    (b"\xd0\xcf\x11\xe0", "like_office"),
    (b"\x89PNG", "like_picture"),
    (b"\xff\xd8\xff", "like_picture"),
    (b"GIF8", "like_picture"),
    (b"BM", "like_picture"),
    (b"ID3", "like_sound"),
    (b"RIFF", "like_sound"),
    (b"OggS", "like_sound"),
    (b"-----BEGIN", "like_key"),
    (b"{\\rtf", "like_rtf"),
)
_TAR = (257, b"ustar")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_TEXTS = (
    ("like_http", r"(?:HTTP/\d|(?:POST|GET|PUT) \S+ HTTP|(?:content-(?:type|length)|host|user-agent) ?:)"),
    ("like_mail", r"(?:received|return-path|message-id|mime-version|subject|from) ?: "),
    ("like_yaml", r"(?s)(?:---\s*\n|\w+: *\S[^\n]*\n\s*(?:- )?\w+:)"),
    ("like_yaml", r"\w+ ?:\s*\n[ -]+\w"),
    ("like_ini", r"\[[\w. \"-]+\]\s*\n"),
    ("like_jsonp", r"(?s)(?:/\*.*?\*/)?[\w$.]+\s*\(\s*[{\[\"']"),
    ("like_script", r"(?:var|let|const|window|module|export|self)\b[^\n]{0,60}="),
    ("like_form", r"[\w.\[\]%-]+=[^=\n]*(?:&[\w.\[\]%-]+=|\Z)"),
    ("like_form", r"[\w.-]{1,40}=(?:%[0-9A-Fa-f]{2}|\s*[<{\[])"),
    ("like_escaped", r"(?:%7B|%5B|%3C)"),
    ("like_escaped", r"&(?:lt|#60|#x3c);"),
    ("like_quoted", r"[\"'“‘]\s*(?:[{\[<]|\\\")"),
    ("like_wide", r"[＜｛［]"),
    ("like_hex", r"(?:7b|5b|3c|efbbbf)(?:[0-9a-f]{2}\s?){8,}"),
    ("like_path", r"(?:/|[a-z]:\\|(?:https?|ftp|file)://)\S+\s*\Z"),
    ("like_csv", r"(?:[^,\n{<]*,){2,}[^,\n]*\n(?:[^,\n]*,){2,}"),
)
_PATTERNS = tuple((fault, re.compile(pattern, re.IGNORECASE)) for fault, pattern in _TEXTS)
_PAGE = re.compile(rb"[^<]{0,8}(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_ALERT = re.compile(
    r"\s*+\ufeff?(?>\s+|<\?.*?\?>|<!--.*?-->)*+<(?:[\w-]+:)?alert\b", re.IGNORECASE | re.DOTALL
)
_BASE64 = re.compile(rb"[A-Za-z0-9+/_\-\s]{16,}={0,2}\s*")
_ROOTS = {
    **dict.fromkeys(("html", "head", "body"), "like_html"),
    **dict.fromkeys(("rss", "feed", "rdf", "opml", "urlset"), "xml_feed"),
    **dict.fromkeys(("edxldistribution", "contentobject"), "xml_edxl"),
    **dict.fromkeys(("ebd", "ebm", "ebrstate", "ebmstatequery", "ebdresponse"), "xml_ebd"),
    **dict.fromkeys(("error", "errors", "fault", "exception", "serviceexceptionreport"), "xml_error"),
    **dict.fromkeys(("kml", "gml", "svg"), "xml_map"),
    **dict.fromkeys(("info", "area", "resource"), "xml_part"),
}


def of_bytes(raw: bytes) -> tuple[str, str]:
    """The name of what these bytes look like, and their beginning as text, both "" where nothing is known."""
    start = raw[:FIRST]
    fault = next((fault for magic, fault in _MAGIC if start.startswith(magic)), "")
    if not fault and start[_TAR[0] :].startswith(_TAR[1]):
        fault = "like_zip"
    text = _text(start)
    if fault or text is None or len(_CONTROL.findall(text)) > len(text) // 20:
        return fault or "like_binary", start[:8].hex(" ")
    text = text.lstrip()
    return next(_likenesses(text, raw), "like_text"), _shown(text)


def a_page(raw: bytes) -> bool:
    """Whether these bytes begin like a web page."""
    return _PAGE.match(raw[:FIRST]) is not None


def of_root(root: etree._Element) -> str:
    """The name of what an XML document is that holds no alert, or ""."""
    called = name(root).lower()
    if any(holds_xml(text) for text in root.itertext()):
        return "xml_in_text"
    if called == "envelope":
        inside = {name(child).lower() for child in root.iter()}
        return "xml_soap_fault" if "fault" in inside else "xml_soap"
    return _ROOTS.get(called, "")


def holds_xml(text: object) -> bool:
    """Whether a text is itself a warning in XML, as CDATA, escaped, or as a value of JSON. It may be a
    quotation: it is named and never read."""
    return isinstance(text, str) and _ALERT.match(text) is not None


def of_values(document: object) -> str:
    """The name of what JSON is that is in no format, or "". Its depth is bounded (`json_text`)."""
    inside = list(document.values()) if isinstance(document, dict) else document
    if isinstance(inside, list):
        return next((fault for one in inside if (fault := of_values(one))), "")
    return "json_xml_in_text" if holds_xml(document) else ""


def _likenesses(text: str, raw: bytes) -> Iterator[str]:
    if _BASE64.fullmatch(raw) and _inside(raw).lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"<", b"{", b"[")):
        yield "like_base64"
    yield from (fault for fault, pattern in _PATTERNS if pattern.match(text))


def plain(raw: bytes) -> bytes:
    """The bytes that base64 stands for; b"" where they are none."""
    if not _BASE64.fullmatch(raw):
        return b""
    letters = b"".join(raw.split()).translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
    try:
        return base64.b64decode(letters[: len(letters) // 4 * 4])
    except (binascii.Error, ValueError):
        return b""


def _inside(raw: bytes) -> bytes:
    """The first bytes that are inside base64, b"" if it is none."""
    letters = b"".join(raw[:FIRST].split())
    try:
        return base64.b64decode(letters[: len(letters) // 4 * 4][:64])
    except (binascii.Error, ValueError):
        return b""


def _text(start: bytes) -> str | None:
    """The text of the first bytes. A sign that is cut at their end is left out."""
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):
            try:
                return start[: len(start) - cut].decode(encoding)
            except UnicodeDecodeError:
                if len(start) < FIRST:
                    break
    return None


def _shown(text: str) -> str:
    """The beginning of a text in one line."""
    line = " ".join(text[: SHOWN * 4].split())
    return line[:SHOWN] + ("…" if len(line) > SHOWN else "")
