"""A reason in words."""

from __future__ import annotations

from gateway.console.views import View
from gateway.i18n import sentence
from gateway.model.reason import Why


def why(reason: Why) -> View:
    """`reason`, its `fields`, and its sentence in both languages. Refusals of the API have this shape too."""
    return {
        "reason": str(reason.reason),
        "fields": dict(reason.fields),
        "sentence": sentence(reason, "zh"),
        "sentence_en": sentence(reason, "en"),
    }
