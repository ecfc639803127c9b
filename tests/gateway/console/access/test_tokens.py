"""The owner's token."""

from __future__ import annotations

from pathlib import Path

from gateway.console import owner_token


def test_the_owners_token_is_made_once_and_readable_by_nobody_else(tmp_path: Path) -> None:
    token = owner_token(tmp_path / "data")
    assert token == owner_token(tmp_path / "data")
    assert (tmp_path / "data" / "owner.token").stat().st_mode & 0o777 == 0o600
    assert len(token) >= 32
    assert token != owner_token(tmp_path / "other")
