"""The texts that our voices can say: those in Chinese and Latin letters.

Tibetan, Mongolian and other scripts would come out garbled or silent, so they are never tried.
"""

from __future__ import annotations

import re
from dataclasses import replace

from gateway.codes import meaning
from gateway.model.alert import Info
from gateway.wording.issuing import speaker

FOREIGN = 0.3
"""If more than this share of its letters are in other scripts, a text is not said at all. A name among
Chinese words is left to the voice. Our choice."""
_LETTER = re.compile(r"[^\W\d_]")
_OTHER = re.compile(r"[^\W\d_A-Za-z\u00c0-\u024f\u3400-\u9fff\uff21-\uff5a]")
UNNAMED = "灾害"
"""The word for a hazard whose name our voices cannot say."""


def sayable(text: str) -> bool:
    """Whether our voices can say a text. They can say an empty one."""
    foreign_letters = len(_OTHER.findall(text))
    return not foreign_letters or foreign_letters <= FOREIGN * len(_LETTER.findall(text))


def foreign(info: Info) -> bool:
    """Whether our voices cannot say the block's own words."""
    return not sayable(info.headline + info.description + info.instruction)


def spoken_of(info: Info) -> Info:
    """The block without the texts that our voices cannot say.

    Its event is then, or where it has none, the hazard's Chinese name by its code. A platform that only
    passes warnings on is not said as the issuer.
    """
    return replace(
        info,
        event=_event(info),
        headline=_kept(info.headline),
        description=_kept(info.description),
        instruction=_kept(info.instruction),
        sender_name=_kept(speaker(info.sender_name)),
    )


def _event(info: Info) -> str:
    named = meaning.hazard(info).zh
    if not info.event:
        return named
    return info.event if sayable(info.event) else named or UNNAMED


def _kept(text: str) -> str:
    return text if sayable(text) else ""
