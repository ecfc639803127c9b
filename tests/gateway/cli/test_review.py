"""Yes and no to what is held, and what was sent in error taken back."""

from __future__ import annotations

from pathlib import Path

from tests.support.command import KEY, Gateway, body, typed


def test_an_error_is_corrected_where_it_sounded(gateway: Gateway, here: Path) -> None:
    gateway.says("POST correct", 202, {"plan": "p", "speakers": ["square"]}, {"plan": None, "speakers": []})
    assert "square" in typed(gateway, here, "correct", KEY, "--by", "李四").stdout
    assert body(gateway) == {"key": KEY, "person": "李四"}
    assert "没有响过" in typed(gateway, here, "correct", KEY, "--by", "李四").stdout
    assert typed(gateway, here, "correct", "a/b", "--by", "李四").exit_code != 0


def test_what_was_stopped_is_said_again_in_somebodys_name(gateway: Gateway, here: Path) -> None:
    gateway.says(f"POST alerts/{KEY}/again", 202, {"plan": "p", "speakers": ["square", "mill"]})
    assert "square, mill" in typed(gateway, here, "again", KEY, "--by", "李四").stdout
    assert body(gateway) == {"person": "李四"}


def test_of_several_warnings_the_one_that_a_lift_ends_is_named(gateway: Gateway, here: Path) -> None:
    red = KEY[::-1]
    gateway.says(f"POST alerts/{KEY}/approve", 200, {"more": 0})
    assert typed(gateway, here, "approve", KEY, "--ends", red, "--by", "李四").exit_code == 0
    assert body(gateway) == {"person": "李四", "ends": red}
    typed(gateway, here, "approve", KEY, "--by", "李四")
    assert body(gateway) == {"person": "李四"}
    assert typed(gateway, here, "approve", KEY, "--ends", "a/b", "--by", "李四").exit_code != 0
