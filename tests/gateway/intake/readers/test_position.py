"""The line of a key in a JSON document, found in its text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.intake.readers.position import Positions, deepest

TEXT = """{
  "status": "ok",
  "result": {
    "alert": {"status": "ok",
      "content": [
        {"alertId": "a",
         "title": "括号 ] } 和引号 \\" 在文字里"},
        {
          "alertId": "b",
          "extra": {
            "deep": [1,
              2]
          },
          "alertId": "c"
        }
      ]
    }
  }
}"""
PLACE = "result.alert.content"


@pytest.mark.parametrize(
    ("number", "path", "line"),
    [
        (0, "alertId", 6),
        (0, "title", 7),
        (0, "pubtimestamp", 6),
        (1, "extra", 10),
        (1, "extra.deep", 11),
        (1, "extra.deep.1", 12),
        (1, "extra.deep[1]", 12),
        (1, "extra.deep[7]", 11),
        (1, "extra.missing.more", 10),
        (1, "pubtimestamp", 8),
        (1, "alertId", 14),
        (1, "", 8),
        (2, "alertId", 5),
    ],
)
def test_a_key_is_found_or_else_the_object_that_should_have_it(number: int, path: str, line: int) -> None:
    assert Positions(TEXT, PLACE).line(number, path) == line


@pytest.mark.parametrize(
    ("text", "place", "line"),
    [
        (TEXT, PLACE, 5),
        (TEXT, "result.no", 3),
        ('\r\n{\r\n"alerts"\r\n: 7}', "alerts", 3),
        ("[]", "", 1),
    ],
)
def test_the_list_of_alerts_is_found(text: str, place: str, line: int) -> None:
    assert Positions(text, place).line_of_list() == line


def test_a_document_that_is_one_alert_or_a_list_of_them() -> None:
    assert Positions('\n{"a": 1,\n"b": 2}', "").line(0, "b") == 3
    assert Positions('\n{"a": 1,\n"b": 2}', "").line(0, "c") == 2
    assert Positions('[\n{"a": 1},\r{"a":\n 2}]', "").line(1, "a") == 3


@pytest.mark.parametrize(
    ("text", "line"), [("[[\n[1]]]", 2), ("[[1],[\n2]]", 0), ('["[[[", [\n]]', 0), ('{"\\"[[[":\n[[', 2)]
)
def test_the_line_at_which_a_document_becomes_too_deep(text: str, line: int) -> None:
    assert deepest(text, 2) == line


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab.[ "), inner, max_size=3),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.sampled_from("abc"), VALUES), min_size=1, max_size=4), st.data())
def test_every_key_is_found_on_its_line(alerts: list[dict[str, Any]], data: st.DataObject) -> None:
    alerts.append({"wanted": 1})
    data.draw(st.randoms()).shuffle(alerts)
    text = json.dumps({"list": alerts}, indent=1)
    number = alerts.index({"wanted": 1})
    line = next(at for at, row in enumerate(text.split("\n"), 1) if row.startswith('   "wanted"'))
    assert Positions(text, "list").line(number, "wanted") == line
