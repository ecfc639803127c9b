"""The encoding of a document whose declaration may lie.

China's systems declare GB2312 and send characters of GBK (镕, 喆 and names of villages), declare GBK and send
UTF-8, or declare nothing and send GBK. GB18030 holds GBK, and GBK holds GB2312. Chinese text in one of them
is not valid UTF-8, and the other way round: the bytes decide.
"""

from __future__ import annotations

import codecs
import re

CHINESE = "gb18030"
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']", re.IGNORECASE)
_FAMILY = {"gb2312": "gb2312", "gb_2312-80": "gb2312", "euc-cn": "gb2312", "gbk": "gbk", "cp936": "gbk"}
_FAMILY |= {"gb18030": "gb18030", "utf-8": "utf-8", "utf8": "utf-8", "": "utf-8"}
"""The encodings that are believed only if the bytes agree. Others are left to the parser."""
_BOMS = (codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)


def xml(raw: bytes) -> str | None:
    """The encoding to read an XML document in; None leaves it to its declaration."""
    family = _FAMILY.get(_declared(raw))
    if family is None or raw.startswith(_BOMS) or raw.isascii():
        return None
    if _holds(raw, "utf-8"):
        return None if family == "utf-8" else "utf-8"
    return CHINESE if family != "utf-8" or _holds(raw, CHINESE) else None


def wrong(raw: bytes) -> str:
    """What a document declares if its bytes are of another encoding; "" if they agree."""
    declared = _declared(raw)
    family = _FAMILY.get(declared)
    if family is None or raw.startswith(_BOMS) or raw.isascii():
        return ""
    agrees = _holds(raw, family) and (family == "utf-8" or not _holds(raw, "utf-8"))
    return "" if agrees else declared or "utf-8"


def text(raw: bytes) -> str | None:
    """The text of JSON that is no UTF-8 and is valid GB18030; None if it is not so."""
    if raw.startswith(_BOMS) or b"\0" in raw[:4] or _holds(raw, "utf-8") or not _holds(raw, CHINESE):
        return None
    return raw.decode(CHINESE)


def _declared(raw: bytes) -> str:
    """The name in the declaration, in lower case; "" if there is none."""
    match = _DECLARED.search(raw[:400])
    return match.group(1).decode("ascii", "ignore").lower() if match else ""


def _holds(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
