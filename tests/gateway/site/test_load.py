"""The site data that a configuration names: its files are checked, and the product's take the place of
what is left out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.config.config import Config
from gateway.config.table import ConfigWrong
from gateway.judge.rules import DEFAULTS
from gateway.site.load import lexicon, load_site, rules_of
from gateway.voice.mandarin.lexicon import OURS
from tests.support.county import CONFIG
from tests.support.rules import RULES

SEED = """
[[village]]
code = "341523104201"
name = "石桥村"
[[speaker]]
id = "a"
name = "甲"
region = "341523104201"
line = "horns"
"""


def site(folder: Path, **files: str) -> Config:
    """A configuration with these files beside it, each by its key."""
    paths: dict[str, Any] = {}
    for key, text in {"seed": SEED, **files}.items():
        paths[key] = folder / f"{key}.toml"
        paths[key].write_text(text, "utf-8")
    return CONFIG.model_copy(update=paths)


def test_without_files_of_its_own_a_site_has_the_products_rules_and_names(tmp_path: Path) -> None:
    config = site(tmp_path)
    roster = load_site(config)
    assert (roster.rules, rules_of(roster)) == ("", RULES)
    assert lexicon(config) is OURS


def test_the_sites_own_rules_and_names_go_before_the_products(tmp_path: Path) -> None:
    quiet = DEFAULTS.replace(
        'quiet = [["21:30", "06:30"], ["12:30", "14:00"]]', 'quiet = [["23:00", "05:00"]]'
    )
    config = site(tmp_path, rules=quiet, readings='"六安" = "lu4 an1"')
    roster = load_site(config)
    assert roster.rules == quiet
    assert [f"{start:%H:%M}-{end:%H:%M}" for start, end in rules_of(roster).quiet] == ["23:00-05:00"]
    assert replace(rules_of(roster), quiet=RULES.quiet) == RULES
    assert lexicon(config).phrases["六安"] == ("lu4", "an1")
    assert OURS.phrases.items() - {("六安", OURS.phrases.get("六安"))} <= lexicon(config).phrases.items()


@pytest.mark.parametrize(
    ("key", "text", "named"),
    [
        ("rules", "quiet = 1", "quiet"),
        ("readings", '"六安" = "lu4"', "expected 2 syllables"),
        ("readings", "六安", "not TOML"),
        ("seed", "[[village]]", "village"),
    ],
)
def test_a_wrong_file_is_named_with_its_fault(tmp_path: Path, key: str, text: str, named: str) -> None:
    with pytest.raises(ConfigWrong) as raised:
        load_site(site(tmp_path, **{key: text}))
    assert raised.value.path == tmp_path / f"{key}.toml"
    assert named in "\n".join(raised.value.faults)


@pytest.mark.parametrize("key", ["rules", "readings"])
def test_a_file_that_is_not_there_is_named(tmp_path: Path, key: str) -> None:
    config = site(tmp_path).model_copy(update={key: tmp_path / "none.toml"})
    with pytest.raises(ConfigWrong, match="cannot be read") as raised:
        load_site(config)
    assert raised.value.path == tmp_path / "none.toml"
