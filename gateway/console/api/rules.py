"""The relay rules in words."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter

from gateway.console.views import View
from gateway.judge.rules import Rules
from gateway.model.speaker import Roster
from gateway.site.rulebook import sentence, sentences


def routes(rules: Rules, roster: Callable[[], Roster]) -> APIRouter:
    """For the owner only."""
    api = APIRouter()

    @api.get("/rules")
    async def get_rules() -> View:
        """The rules as sentences, and the version of the site data that has them."""
        return {
            "version": roster().version,
            "sentences": list(sentences(rules)),
            "sentences_en": list(sentences(rules, "en")),
            "rules": [{"zh": sentence(rule), "en": sentence(rule, "en")} for rule in rules.rules],
        }

    return api
