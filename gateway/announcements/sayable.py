"""Which texts our voices can say: Chinese and Latin letters. Tibetan, Mongolian and others would be garbled or silence, so they are never tried."""

from __future__ import annotations

import re
from dataclasses import replace

from gateway.codes import meaning
from gateway.model.alert import Info

FOREIGN = 0.3
"""From this share of letters in other scripts on a text is not said at all; a name among Chinese words is left to the voice. Our choice."""
_LETTER = re.compile(r"[^\W\d_]")
_OTHER = re.compile(r"[^\W\d_A-Za-z\u00c0-\u024f\u3400-\u9fff\uff21-\uff5a]")
UNNAMED = "灾害"
"""What a hazard is called whose name nobody here can say."""


def sayable(text: str) -> bool:
    """Whether our voices can say it; an empty text is."""
    others = len(_OTHER.findall(text))
    return not others or others <= FOREIGN * len(_LETTER.findall(text))


def foreign(info: Info) -> bool:
    """Whether its own words cannot be said."""
    return not sayable(info.headline + info.description + info.instruction)


def spoken_of(info: Info) -> Info:
    """The block with what can be said of it: where its words cannot, hazard and level stand for them in Chinese, by their codes."""
    return replace(
        info,
        event=info.event if sayable(info.event) else meaning.hazard(info).zh or UNNAMED,
        headline=_kept(info.headline),
        description=_kept(info.description),
        instruction=_kept(info.instruction),
        sender_name=_kept(info.sender_name),
    )


def _kept(text: str) -> str:
    return text if sayable(text) else ""
