"""What the office's own acts say: templates by act, with what people shall do by hazard (templates.toml).

Movement advice belongs to its hazard: who runs from a landslide must not be told what helps against a flood. A field that nobody gave is left
out with the words around it, never read as a blank.
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
from gateway.model.plan import Act, Class, Script, ToneName

Deed = Literal["prepare", "move", "shelter", "return", "notice"]
"""The act a template is for; the first three are orders, the class MOVE (practice.md, Classes)."""
FIELDS = ("place", "cause", "route", "shelter", "person", "phone", "time", "issuer")
"""What whoever gives the order, and the roster, may fill in."""
_PART = re.compile(r"\[([^]]*)]")
_FIELD = re.compile(r"\{(\w+)}")
_STRICT = ConfigDict(extra="forbid", frozen=True)


class NoTemplate(Exception):
    """Nothing is written for this act and hazard."""


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
    """The table as it is written."""
    text = (resources.files("gateway.announcements") / "templates.toml").read_text("utf-8")
    return _Templates.model_validate(tomllib.loads(text))


def order(deed: Deed, code: str, fields: Mapping[str, str]) -> Script:
    """The words of an act against a hazard, by its letter code, within the time its class may take. Raises NoTemplate where the hazard has no advice
    for this act: it is not borrowed from another."""
    hazard = next((one for one in templates().hazard.values() if code in one.codes), None)
    advice = getattr(hazard, "return_" if deed == "return" else deed, "")
    if hazard is None or not advice:
        raise NoTemplate(f"{deed} {code}")
    return replace(_script(deed, {**fields, "hazard": hazard.said}, advice), about=code)


def notice(subject: str, fields: Mapping[str, str]) -> Script:
    """The words of a notice: suspension 停课停工, no_fire 森林禁火, muster 集结. Raises NoTemplate."""
    found = templates().subject.get(subject)
    if found is None:
        raise NoTemplate(subject)
    return _script("notice", {**fields, "subject": found.said}, found.advice)


def written(fields: Mapping[str, str]) -> Iterator[tuple[Deed, str, Script]]:
    """Everything there is: act, hazard or subject as it is said, words."""
    for deed in templates().act:
        for hazard in templates().hazard.values():
            with suppress(NoTemplate):
                yield deed, hazard.said, order(deed, hazard.codes[0], fields)
    for subject, one in templates().subject.items():
        yield "notice", one.said, notice(subject, fields)


def class_of(deed: Deed) -> Class:
    """Which class the act has."""
    return Class[templates().act[deed].class_.upper()]


def _script(deed: Deed, fields: Mapping[str, str], advice: str) -> Script:
    act = templates().act[deed]
    given = {name: _clean(value) for name, value in fields.items() if _clean(value)}
    said: list[str] = []
    most = room(Act.MOVE if act.class_ == "move" else Act.NOTICE)
    for number, form in enumerate(act.say):
        sentence = advice if form == "{advice}" else _filled(form, given)
        if sentence and (number < act.must or sum(map(len, said)) + len(sentence) <= most):
            said.append(sentence)
    return Script(act.tone, tuple(said), act.clip)


def _clean(value: str) -> str:
    """A value without what would end or open a sentence."""
    return re.sub(r"[\s。！？\[\]{}]+", "", value)


def _filled(form: str, given: Mapping[str, str]) -> str:
    kept = _PART.sub(
        lambda part: part[1] if all(name in given for name in _FIELD.findall(part[1])) else "", form
    )
    return _FIELD.sub(lambda field: given[field[1]], kept)
