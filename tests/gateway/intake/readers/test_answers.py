"""Where the alerts stand in the answers of web interfaces."""

from __future__ import annotations

import pytest

from gateway.intake.readers import answers
from gateway.intake.readers.keys import Entries

ONE = {"alert": 1}


def known(value: object) -> bool:
    return value == ONE


@pytest.mark.parametrize(
    ("document", "entries"),
    [
        (ONE, Entries("", [ONE])),
        ([ONE, 2], Entries("", [ONE, 2])),
        ({"data": [2, ONE]}, Entries("data", [2, ONE])),
        ({"data": ONE}, Entries("data", [ONE])),
        ({"a": {"b": {"c": {"d": [ONE]}}}}, Entries("a.b.c.d", [ONE])),
        ({"a": {"b": {"c": {"d": {"e": [ONE]}}}}}, Entries("a.b.c.d.e", [ONE])),
        ({"a": {"b": {"c": {"d": {"e": {"f": [ONE]}}}}}}, None),
        ({"x.y": [ONE]}, Entries("", [ONE])),
        ({"": [ONE]}, Entries("", [ONE])),
        ({"near": [ONE], "far": {"inner": [ONE, ONE]}}, Entries("near", [ONE])),
        ({"far": {"inner": [ONE, ONE]}, "near": [ONE]}, Entries("near", [ONE])),
        ({str(number): {} for number in range(2 * answers.MOST)} | {"data": [ONE]}, None),
        ({}, None),
        ("text", None),
        (None, None),
    ],
)
def test_the_outermost_list_with_a_known_entry(document: object, entries: Entries | None) -> None:
    assert answers.listed(document, known) == entries


@pytest.mark.parametrize(
    ("document", "is_empty"),
    [
        ({"code": 0, "data": []}, True),
        ({"code": "200", "msg": "ok", "time": "2026-07-28", "data": {"total": 0, "list": []}}, True),
        ({"success": True, "data": None}, True),
        ({"status": "ok", "rows": [], "total": 0}, True),
        ({"code": 0, "data": [{}]}, False),
        ({"code": 0, "data": {}}, False),
        ({"code": "200", "now": {}, "updateTime": "x"}, False),
        ({"code": 0, "data": {"title": "暴雨红色预警"}}, False),
        ({"code": 0, "data": [], "extra": [1]}, False),
        ({"code": 0, "total": 0, "data": []}, True),
        ({"code": 0, "total": 5, "data": []}, False),
        ({"code": 200, "data": {"total": 5, "rows": []}}, False),
        ({"identifier": "S-1", "status": "ok", "msgType": "Alert", "level": "red", "areas": []}, False),
        ({"code": 200, "data": [], "headline": "暴雨红色预警"}, False),
        ({"code": 0}, False),
        ({"code": 500, "data": []}, False),
        ({"success": False, "data": []}, False),
        ({"data": []}, False),
        ({}, False),
        ([], False),
    ],
)
def test_an_answer_is_empty_if_it_tells_success_and_nothing_could_be_an_entry(
    document: object, is_empty: bool
) -> None:
    assert (answers.empty(document) == Entries("", [])) is is_empty


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"code": 1, "data": {"rows": [{"id": 1, "name": "x"}, {}]}}, "{code, data: {rows: [{id, name}]}}"),
        ({"a": {"b": {"c": {"d": {"e": 1}}}}}, "{a: {b: {c: {d: …}}}}"),
        ({str(number): 1 for number in range(20)}, "{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …}"),
        ([1], "[…]"),
        ([], "[]"),
        ({"k" * 99: 1}, "{" + "k" * 30 + "}"),
    ],
)
def test_the_shape_has_the_keys_and_nothing_of_what_they_hold(value: object, shown: str) -> None:
    assert answers.shape(value) == shown
