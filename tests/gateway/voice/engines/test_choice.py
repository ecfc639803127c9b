"""Which voice a site has chosen, and what is said of one that is not there."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from gateway.config.voice import VoiceTable
from gateway.voice.engines import choice
from gateway.voice.engines.choice import chosen, missing
from gateway.voice.engines.edge import EdgeVoice
from gateway.voice.engines.wyoming import WyomingVoice


def test_none_is_chosen_unless_somebody_does() -> None:
    assert chosen(None) is None
    assert not missing(None)
    assert isinstance(chosen(VoiceTable(engine="wyoming")), WyomingVoice)


def test_the_online_voice_says_in_the_log_that_words_leave_the_house(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert isinstance(chosen(VoiceTable(engine="edge")), EdgeVoice)
    assert "online service" in caplog.text


def test_one_whose_package_is_not_here_is_told_of_and_our_own_speaks(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(choice, "find_spec", lambda name: None)
    assert chosen(VoiceTable(engine="wyoming")) is None
    assert missing(VoiceTable(engine="wyoming"))
    assert "tongluo[wyoming]" in caplog.text


@pytest.mark.parametrize("host", ["8.8.8.8", "voices.example.com"])
def test_a_voice_from_elsewhere_must_be_wanted_in_so_many_words(host: str) -> None:
    with pytest.raises(ValidationError, match="plain = true"):
        VoiceTable(engine="wyoming", host=host)
    assert VoiceTable(engine="wyoming", host=host, plain=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "192.168.1.5", "10.0.0.9"])
def test_one_in_this_house_needs_no_more(host: str) -> None:
    assert VoiceTable(engine="wyoming", host=host)
