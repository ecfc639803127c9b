"""The words for a unit that speaks by itself: it gets a text, not a sound."""

from __future__ import annotations

import logging

from gateway.model.plan import Script
from gateway.voice.mandarin.homophones import common
from gateway.voice.pieces import closed
from gateway.voice.text.spoken import spoken

log = logging.getLogger(__name__)


def typed(script: Script, readings: int) -> str:
    """The words of a script so many times, its short reading from the second on.

    No digit is left that the unit could misread. A Chinese character that GBK lacks is said by a homophone,
    or stays if it has none; either is logged.
    """
    sentences = (spoken(sentence).words for sentence in script.sentences)
    words, rare = common("".join(closed(words) for words in sentences if words))
    if rare:
        log.warning("%r: GBK has no %s; homophones are said instead", script.clip, "".join(rare))
    if readings > 1 and script.short:
        return words + typed(script.again, readings - 1)
    return words * readings
