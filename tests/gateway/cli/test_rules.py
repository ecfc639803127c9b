"""`tongluo rules`: the gateway's rules, or those of a file, as sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.judge.rules import DEFAULTS, Rules
from gateway.site.rulebook import sentences
from tests.support.command import Gateway, typed


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_gateways_rules_are_said_in_the_language(gateway: Gateway, here: Path, lang: str) -> None:
    told = {"sentences": ["红色：马上播。"], "sentences_en": ["Red: at once."]}
    gateway.says("GET rules", 200, told)
    expected = told["sentences_en" if lang == "en" else "sentences"]
    assert typed(gateway, here, "rules", lang=lang).stdout.splitlines() == expected


def test_the_rules_of_a_file_are_read_without_a_gateway(gateway: Gateway, here: Path) -> None:
    file = here / "rules.toml"
    file.write_text(DEFAULTS, "utf-8")
    said = typed(gateway, here, "rules", str(file)).stdout
    assert said.splitlines() == "\n".join(sentences(Rules.parse(DEFAULTS), "zh")).splitlines()
    assert gateway.asked == []


def test_a_file_that_is_absent_or_wrong_is_named(gateway: Gateway, here: Path) -> None:
    absent = typed(gateway, here, "rules", str(here / "absent.toml"))
    assert absent.exit_code != 0
    assert "absent.toml" in absent.stderr
    wrong = here / "wrong.toml"
    wrong.write_text(DEFAULTS.replace('"at_once"', '"purple"', 1), "utf-8")
    refused = typed(gateway, here, "rules", str(wrong))
    assert refused.exit_code != 0
    assert "wrong.toml" in refused.stderr
    assert "rule.1.day" in refused.stderr
