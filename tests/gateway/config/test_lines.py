"""A `[[line]]` has the keys of every line and those of its protocol; the gateway itself names no protocol."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import gateway
from drivers.config import SecretFile
from drivers.registry import PROTOCOLS
from gateway.config.config import load, secret_files
from gateway.config.lines import LineTable
from gateway.config.table import ConfigWrong

LINE = 'seed = "site.toml"\n[[line]]\nname = "one"\nport = "/dev/one"\n'
KEYS = {"tts_chip": "", "modbus": 'profile = "icpdas-alm-04-mrtu"\n', "openhorn": 'key_file = "one.key"\n'}

CHOICE = "、".join(PROTOCOLS)


def write(folder: Path, *keys: str) -> Path:
    """A configuration with one line."""
    path = folder / "gateway.toml"
    path.write_text(LINE + "\n".join(keys), "utf-8")
    return path


@pytest.mark.parametrize("protocol", KEYS)
def test_a_line_is_the_table_of_its_protocol(tmp_path: Path, protocol: str) -> None:
    (line,) = load(write(tmp_path, f'protocol = "{protocol}"', KEYS[protocol])).lines
    assert isinstance(line, LineTable)
    assert isinstance(line, PROTOCOLS[protocol].keys)
    assert (line.name, line.protocol, line.port, line.baud) == ("one", protocol, "/dev/one", 9600)


def test_the_key_file_of_a_line_is_beside_the_configuration_and_known_as_a_secret(tmp_path: Path) -> None:
    config = load(write(tmp_path, 'protocol = "openhorn"', KEYS["openhorn"]))
    assert secret_files(config) == [tmp_path / "one.key"]
    assert isinstance(secret_files(config)[0], SecretFile)


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        (
            ['protocol = "tts_chip"', 'codec = "alaw"'],
            "line.0.codec: 没有这个键，请核对拼写。",
        ),
        (
            ['protocol = "modbus"', KEYS["modbus"], "relays = 8"],
            "line.0.relays: 应为文字。it must be text",
        ),
        (
            ['protocol = "openhorn"', KEYS["openhorn"], "turnaround_ms = 1"],
            "line.0.turnaround_ms: 不能小于",
        ),
        (['protocol = "modbus"'], "line.0: a modbus line needs a profile"),
        (["baud = 9600"], "line.0.protocol: 缺少这一项。it is missing"),
        (
            ['protocol = "fax"'],
            f"line.0.protocol: 读到 fax，只能是 {CHOICE}。it is fax, and must be {CHOICE}",
        ),
        (['protocol = "tts_chip"', 'baud = "modbus"'], "line.0.baud: 应为整数。it must be an integer"),
    ],
)
def test_a_wrong_line_is_answered_with_its_own_key(tmp_path: Path, keys: list[str], fault: str) -> None:
    with pytest.raises(ConfigWrong) as raised:
        load(write(tmp_path, *keys))
    assert any(found.startswith(fault) for found in raised.value.faults), raised.value.faults


def names(path: Path) -> Iterator[str]:
    """Every string and every imported module of a file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.ImportFrom):
            yield from (node.module or "").split(".")


def test_no_module_of_the_gateway_names_a_protocol() -> None:
    files = sorted(Path(gateway.__file__).parent.rglob("*.py"))
    assert len(files) > 100
    assert [(file.name, name) for file in files for name in names(file) if name in PROTOCOLS] == []
