"""A path is beside its file, a secret stays in its file, and a protocol's keys are its own."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from pydantic import ValidationError

from drivers.config import ConfigPath, SecretFile, Table, beside, secret_files
from drivers.link.tcp import TcpLink
from drivers.modbus.config import ModbusConfig
from drivers.openhorn.config import OpenhornConfig, open_line
from drivers.protocol import LineSpec, LineWrong
from drivers.tts_chip.config import TtsChipConfig

HERE = Path("/etc/tongluo/gateway.toml")


class Inner(Table):
    """A table in a list."""

    token: SecretFile | None = None


class Outer(Table):
    """A configuration with paths at two depths."""

    key: SecretFile
    map: ConfigPath | None = None
    inner: tuple[Inner, ...] = ()


def test_a_relative_path_is_beside_the_file_that_names_it_and_an_absolute_one_stays() -> None:
    table = Outer.model_validate({"key": "a.key", "map": "/srv/map.toml"}, context=beside(HERE))
    assert table.key == Path("/etc/tongluo/a.key")
    assert table.map == Path("/srv/map.toml")
    assert Outer.model_validate({"key": "a.key"}).key == Path("a.key")


def test_secret_files_are_found_by_their_type_at_any_depth() -> None:
    table = Outer.model_validate(
        {"key": "a.key", "map": "map.toml", "inner": [{"token": "b.token"}, {}]}, context=beside(HERE)
    )
    assert list(secret_files(table)) == [Path("/etc/tongluo/a.key"), Path("/etc/tongluo/b.token")]
    assert all(isinstance(file, SecretFile) for file in secret_files(table))


def test_no_form_of_a_table_shows_what_a_secret_file_holds(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "line.key").write_text("0f" * 32, "utf-8")
    table = OpenhornConfig.model_validate({"key_file": "line.key"}, context=beside(tmp_path / "gateway.toml"))
    table.check()
    with caplog.at_level(logging.INFO):
        logging.getLogger("drivers").info("opened with %r", table)
    for shown in (repr(table), str(table), str(table.model_dump()), table.model_dump_json(), caplog.text):
        assert "line.key" in shown
        assert "0f0f" not in shown


def test_a_wrong_key_is_refused_without_repeating_it(tmp_path: Path) -> None:
    (tmp_path / "line.key").write_text("secret", "utf-8")
    table = OpenhornConfig.model_validate({"key_file": "line.key"}, context=beside(tmp_path / "gateway.toml"))
    for read in (table.check, lambda: open_line(table, LineSpec([1], int), TcpLink("127.0.0.1", 9, 9600))):
        with pytest.raises(LineWrong, match=r"line\.key") as refused:
            read()
        assert "secret" not in str(refused.value)
        assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.parametrize(
    ("model", "sentence"),
    [(ModbusConfig, "icpdas-alm-04-mrtu"), (OpenhornConfig, "64 hex digits")],
)
def test_a_line_without_a_key_it_needs_is_told_which(model: type[Table], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        model.model_validate({})


def test_a_key_of_another_protocol_is_an_error() -> None:
    with pytest.raises(ValidationError, match="codec"):
        TtsChipConfig.model_validate({"codec": "alaw"})
    with pytest.raises(ValidationError, match="key_file"):
        ModbusConfig.model_validate({"profile": "icpdas-alm-04-mrtu", "key_file": "a.key"})


def test_a_line_too_slow_for_speech_is_known_before_it_is_opened() -> None:
    slow = OpenhornConfig(key_file=SecretFile("a.key")).slow_speech(9600)
    assert slow is not None
    assert slow.codec == "adpcm"
    assert slow.pace > 2
    assert OpenhornConfig(key_file=SecretFile("a.key")).slow_speech(115200) is None
    assert TtsChipConfig().slow_speech(1200) is None
