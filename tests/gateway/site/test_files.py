"""Files that brokers, sources and webhooks name: which of them the start needs, and what is said of one that
cannot be read."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.app.feeds import header_lines
from gateway.app.receipts import seals
from gateway.config.config import Config
from gateway.i18n import LANGUAGES
from gateway.intake.signature import pinned
from gateway.site.files import barring, faults, named

TABLES = """
seed = "site.toml"
line = []
[[broker]]
name = "b"
host = "127.0.0.1"
password_file = "password"
ca_file = "ca"
certificate_file = "certificate"
key_file = "key"
receipt_key_file = "broker-receipts"
[[source]]
kind = "mqtt"
name = "m"
broker = "b"
topic = "t"
senders = []
certificates = ["pem"]
[[source]]
kind = "http"
name = "h"
senders = []
token_file = "token"
receipt_key_file = "receipts"
[[source]]
kind = "feed"
name = "f"
senders = []
url = "https://weather.example/"
headers_file = "headers"
hook_secret_file = "hook"
[[webhook]]
url = "https://duty.example/"
secret_file = "secret"
"""
"""One table of every kind, with every key that names a file."""


def config(folder: Path) -> Config:
    return Config.model_validate(tomllib.loads(TABLES), context={"folder": folder})


def filled(folder: Path) -> Config:
    site = config(folder)
    for file in named(site):
        file.path.write_text("content", "ascii")
    return site


STARTING: dict[str, Callable[[Config], object]] = {
    "broker-receipts": seals,
    "pem": lambda site: pinned({source.name: source.certificates for source in site.sources}),
    "token": lambda site: [s.token_file.read_text("utf-8") for s in site.sources if s.kind == "http"],
    "receipts": seals,
    "headers": lambda site: [
        header_lines(s.headers_file) for s in site.sources if s.kind == "feed" and s.headers_file
    ],
    "secret": lambda site: [hook.secret_file.read_bytes() for hook in site.webhooks],
}
"""The files that the start reads, each with what reads it."""


def test_every_key_that_names_a_file_is_known_and_a_right_site_has_no_faults(tmp_path: Path) -> None:
    site = filled(tmp_path)
    assert {file.path.name for file in named(site)} == STARTING.keys() | {
        "password",
        "ca",
        "certificate",
        "key",
        "hook",
    }
    assert (faults(site), barring(site)) == ([], [])


def test_all_that_is_missing_is_told_at_once_and_the_start_needs_only_what_it_reads(tmp_path: Path) -> None:
    site = config(tmp_path)
    assert len(faults(site)) == len(list(named(site)))
    assert len(barring(site)) == len(STARTING)
    for name, reads in STARTING.items():
        assert any(str(tmp_path / name) in fault for fault in barring(site))
        with pytest.raises(OSError, match="No such file"):
            reads(site)


def test_the_key_of_a_broker_that_no_source_names_is_not_read_at_the_start(tmp_path: Path) -> None:
    site = config(tmp_path)
    site = site.model_copy(update={"sources": site.sources[1:]})
    assert not any(fault.startswith("broker") for fault in barring(site))
    seals(site.model_copy(update={"sources": site.sources[1:]}))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda file: file.unlink(), "没有文件"),
        (lambda file: (file.unlink(), file.mkdir()), "读不了"),
        (lambda file: file.write_bytes(b"\xff\xfe"), "不是文本"),
    ],
    ids=["absent", "a folder", "no text"],
)
def test_what_is_wrong_is_told_with_table_key_file_and_what_to_do(
    tmp_path: Path, spoil: Callable[[Path], object], said: str
) -> None:
    site = filled(tmp_path)
    spoil(tmp_path / "token")
    assert barring(site) == faults(site)
    (fault,) = faults(site)
    assert fault.startswith("source.1 (h).token_file：")
    assert said in fault
    assert str(tmp_path / "token") in fault
    assert "请" in fault
    assert len(barring(site, "en")) == 1


def test_an_empty_file_is_a_fault_and_bars_no_start(tmp_path: Path) -> None:
    site = filled(tmp_path)
    (tmp_path / "token").write_text("\n", "ascii")
    assert barring(site) == []
    for lang in LANGUAGES:
        (fault,) = faults(site, lang)
        assert "token" in fault


def test_no_fault_shows_what_a_file_holds(tmp_path: Path) -> None:
    site = filled(tmp_path)
    for file in named(site):
        file.path.write_bytes(b"private\xff")
    assert faults(site)
    assert not any("private" in fault.replace(str(tmp_path), "") for fault in faults(site))
