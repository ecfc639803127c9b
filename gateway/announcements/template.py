"""Templates for orders and notices of the office: words by act, advice by hazard (templates.toml).

Advice to move belongs to its hazard: advice against a flood is wrong against a landslide. A field without a
value is left out with the words around it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from gateway.announcements.script import room
from gateway.model.deed import Deed
from gateway.model.plan import Act, Class, Script, ToneName

FIELDS = ("place", "cause", "route", "shelter", "person", "phone", "time", "issuer")
"""The fields that the person who gives the order, and the roster, may fill in."""
_PART = re.compile(r"\[([^]]*)]")
_FIELD = re.compile(r"\{(\w+)}")
_STRICT = ConfigDict(extra="forbid", frozen=True)


class NoTemplate(Exception):
    """No template is there for this act and hazard."""


class _Act(BaseModel):
    model_config = _STRICT
    tone: ToneName
    clip: str
    class_: Literal["move", "notice"] = Field(alias="class")
    must: int = Field(ge=1)
    say: tuple[str, ...]


class _Hazard(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    codes: tuple[str, ...]
    said: str
    prepare: str = ""
    move: str = ""
    shelter: str = ""
    return_: str = Field("", alias="return")


class _Subject(BaseModel):
    model_config = _STRICT
    said: str
    advice: str = ""


class _Templates(BaseModel):
    model_config = _STRICT
    act: dict[Deed, _Act]
    hazard: dict[str, _Hazard]
    subject: dict[str, _Subject]


@cache
def templates() -> _Templates:
    """The table of templates.toml."""
    text = (resources.files("gateway.announcements") / "templates.toml").read_text("utf-8")
    return _Templates.model_validate(tomllib.loads(text))


def order(deed: Deed, code: str, fields: Mapping[str, str]) -> Script:
    """The words of an act against a hazard, by its letter code, within the time that its class may take.

    Raises NoTemplate if the hazard has no advice for this act: none is borrowed from another hazard.
    """
    hazard = next((candidate for candidate in templates().hazard.values() if code in candidate.codes), None)
    advice = getattr(hazard, "return_" if deed is Deed.RETURN else deed, "")
    if hazard is None or not advice:
        raise NoTemplate(f"{deed} {code}")
    return replace(_script(deed, {**fields, "hazard": hazard.said}, advice), about=code)


def notice(subject: str, fields: Mapping[str, str]) -> Script:
    """The words of a notice: suspension 停课停工, no_fire 森林禁火, muster 集结. Raises NoTemplate."""
    entry = templates().subject.get(subject)
    if entry is None:
        raise NoTemplate(subject)
    return _script(Deed.NOTICE, {**fields, "subject": entry.said}, entry.advice)


def written(fields: Mapping[str, str]) -> Iterator[tuple[Deed, str, Script]]:
    """Every template filled in: act, hazard or subject as it is said, words."""
    for deed in templates().act:
        for hazard in templates().hazard.values():
            with suppress(NoTemplate):
                yield deed, hazard.said, order(deed, hazard.codes[0], fields)
    for subject, entry in templates().subject.items():
        yield Deed.NOTICE, entry.said, notice(subject, fields)


def class_of(deed: Deed) -> Class:
    """The class of an act."""
    return Class[templates().act[deed].class_.upper()]


def _script(deed: Deed, fields: Mapping[str, str], advice: str) -> Script:
    act = templates().act[deed]
    values = {name: _clean(value) for name, value in fields.items() if _clean(value)}
    sentences: list[str] = []
    most = room(Act.MOVE if act.class_ == "move" else Act.NOTICE)
    for number, form in enumerate(act.say):
        sentence = advice if form == "{advice}" else _filled(form, values)
        if sentence and (number < act.must or sum(map(len, sentences)) + len(sentence) <= most):
            sentences.append(sentence)
    return Script(act.tone, tuple(sentences), act.clip)


def _clean(value: str) -> str:
    """A value without the signs that would end or open a sentence."""
    return re.sub(r"[\s。！？\[\]{}]+", "", value)


def _filled(form: str, values: Mapping[str, str]) -> str:
    text = _PART.sub(
        lambda part: part[1] if all(name in values for name in _FIELD.findall(part[1])) else "", form
    )
    return _FIELD.sub(lambda field: values[field[1]], text)
