"""A voice of a model that a site brings: a folder in the layout of sherpa-onnx, fed our own syllables.

The folder is `[voice] folder`; `layout` says what lies in it. No text is looked up in it: the lexicon is
turned round, once at the start, into the tokens of every syllable. A model without a lexicon is taken where
its tokens are pinyin in a way that we know. What the model's text rules would do (`rule.fst`, `dict/`,
`espeak-ng-data/`) is done before, for every voice, so those files are not needed.

The licence of the model and of its data is the site's own matter: nothing of them comes with this program.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import numpy as np

from drivers.sound import quantised
from gateway.voice import CannotSay, Gone
from gateway.voice.engines import Bounds, Heard, Lengths
from gateway.voice.engines.layout import UNKNOWN, FolderWrong, layout
from gateway.voice.engines.onnx_process import Model, OnnxProcess, threads
from gateway.voice.engines.signature import fed
from gateway.voice.engines.site_model import SHOWN, SiteModel, site_model
from gateway.voice.piece import Piece, Word
from gateway.voice.sound.slices import gently

MEMORY = 900_000_000
"""Bytes of the worker, for a VITS model of 120 MB and a piece of 30 syllables. Our choice."""
DEADLINE_S = 60.0
"""Longest wait for a piece, as for Kokoro. Our choice."""
WARM = Piece(
    (
        Word("请", ("qing3",)),
        Word("山洪", ("shan1", "hong2")),
        Word("沟口", ("gou1", "kou3")),
        Word("的", ("de5",)),
        Word("村民", ("cun1", "min2")),
        Word("立即", ("li4", "ji2")),
        Word("转移", ("zhuan3", "yi2"), "。"),
    )
)
"""What it says at its start, to know its pace."""

log = logging.getLogger(__name__)


class FolderVoice:
    """A Voice. When the worker dies or hangs, the next piece reads the folder anew."""

    languages = frozenset({"zh"})
    lengths = Lengths(4, 30)
    """Our choice: the models of this layout say single words, but tones need neighbours."""
    bounds = Bounds(0.08, 0.60, 1.0)
    """Wide, since every model has its own pace: half of a sentence is still found. Our choice."""
    streams = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.name = ""
        """Empty until the model is loaded: it comes from the checksums of the files."""
        self.licence = UNKNOWN
        self.pace: float | None = None
        self.missing: tuple[str, ...] = ()
        """Rare syllables that the model cannot say, once it is open. A piece with one of them is refused."""
        self._process: OnnxProcess | None = None
        self._model: SiteModel | None = None
        self._turn = asyncio.Lock()

    async def open(self) -> None:
        """Raises FolderWrong, which is a CannotSay, if the folder holds no model that can be used."""
        loop = asyncio.get_running_loop()
        await self._ready()
        began = loop.time()
        heard = await self.say(WARM)
        self.pace = (loop.time() - began) * heard.rate / max(1, len(heard.sound))

    async def say(self, piece: Piece) -> Heard:
        process, model = await self._ready()
        said = model.conventions.said(piece, model.spelling)
        try:
            made = await process.run(0, fed(model.model.inputs, said), DEADLINE_S)
            if model.vocoder:
                made = await process.run(1, model.taken(made), DEADLINE_S)
        except Gone:
            await self._forget(process)
            raise
        audio = await gently(model.sound(made))
        if not np.isfinite(audio).all():
            raise CannotSay("the model made no numbers of it")
        sound = audio if audio.dtype == np.int16 else quantised(audio.astype(np.float64))
        return Heard(sound, model.conventions.rate)

    async def _ready(self) -> tuple[OnnxProcess, SiteModel]:
        """The worker with its models. Raises FolderWrong and Gone."""
        async with self._turn:
            if not self._process or not self._model:
                files = layout(self._folder)
                process = OnnxProcess(
                    [Model((path,)) for path in (files.model, files.vocoder) if path], threads(), MEMORY
                )
                try:
                    self._model = await gently(site_model(files, await process.open()))
                except BaseException as error:
                    await process.close()
                    if isinstance(error, CannotSay) and not isinstance(error, FolderWrong | Gone):
                        raise _unreadable(files.model, files.vocoder, error) from error
                    raise
                self._process = process
                self.name, self.licence = self._model.name, files.licence
                self.missing = self._model.missing
                if self.missing:
                    shown = " ".join(self.missing[:SHOWN])
                    log.warning("the model has no tokens for %d rare syllables: %s", len(self.missing), shown)
            return self._process, self._model

    async def _forget(self, process: OnnxProcess) -> None:
        """Read the folder anew at the next piece, unless somebody did so meanwhile."""
        async with self._turn:
            if self._process is process:
                self._process = self._model = None
                await process.close()

    async def close(self) -> None:
        if self._process:
            await self._forget(self._process)


def _unreadable(model: Path, vocoder: Path | None, error: CannotSay) -> FolderWrong:
    """The error of a model that onnxruntime does not load."""
    files = "、".join(path.name for path in (model, vocoder) if path)
    return FolderWrong(
        f"{files}: 模型无法加载，可能没有下载完整，请核对大小后重新下载 "
        f"(a model cannot be loaded, it may be cut short: fetch it again): {error}"
    )
