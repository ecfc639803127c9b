"""The owner's token, and whose a token is."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.console import Tokens, owner_token


def test_the_owners_token_is_made_once_and_readable_by_nobody_else(tmp_path: Path) -> None:
    token = owner_token(tmp_path / "data")
    assert token == owner_token(tmp_path / "data")
    assert (tmp_path / "data" / "owner.token").stat().st_mode & 0o777 == 0o600
    assert len(token) >= 32
    assert token != owner_token(tmp_path / "other")


@pytest.mark.parametrize("left", [b"", b"\n"])
def test_a_file_that_a_power_cut_left_empty_is_filled(tmp_path: Path, left: bytes) -> None:
    (tmp_path / "owner.token").write_bytes(left)
    token = owner_token(tmp_path)
    assert len(token) >= 32
    assert owner_token(tmp_path) == token


def test_a_file_that_cannot_be_read_bars_no_start_and_makes_nobody_the_owner(tmp_path: Path) -> None:
    (tmp_path / "owner.token").write_bytes(b"\xff\xfe")
    token = owner_token(tmp_path)
    assert len(token) >= 32
    assert (tmp_path / "owner.token").read_bytes() == b"\xff\xfe"
    (tmp_path / "folder" / "owner.token").mkdir(parents=True)
    assert len(owner_token(tmp_path / "folder")) >= 32


def test_a_request_without_a_token_is_nobodys_also_where_a_token_is_empty() -> None:
    tokens = Tokens("", {"county": ""})
    assert not tokens.owns("")
    assert tokens.source("") is None
    known = Tokens("o", {"county": "c", "city": "d"})
    assert (known.owns("o"), known.owns("c"), known.source("d"), known.source("o")) == (
        True,
        False,
        "city",
        None,
    )
