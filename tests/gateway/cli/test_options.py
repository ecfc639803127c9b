"""The options that commands share."""

from __future__ import annotations

import getpass

import pytest

from gateway.cli.options import login_name
from gateway.model.record import NAME_MOST


def unknown() -> str:
    raise KeyError("getpwuid(): uid not found: 12345")


def test_a_person_is_the_login_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "zhang")
    assert login_name() == "zhang"


def test_an_endless_login_name_is_cut_to_the_length_of_the_api(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "z" * 300)
    assert login_name() == "z" * NAME_MOST


def test_a_system_that_knows_no_name_keeps_nobody_from_stopping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", unknown)
    assert login_name() == "owner"
