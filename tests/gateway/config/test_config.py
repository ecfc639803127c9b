"""A wrong configuration is answered with the key that is wrong; the examples are right.

Covers brokers, console and webhooks of gateway/config too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway.config.config import Config, load
from gateway.config.table import ConfigWrong
from gateway.site.seed import load_roster

CONFIGS = Path(__file__).parents[2] / "configs"
EXAMPLES = Path(__file__).parents[3] / "configs"

NAMED = {
    "baud-not-a-number": ("line.0.baud", "integer"),
    "baud-of-nothing": ("line.0.baud", "50"),
    "broker-without-credential": ("broker.0", "password_file"),
    "broker-without-port": ("broker.0.port", "1"),
    "broker-without-tls": ("broker.0", "ca_file"),
    "key-twice": ("TOML", "line"),
    "line-of-the-gateways-own-name": ("canary", "[[line]]"),
    "modbus-without-profile": ("line.0", "profile"),
    "no-line": ("line", "missing"),
    "open-to-all-without-token": ("http.host", "token_file"),
    "openhorn-without-key": ("line.0", "key_file"),
    "port-too-large": ("http.port", "65535"),
    "protocol-unknown": ("line.0.protocol", "tts_chip"),
    "seed-missing": ("seed", "missing"),
    "source-kind-unknown": ("source.0", "kind"),
    "source-of-the-gateways-own-name": ("owner", "[[source]]"),
    "source-without-broker": ("county", "nowhere"),
    "source-without-token": ("source.0", "token_file"),
    "two-lines-one-name": ("line", "shiqiao-square"),
    "unknown-key": ("dta", "no such key"),
}
"""The key that each bad file's message must name."""


def test_every_bad_file_has_its_expectation() -> None:
    assert {path.stem for path in (CONFIGS / "bad").glob("*.toml")} == set(NAMED)


@pytest.mark.parametrize("wrong", sorted(NAMED))
def test_a_wrong_file_is_answered_with_the_key_and_what_was_expected(wrong: str) -> None:
    path = CONFIGS / "bad" / f"{wrong}.toml"
    with pytest.raises(ConfigWrong) as raised:
        load(path)
    assert raised.value.path == path
    for word in NAMED[wrong]:
        assert word in "\n".join(raised.value.faults)


@pytest.mark.parametrize("path", sorted((CONFIGS / "good").glob("*.toml")), ids=lambda path: path.stem)
def test_a_good_file_is_read_and_its_file_names_are_beside_it(path: Path) -> None:
    site = load(path)
    here = path.parent
    assert site.data == here / "data"
    assert load_roster(site.seed, {line.name for line in site.lines}).speakers[0].name == "石桥村文化广场"
    for line in site.lines:
        assert getattr(line, "key_file", None) in (None, here / "horns.key")
    for broker in site.brokers:
        assert broker.password_file in (None, here / "broker.password")


def test_no_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigWrong, match="config example"):
        load(tmp_path / "none.toml")


def test_one_real_line_is_enough_that_no_demonstration_may_sound() -> None:
    assert not load(CONFIGS / "good" / "everything.toml").simulated
    assert load(EXAMPLES / "gateway.example.toml").simulated


def test_the_example_names_every_key_there_is() -> None:
    text = (EXAMPLES / "gateway.example.toml").read_text("utf-8")
    for key in _keys(Config.model_json_schema(by_alias=True)):
        assert f"{key} = " in text or f"[[{key}]]" in text or f"[{key}]" in text, key


def _keys(schema: dict[str, Any]) -> set[str]:
    tables = [schema, *schema["$defs"].values()]
    return {key for table in tables for key in table["properties"]}


def test_a_file_that_cannot_be_read_is_a_fault_like_any_other(tmp_path: Path) -> None:
    with pytest.raises(ConfigWrong, match="cannot be read"):
        load(tmp_path)
