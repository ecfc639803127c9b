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
from gateway.voice.engines.layout import FolderWrong, Layout, layout, name
from gateway.voice.engines.onnx_process import Model, OnnxProcess, threads
from gateway.voice.engines.signature import fed
from gateway.voice.engines.site_model import SHOWN, SiteModel, site_model
from gateway.voice.engines.warming import warmed
from gateway.voice.piece import Piece
from gateway.voice.sound.slices import gently

MEMORY = 900_000_000
"""Bytes of the worker, for a VITS model of 120 MB and a piece of 30 syllables. Our choice."""
DEADLINE_S = 60.0
"""Longest wait for a piece, as for Kokoro. Our choice."""

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
        """Raises FolderWrong, which is a Gone, if the folder lacks a file or a file is wrong."""
        files = layout(folder)
        self._folder = folder
        self.name, self.licence = name(files), files.licence
        self.pace: float | None = None
        self.missing: tuple[str, ...] = ()
        """Rare syllables that the model cannot say, once it is open. A piece with one of them is refused."""
        self._process: OnnxProcess | None = None
        self._model: SiteModel | None = None
        self._fault = ""
        """Why the folder of this name cannot be used, if it cannot."""
        self._closed = False
        self._turn = asyncio.Lock()

    async def open(self) -> None:
        """Raises FolderWrong if the folder holds no model that can be used."""
        await self._ready()
        self.pace = await warmed(self)

    async def say(self, piece: Piece) -> Heard:
        process, model = await self._ready()
        said = model.conventions.said(piece, model.spelling)
        try:
            made = await process.run(0, fed(model.model.inputs, said), DEADLINE_S)
            if model.vocoder:
                made = await process.run(1, model.taken(made), DEADLINE_S)
        except Gone as error:
            await self._forget(process)
            self._fault = str(error) if isinstance(error, FolderWrong) else ""
            raise
        audio = await gently(model.sound(made))
        if not np.isfinite(audio).all():
            raise CannotSay("the model made no numbers of it")
        sound = audio if audio.dtype == np.int16 else quantised(audio.astype(np.float64))
        return Heard(sound, model.conventions.rate)

    async def _ready(self) -> tuple[OnnxProcess, SiteModel]:
        """The worker with its models. Raises FolderWrong and Gone."""
        async with self._turn:
            if self._closed:
                raise Gone("the voice is closed")
            if self._process and self._model:
                return self._process, self._model
            files = layout(self._folder)
            if self._fault and self.name == name(files):
                raise FolderWrong(self._fault)
            self.name, self.licence, self._fault = name(files), files.licence, ""
            models = [Model((path,)) for path in (files.model, files.vocoder) if path]
            self._process = process = OnnxProcess(models, threads(), MEMORY)
            try:
                self._model = model = await _loaded(process, files)
            except BaseException as error:
                self._process = None
                await process.close()
                self._fault = str(error) if isinstance(error, FolderWrong) else ""
                raise
            self.missing = model.missing
            if self.missing:
                shown = " ".join(self.missing[:SHOWN])
                log.warning("the model has no tokens for %d rare syllables: %s", len(self.missing), shown)
            return process, model

    async def _forget(self, process: OnnxProcess) -> None:
        """Read the folder anew at the next piece, unless somebody did so meanwhile."""
        async with self._turn:
            if self._process is process:
                self._process = self._model = None
                await process.close()

    async def close(self) -> None:
        self._closed = True
        if self._process:  # perhaps it loads its models yet
            await self._process.close()


async def _loaded(process: OnnxProcess, files: Layout) -> SiteModel:
    """The models of a folder, once a worker has loaded them. Raises FolderWrong and Gone."""
    try:
        described = await process.open()
    except Gone:
        raise
    except CannotSay as error:
        named = "、".join(path.name for path in (files.model, files.vocoder) if path)
        raise FolderWrong(
            f"{named}: 模型无法加载，可能没有下载完整，请核对大小后重新下载 "
            f"(a model cannot be loaded, it may be cut short: fetch it again): {error}"
        ) from error
    log.info("%s has the sha256 %s", name(files), " ".join(model.sha256 for model in described))
    return await gently(site_model(files, described))
