"""The nasty warnings (tests/data/nasty/): every trap with its verdict, its speakers and the words they
say."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from tests.support.nasty import FOLDER, play

CASES: list[dict[str, Any]] = tomllib.loads((FOLDER / "table.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_a_trap_comes_to_what_the_table_says(case: dict[str, Any]) -> None:
    played = play(case["files"], case.get("sources") or ["county"] * len(case["files"]))
    assert (played.verdict, played.reason) == (case["verdict"], case["reason"])
    assert played.says == {tuple(one["speakers"]): one["words"] for one in case.get("says", ())}
    if "ends" in case:
        assert played.ends == case["ends"]
    if "flags" in case:
        assert played.flags == case["flags"]
    if "class" in case:
        assert played.klass == case["class"]
    if "sound" in case:
        assert played.sound is case["sound"]


def test_every_file_is_in_the_table_and_every_case_has_a_name_of_its_own() -> None:
    used = {name for case in CASES for name in case["files"]}
    assert used == {path.name for path in FOLDER.iterdir()} - {"table.toml", "README.md"}
    names = [case["name"] for case in CASES]
    assert len(set(names)) == len(names)


def test_nothing_that_is_no_warning_is_ever_said_as_one() -> None:
    """The table itself is looked at: only Air and Stop say anything."""
    for case in CASES:
        assert bool(case.get("says")) <= (case["verdict"] in ("air", "stop")), case["name"]
