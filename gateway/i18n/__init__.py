"""Words for people: the sentence of every reason and the word for every value, in Chinese and in English.

They stand in zh.toml and en.toml. A field stands in braces. The part of a sentence that needs a field stands
in brackets: where the field is missing the part is left out, so that a sentence is always whole.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from enum import Enum
from importlib import resources

from drivers import validation
from gateway.codes import HAZARDS
from gateway.model.alarm import AlarmKind
from gateway.model.alert import Status
from gateway.model.delivery import Evidence, Form, Outcome
from gateway.model.hazard import Level
from gateway.model.plan import Act, Class, LeftFor
from gateway.model.reason import Reason, Why

LANGUAGES = ("zh", "en")
LONGEST = 120
"""Characters of a field that are shown, so that no stranger's text fills the screen. Our choice."""

_SECTIONS: dict[type[Enum], str] = {
    Outcome: "outcome",
    Evidence: "evidence",
    Form: "form",
    Act: "act",
    Class: "class",
    Level: "level",
    Status: "status",
    LeftFor: "left",
    Reason: "reason",
}
_NAMED = ("outcome", "verdict", "evidence", "act", "form", "class", "status", "level")
"""The sections in which a bare string is looked up, in order."""
_MISSING = ("", "?")
"""Values that count as missing. The judge gives "?" for a hazard that it does not know."""
_PART = re.compile(r"\[([^]]*)]")
_FIELD = re.compile(r"\{(\w+)}")
_STEP = re.compile(r"[^./\[\]]+")
"""A step of a key's path: result.alert.content[0].title."""
_LENGTH = re.compile(r"1–\d+")
"""What is expected of a text that may have so many signs."""
_ENGLISH = {hazard.zh: hazard.en for hazard in HAZARDS.values()}


def _read(lang: str) -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = tomllib.loads(
        (resources.files("gateway.i18n") / f"{lang}.toml").read_text("utf-8")
    )
    words["fault"] |= validation.WORDS[lang]
    return words


_WORDS = {lang: _read(lang) for lang in LANGUAGES}


def sentence(why: Why, lang: str = "zh") -> str:
    """The sentence of a reason. An unknown language is Chinese, a missing field is left out. Never raises."""
    words = _words(lang)
    return _fill(words["reason"].get(why.reason, str(why.reason)), why.fields, lang)


def name(value: Enum | str, lang: str = "zh") -> str:
    """The word for a value of the model, or for its name in JSON ("played", "air", "red").

    A text without a word stays as it is.
    """
    words = _words(lang)
    if isinstance(value, Enum) and (section := _SECTIONS.get(type(value))):
        if section == "reason":
            return _fill(words["reason"][str(value.value)], {}, lang)
        return words[section][value.name.lower()]
    text = str(value.value if isinstance(value, Enum) else value)
    return next((words[kind][text.lower()] for kind in _NAMED if text.lower() in words[kind]), text)


def phrase(key: str, lang: str = "zh", /, **fields: object) -> str:
    """A phrase of the command line or of a page, by its key in [phrase].

    A field that stands in no bracket must be given. Raises KeyError for an unknown key.
    """
    return _fill(
        _words(lang)["phrase"][key], {name: str(value) for name, value in fields.items()}, lang, None
    )


def rule_name(rule: str, lang: str = "zh") -> str:
    """The question of a trace's step in words; the rule's own name where it has none."""
    return _words(lang)["rule"].get(rule, rule)


def deed_name(act: str, lang: str = "zh") -> str:
    """The word for the act of a document; a word that is no act stays as it is."""
    return _words(lang)["deed"].get(act, act)


def left_name(why: str, lang: str = "zh") -> str:
    """Why words of a document are not said, by the name that JSON has."""
    return _words(lang)["left"].get(why, why)


