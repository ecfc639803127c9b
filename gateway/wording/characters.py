"""Characters that look alike become one: ⽔ and 水 are one word to a reader, and two to a search.

PDF files and input methods leave radicals (U+2E80–2FDF) and compatibility characters (U+F900–FAFF) in texts.
Characters whose other form has another meaning stay: ², ½, ①, ℃, ㎡, Ⅱ.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from gateway.model.alert import Alert, Info
from gateway.wording.phrases import read

_RADICALS = {pair[0]: pair[1] for pair in read("characters")["radicals"].split()}
_ALIKE = re.compile(
    "[\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f"  # radicals and compatibility ideographs
    "\ufb00-\ufb06\ufe30-\ufe4f\ufe50-\ufe6b\uff61-\uff9f"  # ligatures, upright and small forms, half width
    "\U0001d400-\U0001d7ff]"  # mathematical letters and digits
)

_FIRST_HAN = "\u3400"
"""The first of the Chinese characters, in the order of their codes."""


def ordinary(text: str) -> str:
    """The text with the ordinary character for each that only looks like it. Its length may change."""
    if text.isascii():
        return text
    return _ALIKE.sub(lambda match: _RADICALS.get(match[0]) or unicodedata.normalize("NFKC", match[0]), text)


def legible(alert: Alert) -> Alert:
    """The alert with ordinary characters in every text that is judged or said. Its key stays as written."""
    texts = [alert.note, *(text for info in alert.infos for text in _texts(info))]
    if not any(_ALIKE.search(text) for text in texts if not text.isascii()):
        return alert
    return replace(alert, note=ordinary(alert.note), infos=tuple(map(_legible, alert.infos)))


def _texts(info: Info) -> tuple[str, ...]:
    values = (pair.value for pair in info.parameters)
    areas = (area.description for area in info.areas)
    return (
        info.event,
        info.sender_name,
        info.headline,
        info.description,
        info.instruction,
        info.contact,
        *values,
        *areas,
    )


def _legible(info: Info) -> Info:
    return replace(
        info,
        event=ordinary(info.event),
        sender_name=ordinary(info.sender_name),
        headline=ordinary(info.headline),
        description=ordinary(info.description),
        instruction=ordinary(info.instruction),
        contact=ordinary(info.contact),
        parameters=tuple(replace(pair, value=ordinary(pair.value)) for pair in info.parameters),
        areas=tuple(replace(area, description=ordinary(area.description)) for area in info.areas),
    )


def outside_gbk(text: str) -> tuple[str, ...]:
    """The Chinese characters that GBK does not have, each once, in order. Speech chips lack them."""
    if _in_gbk(text):
        return ()
    return tuple(
        dict.fromkeys(sign for sign in text if sign >= _FIRST_HAN and sign.isalpha() and not _in_gbk(sign))
    )


def _in_gbk(text: str) -> bool:
    """Whether GBK has every character of the text."""
    try:
        text.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True
