"""The relay rules in words, for the people who must know what this gateway does with a warning."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.codes import HAZARDS
from gateway.i18n import name, phrase
from gateway.judge.rules import STRANGER, Rule, Rules
from gateway.model.hazard import Level


def sentences(rules: Rules, lang: str = "zh") -> Iterator[str]:
    """The quiet hours, a sentence for each rule in their order, and one for warnings that fit no rule."""
    spans = _and([f"{start:%H:%M}–{end:%H:%M}" for start, end in rules.quiet], lang)
    yield phrase("rule_quiet", lang, spans=spans)
    for rule in rules.rules:
        yield sentence(rule, lang)
    yield phrase("rule_rest", lang, does=phrase(f"rule_day_{STRANGER.day}", lang))


def sentence(rule: Rule, lang: str = "zh") -> str:
    """A rule in words: whose warnings, of which hazards and levels, what is done by day and at night."""
    whose = _and(sorted(rule.sources), lang)
    if rule.trust:
        whose += phrase(f"rule_{rule.trust}", lang)
    zh = lang == "zh"
    hazards = [HAZARDS[code].zh if zh else HAZARDS[code].en for code in sorted(rule.hazards)]
    levels = [level for level in ("red", "orange", "yellow", "blue", "unknown") if level in rule.levels]
    every = len(levels) in (0, 5)
    if rule.orders:
        orders = _and([phrase(f"order_{order}", lang) for order in sorted(rule.orders, reverse=True)], lang)
        hazards.insert(0, phrase("rule_orders", lang, orders=orders))
    if rule.drill:
        hazards = [phrase("rule_drill", lang, hazards=_and(hazards, lang) or phrase("rule_any_hazard", lang))]
    fields = {
        "whose": whose,
        "hazards": _and(hazards, lang) or phrase("rule_any_hazard", lang),
        "levels": phrase("rule_any_level", lang)
        if every
        else _and([name(Level[level.upper()], lang) for level in levels], lang),
        "day": phrase(f"rule_day_{rule.day}", lang, seconds=f"{rule.window_s:g}" if rule.window_s else ""),
        "night": phrase(f"rule_night_{rule.night}", lang),
    }
    same = rule.day == rule.night
    words = phrase("rule_always" if same else "rule_by_hour", lang, **fields)
    least = phrase("rule_least", lang, least=name(Level[rule.least.name], lang)) if rule.least else ""
    return words + least


def _and(words: list[str], lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(words)
