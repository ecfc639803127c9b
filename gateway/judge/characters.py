"""Whether a plan's words hold Chinese characters that speech chips lack."""

from __future__ import annotations

from gateway.model.plan import Plan
from gateway.model.reason import Reason, Why
from gateway.wording.characters import outside_gbk


def rare(plan: Plan) -> Why | None:
    """The flag that names the characters that GBK does not have, or None.

    A chip says a homophone instead of them (gateway/voice/mandarin/homophones.py). They are flagged before
    anything is sent, since the village may read its name otherwise.
    """
    text = "".join(sentence for part in plan.parts for sentence in part.script.sentences)
    found = outside_gbk(text)
    return Why(Reason.RARE_CHARACTERS, {"characters": "".join(found)}) if found else None
