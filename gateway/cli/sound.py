"""Sound of a command: texts that a voice says, kept as a file or played here."""

from __future__ import annotations

import asyncio
import io
import shutil
import subprocess
import tempfile
import wave
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from gateway.config.config import Config
from gateway.config.voice import EspeakTable
from gateway.i18n import phrase, sentence
from gateway.i18n.failed import Failed
from gateway.voice.mandarin.lexicon import Lexicon

if TYPE_CHECKING:
    from gateway.voice.engines import Voice

PLAYERS = (
    ("aplay", "-q"),
    ("paplay",),
    ("pw-play",),
    ("afplay",),
    ("ffplay", "-v", "error", "-autoexit", "-nodisp"),
)
"""Programs that play a WAV file; the first that is there is taken."""


def heard(texts: Sequence[str], names: Lexicon, site: Config | None, lang: str) -> bytes:
    """Texts as PCM at the gateway's rate, by the voice that speaks at this site.

    espeak-ng says them if that voice is missing, which is told, or cannot say one of them. Raises Failed.
    """
    from gateway.voice import CannotSay
    from gateway.voice.engines.choice import lack, made, wanted

    table, data = wanted(site.voice if site else None), site.data if site else None
    if why := lack(table, data):
        typer.echo(sentence(why, lang), err=True)
    else:
        with suppress(CannotSay):
            return asyncio.run(said(texts, names, made(table, data)))
    try:
        return asyncio.run(said(texts, names, made(EspeakTable())))
    except CannotSay as error:
        raise Failed(phrase("speak_mute", lang, why=str(error))) from error


async def said(texts: Sequence[str], names: Lexicon, voice: Voice) -> bytes:
    """Texts as PCM at the gateway's rate, by a voice that is closed afterwards. Raises CannotSay."""
    from gateway.voice.announcer import Announcer

    announcer = Announcer(voice, lexicon=names)
    try:
        await voice.open()
        return b"".join([(await announcer.plain(text))[1] for text in texts])
    finally:
        await announcer.close()


def encoded(pcm: bytes, suffix: str, lang: str) -> bytes:
    """The octets of a file with this suffix; an unknown suffix gets WAV.

    Raises Failed where a codec is missing.
    """
    from drivers import coders
    from drivers.sound import alaw_encode, mp3_encode, resample, samples
    from gateway.voice import RATE

    sound = samples(pcm)
    try:
        match suffix.lower():
            case ".mp3":
                return mp3_encode(sound, RATE)
            case ".al":
                return alaw_encode(resample(sound, RATE, 8000))
            case ".g722":
                return coders.g722_encode(sound)
            case ".c2":
                return b"".join(coders.codec2_encode(resample(sound, RATE, coders.CODEC2_RATE)))
    except coders.CodecMissing as error:
        raise Failed(phrase("no_codec", lang, why=str(error))) from error
    return _wav(pcm)


def _wav(pcm: bytes) -> bytes:
    from gateway.voice import RATE

    octets = io.BytesIO()
    with wave.open(octets, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm)
    return octets.getvalue()


def keep(file: Path, pcm: bytes, lang: str) -> None:
    """Write PCM to a file, in the form that its suffix names. Raises Failed."""
    octets = encoded(pcm, file.suffix, lang)
    try:
        file.write_bytes(octets)
    except OSError as error:
        raise Failed(phrase("no_file", lang, file=file, why=error.strerror or "")) from error


def play(pcm: bytes, lang: str) -> None:
    """Play PCM by the first of PLAYERS. Raises Failed."""
    player = next((words for words in PLAYERS if shutil.which(words[0])), None)
    if player is None:
        raise Failed(phrase("no_player", lang, players=", ".join(words[0] for words in PLAYERS)))
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        file.write(_wav(pcm))
        file.flush()
        done = subprocess.run([*player, file.name], check=False)  # noqa: S603 - a player of this machine
    if done.returncode:
        raise Failed(phrase("player_failed", lang, player=player[0]))
