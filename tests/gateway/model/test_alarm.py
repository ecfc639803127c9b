"""The table of alarms: each kind has its words, and no module raises a kind that another one owns."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import gateway
from gateway.i18n import LANGUAGES, alarm_name, sentence
from gateway.model.alarm import About, AlarmKind
from gateway.model.reason import Reason, Why

SOURCES = Path(gateway.__file__).parent
RAISING = {"set", "call", "_alarm", "_complaint", "Complaint"}
"""Calls whose first argument is the kind of an alarm that is raised."""
THROUGH_THE_WATCHER = "monitoring.vitals"
"""Its complaints become alarms in monitoring.watcher, except those that another module owns."""


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call in the source, with its module."""
    for path in SOURCES.rglob("*.py"):
        module = ".".join(path.relative_to(SOURCES).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield module, node


@cache
def raised() -> dict[AlarmKind, set[str]]:
    """The modules that raise each kind."""
    modules: defaultdict[AlarmKind, set[str]] = defaultdict(set)
    for module, node in calls():
        match node:
            case ast.Call(
                func=ast.Attribute(attr=called) | ast.Name(id=called),
                args=[ast.Attribute(value=ast.Name(id="AlarmKind"), attr=kind), *_],
            ) if called in RAISING:
                modules[AlarmKind[kind]].add(module)
    return modules


@pytest.mark.parametrize("kind", [kind for kind in AlarmKind if kind is not AlarmKind.OTHER])
def test_only_its_owner_raises_a_kind(kind: AlarmKind) -> None:
    owners = set(kind.owner.split(", "))
    modules = raised()[kind]
    if "monitoring.watcher" in owners:
        assert modules <= {THROUGH_THE_WATCHER, "monitoring.watcher"}
        assert modules, "somebody raises it"
    else:
        assert modules - {THROUGH_THE_WATCHER} == owners


def given() -> Iterator[tuple[AlarmKind, Reason]]:
    """Each kind with the reason that a call names beside it: `(AlarmKind.X, subject, Why(Reason.Y, …))`."""
    for _, node in calls():
        match node:
            case ast.Call(
                args=[
                    ast.Attribute(value=ast.Name(id="AlarmKind"), attr=kind),
                    _,
                    ast.Call(func=ast.Name(id="Why"), args=[ast.Attribute(attr=reason), *_]),
                ]
            ):
                yield AlarmKind[kind], Reason[reason]


def test_a_kind_is_raised_for_the_reason_of_its_row() -> None:
    reasons = list(given())
    assert len(reasons) >= 9
    assert [(kind, reason) for kind, reason in reasons if kind.value.reason not in (None, reason)] == []


@pytest.mark.parametrize("kind", AlarmKind)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_kind_has_its_own_words_and_a_sentence(kind: AlarmKind, lang: str) -> None:
    subject = "" if kind.about is About.GATEWAY else "shiqiao"
    words = alarm_name(kind, subject, lang)
    assert words
    assert "{" not in words
    assert subject in words
    others = {alarm_name(other, subject, lang) for other in AlarmKind if other is not kind}
    assert words not in others, "no two kinds are called the same"
    if kind.value.reason:
        assert sentence(Why(kind.value.reason), lang)


def test_a_name_leads_back_to_its_kind_and_subject() -> None:
    for kind in AlarmKind:
        subject = "" if kind.about is About.GATEWAY else "a b/1"
        assert AlarmKind.parse(kind.named(subject)) == (kind, subject)
    assert AlarmKind.parse("speaker shiqiao-square") == (AlarmKind.SPEAKER, "shiqiao-square")
    assert AlarmKind.parse("disk") == (AlarmKind.DISK, "")
    assert AlarmKind.parse("disk space") == (AlarmKind.DISK_SPACE, "")
    assert AlarmKind.parse("clock jump") == (AlarmKind.CLOCK_JUMP, "")


@pytest.mark.parametrize("name", ["wind turbine-1", "speaker", "disk of the neighbour", ""])
def test_a_name_of_a_kind_that_is_not_known_here_is_kept_whole(name: str) -> None:
    assert AlarmKind.parse(name) == (AlarmKind.OTHER, name)
    assert AlarmKind.OTHER.named(name) == name


def test_no_two_kinds_begin_with_the_same_word() -> None:
    words = [kind.value.word for kind in AlarmKind]
    assert len(words) == len(set(words))
    assert all(" " not in kind.value.word for kind in AlarmKind if kind.about is not About.GATEWAY)
