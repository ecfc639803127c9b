"""What is wrong with a text that is no JSON, as the name of a fault. i18n has the words: `[fault]`.

Python's parser says which sign it did not expect. What people really did is told by that sign and by those
around it: a single quote, a comma too many, a Chinese comma.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from json import JSONDecodeError

NEAR = 12
"""Characters of the text that are shown where it is wrong. Our choice."""
_MEANT = {
    "json_single_quote": "'`",
    "json_chinese_quote": "“”„‟＂「」『』‘’",
    "json_chinese_comma": "，、；",
    "json_chinese_colon": "：",
    "json_wide_bracket": "｛｝［］（）",
    "json_round_bracket": "()",
    "json_double_comma": ",",
    "json_semicolon": ";",
    "json_equals": "=＝",
    "json_comment": "#",
    "json_blank": "\u00a0\u3000\u200b\u200c\u200d\u2028\u2029\ufeff\f\v",
    "json_nul": "\0",
}
_SIGNS = {sign: fault for fault, signs in _MEANT.items() for sign in signs}
"""What a sign means that stands between the values. None of them is JSON."""
_COMMENT = ("//", "/*", "<!--")
_WORD = re.compile(r"[^\W\d]\w*")
_NUMBER = re.compile(r"[+.\d]")
_SECTION = re.compile(r"\[[\w. -]+\]\s*\n")
"""The first line of a configuration file."""
_LITERALS = ("true", "false", "null", "none", "undefined", "nil", "nan", "yes", "no")
_MESSAGES = {
    "Unterminated string": "json_open_quote",
    "Invalid \\escape": "json_backslash",
    "Invalid \\uXXXX": "json_unicode",
}


def fault(text: str, error: JSONDecodeError) -> dict[str, str]:
    """The fields of a refusal: `fault`, `line`, `column` and, if something stands there, `saw`."""
    at, name = error.pos, next(_named(text, error))
    if name == "json_cut_off":
        at = len(text.rstrip())
        saw = text[max(0, at - NEAR) : at]
    else:
        saw = text[at : at + NEAR]
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    saw = saw.strip().splitlines()[0] if saw.strip() else ""
    fields = {"fault": name, "line": str(line), "column": str(column), "saw": saw}
    return {field: value for field, value in fields.items() if value}


def _named(text: str, error: JSONDecodeError) -> Iterator[str]:
    """The names that fit, the likeliest first."""
    at, sign = error.pos, text[error.pos : error.pos + 1]
    before = text[:at].rstrip()[-1:]
    if text.startswith("{\\rtf"):
        yield "like_rtf"
    if _SECTION.match(text):
        yield "like_ini"
    if error.msg.startswith("Invalid control character"):
        yield "json_line_break" if sign in "\r\n" else "json_control"
    yield from (name for message, name in _MESSAGES.items() if error.msg.startswith(message))
    if error.msg == "Extra data":
        yield from _behind(text[at:])
    word = _WORD.match(text, at)
    if (word.end() if word else at) >= len(text.rstrip()):
        yield "json_cut_off"
    if text.startswith(_COMMENT, at):
        yield "json_comment"
    if sign in ("}", "]"):
        yield from _closed(before, sign, error.msg)
    if before == '"' and _WORD.match(sign) and "delimiter" in error.msg:
        yield "json_quote_inside"
    if sign in _SIGNS:
        yield _SIGNS[sign]
    yield from _value(text, at, error.msg)
    yield "json_other"


def _closed(before: str, sign: str, message: str) -> Iterator[str]:
    """A closing bracket that was not expected."""
    if before == ",":
        yield "json_trailing_comma"
    if before == ":":
        yield "json_no_value"
    if "',' delimiter" in message or before in "{[":
        yield "json_brackets"
    if "':' delimiter" in message:
        yield "json_no_value"


def _value(text: str, at: int, message: str) -> Iterator[str]:
    """A value, key or separator is not what it should be."""
    sign, word = text[at : at + 1], _WORD.match(text, at)
    if "property name" in message:
        yield "json_no_key" if sign == ":" else "json_bare_key"
    if "':' delimiter" in message:
        yield "json_no_colon"
    if "',' delimiter" in message:
        if text[at - 1 : at].isalnum() and (word or _NUMBER.match(sign)):
            yield "json_number"
        yield "json_colon_in_list" if sign == ":" else "json_no_comma"
    if word:
        yield "json_literal" if word.group().lower() in _LITERALS else "json_bare_text"
    if _NUMBER.match(sign) or sign == "-":
        yield "json_number"


def _behind(rest: str) -> Iterator[str]:
    """Something stands behind the end of the document."""
    first = rest.lstrip()[:1]
    if first in ("{", "["):
        yield "json_two"
    if first in ("}", "]"):
        yield "json_closed_twice"
    if first in (",", "，"):
        yield "json_no_list"
    yield "json_more"