def answer_name(answer: str, lang: str = "zh") -> str:
    """The answer of a trace's step in words.

    It may be a word of the table, a reason, a verdict, or a verdict with its reason (`air: aired`). Any other
    answer stays as it is.
    """
    words = _words(lang)
    if answer in words["answer"]:
        return words["answer"][answer]
    head, colon, tail = answer.partition(": ")
    if colon and head in words["verdict"] and tail in words["reason"]:
        return f"{words['verdict'][head]}：{_fill(words['reason'][tail], {}, lang)}"
    if answer in words["verdict"]:
        return words["verdict"][answer]
    return _fill(words["reason"][answer], {}, lang) if answer in words["reason"] else answer


def alarm_name(kind: AlarmKind, subject: str, lang: str = "zh") -> str:
    """The name of an alarm in words; its identifiers stay as they are."""
    return _fill(_words(lang)["alarm"][kind.name.lower()], {"subject": subject}, lang)


def outcome_name(outcome: str, lang: str) -> str:
    """The word for an outcome by its value; a text that is none stays as it is."""
    return _words(lang)["outcome"].get(outcome, outcome)


def _words(lang: str) -> dict[str, dict[str, str]]:
    return _WORDS.get(lang, _WORDS["zh"])


def _fill(template: str, fields: Mapping[str, str], lang: str, longest: int | None = LONGEST) -> str:
    def put(text: str) -> str:
        return _FIELD.sub(lambda field: _said(field.group(1), fields, lang, longest), text)

    def part(bracket: re.Match[str]) -> str:
        needed = _FIELD.findall(bracket.group(1))
        return bracket.group(1) if all(fields.get(field, "") not in _MISSING for field in needed) else ""

    return put(_PART.sub(part, template))


def _said(field: str, fields: Mapping[str, str], lang: str, longest: int | None) -> str:
    """A field as it is shown.

    Codes become words. Any other text is cut to `longest` and loses the characters that steer a terminal.
    """
    value, words = str(fields.get(field, "?")), _words(lang)
    if field in ("error", "fault") and value in words[field]:
        rest = {key: text for key, text in fields.items() if key != field}
        return _fill(words[field][value], rest, lang)
    if field in ("level", "status"):
        value = words[field].get(value.lower(), value)
    elif field == "format":
        value = words["format"].get(value, value)
    elif field == "formats":
        shown = [words["format"].get(form, form) for form in value.split()]
        return (", " if lang == "en" else "、").join(shown)
    elif field == "readings":
        return (", " if lang == "en" else "、").join(
            _reading(one, words["lack"], lang) for one in value.split()
        )
    elif field == "keys":  # our own list, a line a warning: each is cut by itself
        return (", " if lang == "en" else "、").join(_shown(line, longest) for line in value.splitlines())
    elif field == "act":
        value = words["deed"].get(value, value)
    elif field == "expected" and _LENGTH.fullmatch(value):
        value = words["phrase"]["text_of"].replace("{signs}", value)
    elif field == "hazard" and lang == "en":
        value = _ENGLISH.get(value, value)
    value = _shown(value, longest)
    return _explained(value, words["element"], lang) if field == "element" else value


def _shown(text: str, longest: int | None) -> str:
    """A text without the characters that steer a terminal, cut to `longest`."""
    text = "".join(character if character.isprintable() else " " for character in text)
    return text if longest is None or len(text) <= longest else text[:longest] + "…"


def _reading(told: str, words: Mapping[str, str], lang: str) -> str:
    """Who said a reading, and why it was not the better voice: `kokoro+espeak-ng:refused`."""
    voices, _, lack = told.partition(":")
    shown = "+".join(words.get(voice, _shown(voice, LONGEST)) for voice in voices.split("+"))
    if not lack:
        return shown
    why = words.get(lack, _shown(lack, LONGEST))
    return f"{shown} ({why})" if lang == "en" else f"{shown}（{why}）"


def _explained(path: str, words: Mapping[str, str], lang: str) -> str:
    """The path of a key with what the key holds: sent（发布时间）."""
    steps = [step for step in _STEP.findall(path) if not step.isdigit()]
    holds = words.get(steps[-1].lower()) if steps else None
    if not holds:
        return path
    return f"{path} ({holds})" if lang == "en" else f"{path}（{holds}）"
