"""The nasty warnings (tests/data/nasty/). Every trap has its verdict, its speakers and the words they say."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from tests.support.nasty import FOLDER, play

KNOWN_FAULTS = 0
"""Rows on which the product and the table disagree today; each says why in `fault`."""
CASES: list[dict[str, Any]] = tomllib.loads((FOLDER / "table.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_a_trap_comes_to_what_the_table_says(case: dict[str, Any]) -> None:
    if "fault" not in case:
        comes_to(case)
        return
    with pytest.raises(AssertionError):
        comes_to(case)


def test_known_faults_are_counted() -> None:
    assert len([case for case in CASES if "fault" in case]) == KNOWN_FAULTS


def comes_to(case: dict[str, Any]) -> None:
    sources = case.get("sources") or ["county"] * len(case["files"])
    played = play(case["files"], sources, case.get("arrive", ()))
    assert (played.verdict, played.reason) == (case["verdict"], case["reason"])
    assert sorted(played.heard) == sorted(name for one in case.get("says", ()) for name in one["speakers"])
    for names, words in played.says.items():
        for one in case["says"]:
            if set(names) & set(one["speakers"]):
                heard(words, one)
    if "ends" in case:
        assert played.ends == case["ends"]
    if "flags" in case:
        assert played.flags == case["flags"]
    if "class" in case:
        assert played.klass == case["class"]
    if "sound" in case:
        assert played.sound is case["sound"]
    if "siren" in case:
        assert played.siren is case["siren"]
    if "pauses" in case:
        assert played.pauses == case["pauses"]


def heard(words: str, want: dict[str, Any]) -> None:
    """The words are those of the table, or hold all that must be heard and nothing that must not be."""
    if "words" in want:
        assert words == want["words"]
        return
    missing = [pattern for pattern in want["has"] if not re.search(pattern, words)]
    told = [pattern for pattern in want["never"] if re.search(pattern, words)]
    assert (missing, told) == ([], []), words


def test_every_file_is_in_the_table_and_every_case_has_a_name_of_its_own() -> None:
    used = {name for case in CASES for name in case["files"]}
    assert used == {path.name for path in FOLDER.iterdir()} - {"table.toml", "README.md"}
    names = [case["name"] for case in CASES]
    assert len(set(names)) == len(names)


def test_nothing_that_is_no_warning_is_ever_said_as_one() -> None:
    """The table itself is looked at: only Air and Stop say anything."""
    for case in CASES:
        assert bool(case.get("says")) <= (case["verdict"] in ("air", "stop")), case["name"]
