"""The real neural voice in virtual time: its sound, and the seconds of processor that each piece took.

A busy machine makes every piece late, and says nothing of a quiet one. So the pieces are said first, and the
processor's time is their cost afterwards.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from gateway.voice import CannotSay
from gateway.voice.engines import Heard
from gateway.voice.engines.kokoro import BOUNDS, KokoroVoice
from gateway.voice.piece import Piece
from tests.support.neural import style_or_skip
from tests.support.process_costs import costs
from tests.support.toy_voice import Toy

Said = Mapping[Piece, tuple[Heard, float]]
"""The sound of each piece as the model made it, with the seconds of one core."""


async def said(pieces: Iterable[Piece]) -> Said:
    """Every piece by the real voice. Minutes of work."""
    voice, found = KokoroVoice(style_or_skip()), dict[Piece, tuple[Heard, float]]()
    await voice.open()
    for piece in dict.fromkeys(pieces):
        before = costs()["onnx_worker"].cpu_s
        heard = await voice.say(piece)
        found[piece] = heard, costs()["onnx_worker"].cpu_s - before
    await voice.close()
    return found


class Replayed(Toy):
    """A Voice that says again what was said. It refuses every other piece."""

    languages = KokoroVoice.languages
    lengths = KokoroVoice.lengths
    bounds = BOUNDS
    name = "kokoro replayed"

    def __init__(self, pieces: Said) -> None:
        self._pieces = pieces
        speech_s = sum(len(heard.sound) / heard.rate - 1.3 for heard, _ in pieces.values())
        self.pace = sum(cost for _, cost in pieces.values()) / max(0.1, speech_s)

    async def say(self, piece: Piece) -> Heard:
        if piece not in self._pieces:
            raise CannotSay("it was not said before")
        heard, cost = self._pieces[piece]
        await asyncio.sleep(cost)
        return heard
