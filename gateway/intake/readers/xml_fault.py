"""What is wrong with a document that is no XML, as the name of a fault. i18n has the words: `[fault]`.

The name follows from the number of libxml2's error (xmlerror.h), and details from its message, which is never
shown.
"""

from __future__ import annotations

import re

from lxml.etree import XMLSyntaxError

_NAMES = {
    **dict.fromkeys((4, 56, 72), "xml_no_root"),
    **dict.fromkeys((5, 86), "xml_more"),
    **dict.fromkeys((6, 7, 8, 10), "xml_number_of_sign"),
    **dict.fromkeys((22, 23), "xml_ampersand"),
    **dict.fromkeys((33, 34), "xml_declaration_quote"),
    **dict.fromkeys((57, 78, 96, 101, 108, 109), "xml_declaration"),
    42: "xml_attribute_twice",
    **dict.fromkeys((47, 46), "xml_instruction"),
    **dict.fromkeys((73, 74), "xml_open_tag"),
    **dict.fromkeys((89, 110, 114), "xml_too_large"),
    9: "xml_sign",
    26: "xml_entity",
    38: "xml_less_in_attribute",
    39: "xml_attribute_quote",
    40: "xml_attribute_open",
    41: "xml_attribute_value",
    45: "xml_comment_open",
    62: "xml_cdata_end",
    63: "xml_cdata_open",
    64: "xml_declaration_late",
    65: "xml_blank",
    68: "xml_tag_name",
    75: "xml_attribute_value",
    76: "xml_tags",
    77: "xml_cut_off",
    80: "xml_hyphens",
}
"""By the number of libxml2's error. Any other is `xml_other`, with its number."""
_DETAILS = (
    re.compile(r"mismatch: (?P<opened>\S+) line (?P<since>\d+) and (?P<closed>[^\s,]+)"),
    re.compile(r"data in tag (?P<opened>\S+) line (?P<since>\d+)"),
    re.compile(r"Entity '(?P<name>[^']{1,40})'"),
    re.compile(r"[Aa]ttribute (?P<name>\S+) redefined"),
    re.compile(r"attribute (?P<name>[^\s,]+)"),
    re.compile(r"end of Start Tag (?P<name>[^\s,]+)"),
    re.compile(r"[Cc]har value (?P<sign>\d+)|Char (?P<hex>0x[0-9A-Fa-f]+) out"),
)
_BY_MESSAGE = (("EntityRef", "xml_ampersand"), ("attribute name", "xml_attribute_name"))
"""Number 68 has more than one meaning."""

_IN_A_TAG = ("xml_tag_name", "xml_open_tag", "xml_attribute_name", "xml_attribute_quote")
"""What a document that was cut off inside a tag is said to have."""


def fault(raw: bytes, error: XMLSyntaxError) -> dict[str, str]:
    """The fields of a refusal: `fault`, `line`, `column` and what its words need. `raw` is the document."""
    code, message = error.code or 0, error.msg or ""
    name = _NAMES.get(code, "xml_other")
    if code == 68:
        name = next((other for mark, other in _BY_MESSAGE if mark in message), name)
    line, column = error.position
    fields = {"fault": name, "line": str(line or ""), "column": str(column or ""), "code": str(code)}
    if name != "xml_other":
        del fields["code"]
    for detail in _DETAILS:
        if (found := detail.search(message)) and name != "xml_other":
            fields |= {field: value for field, value in found.groupdict().items() if value}
            break
    if "hex" in fields:
        fields["sign"] = str(int(fields.pop("hex"), 16))
    if name in _IN_A_TAG and _at_end(raw, line or 0):
        fields["fault"] = "xml_cut_off"
    return {field: value for field, value in fields.items() if value}


def _at_end(raw: bytes, line: int) -> bool:
    """Whether a document ends on this line without the end of a tag."""
    whole = raw.rstrip()
    return not whole.endswith(b">") and line >= whole.count(b"\n") + 1
