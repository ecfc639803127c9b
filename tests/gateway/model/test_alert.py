"""The words of CAP, as senders spell them."""

from __future__ import annotations

import pytest

from gateway.model.alert import MsgType, Severity, Status, spelt


@pytest.mark.parametrize("text", ["Cancel", "cancel", "CANCEL"])
def test_a_word_counts_in_any_case(text: str) -> None:
    assert spelt(MsgType, text) is MsgType.CANCEL


@pytest.mark.parametrize("text", ["", "Cancelled", " Alert", "解除"])
def test_another_word_is_none_and_never_the_first(text: str) -> None:
    assert spelt(MsgType, text) is None
    assert spelt(Status, text) is None
    assert spelt(Severity, text) is None
