"""Voice tests."""

from __future__ import annotations

from pathlib import Path

from tests.support.command import Gateway, body, site, tongluo


def test_a_test_is_said_or_refused_in_a_sentence(gateway: Gateway, here: Path) -> None:
    site(here, gateway.url)
    gateway.says("POST say", 202, {"plan": "p1", "text": "…"})
    done = tongluo("say", "一二三", "--to", "a", "--to", "b", "--by", "李四")
    assert "p1" in done.stdout
    assert body(gateway) == {"text": "一二三", "speakers": ["a", "b"], "reason": "", "person": "李四"}
    gateway.says(
        "POST say",
        409,
        {"detail": {"reason": "test_words", "sentence": "不得出现灾害词。", "sentence_en": "no"}},
    )
    refused = tongluo("say", "暴雨", "--to", "a")
    assert (refused.exit_code, "不得出现灾害词" in refused.stderr) == (1, True)
