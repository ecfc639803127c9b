"""`tongluo speak`: how a text will be said, its words, its syllables, its sound."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
import subprocess
import sys
import tempfile
import wave
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli.client import find_config
from gateway.cli.options import AsJson, Settings, plainly, settings_of
from gateway.i18n import phrase
from gateway.i18n.failed import Failed
from gateway.voice.mandarin.dictionary import NoDictionary
from gateway.voice.mandarin.lexicon import OURS, Lexicon

app = typer.Typer()

PLAYERS = (
    ("aplay", "-q"),
    ("paplay",),
    ("pw-play",),
    ("afplay",),
    ("ffplay", "-v", "error", "-autoexit", "-nodisp"),
)
"""Programs that play a WAV file; the first that is there is taken."""


@app.command()
@plainly
def speak(
    context: typer.Context,
    text: Annotated[
        str | None,
        typer.Argument(help="要说的话；省略则逐行读标准输入。 The text, else lines of standard input."),
    ] = None,
    as_json: AsJson = False,
    wav: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="存成声音文件：.wav .mp3 .al .g722 .c2。 Keep the sound."),
    ] = None,
    play: Annotated[bool, typer.Option("--play", help="在本机放出来。 Play it here.")] = False,
) -> None:
    """一段话会怎样说：用词、读音，可试听。 How a text will be said: words, syllables, sound."""
    settings = settings_of(context)
    names = _names(settings)
    lines = [text] if text is not None else (line.rstrip("\n") for line in sys.stdin)
    sound = bytearray()
    try:
        for line in lines:
            wording = wording_of(line, names)
            typer.echo(json.dumps(wording, ensure_ascii=False) if as_json else _shown(wording, settings.lang))
            if wav or play:
                sound += _sound(line, names, settings.lang)
    except NoDictionary as error:
        raise Failed(phrase("no_dictionary", settings.lang)) from error
    if (wav or play) and not sound:
        raise Failed(phrase("speak_mute", settings.lang))
    if wav:
        _keep(wav, _encoded(bytes(sound), wav.suffix, settings.lang), settings.lang)
    if play:
        _play(_wav(bytes(sound)), settings.lang)


def wording_of(text: str, names: Lexicon = OURS) -> dict[str, Any]:
    """`text`, its `words`, their `syllables`, the `pieces` in which a voice says them, and `notes`.

    `notes` are on what had to be spelt out or is no character of GBK.
    """
    from gateway.voice.mandarin.pinyin import syllables
    from gateway.voice.phrasing import USUAL, phrased
    from gateway.voice.text.spoken import spoken
    from gateway.wording.characters import outside_gbk

    wording = spoken(text)
    return {
        "text": text,
        "words": wording.words,
        "syllables": syllables(wording.words, names),
        "pieces": [asdict(piece) for piece in phrased(text, names, USUAL)],
        "notes": [*wording.notes, *outside_gbk(text)],
    }


def _names(settings: Settings) -> Lexicon:
    """The site's own pronunciations where a configuration is at hand."""
    from gateway.config.config import load
    from gateway.site.load import lexicon

    config = find_config(settings.config)
    return lexicon(load(config)) if config else OURS


def _shown(wording: dict[str, Any], lang: str) -> str:
    if wording["text"].strip() and not wording["words"]:
        return phrase("speak_mute", lang, why=" ".join(wording["notes"]))
    notes = [phrase("speak_notes", lang, notes=" ".join(wording["notes"]))] if wording["notes"] else []
    return "\n".join([line for piece in wording["pieces"] for line in _lines(piece)] + notes)


def _lines(piece: dict[str, Any]) -> list[str]:
    """The words of a piece with blanks between them, and under them the syllables of each word."""
    words = piece["words"]
    written = " ".join(word["written"] + word["mark"] for word in words)
    said = " ".join("".join(word["syllables"]) or word["written"] for word in words)
    return [written, said] if piece["language"] == "zh" else [written]


def _sound(text: str, names: Lexicon, lang: str) -> bytes:
    """The text as 16-bit samples at the voice's rate. Raises Failed."""
    from gateway.voice import CannotSay
    from gateway.voice.announcer import Announcer
    from gateway.voice.engines.espeak import EspeakVoice

    async def samples() -> bytes:
        announcer = Announcer(EspeakVoice(), lexicon=names)
        try:
            return (await announcer.plain(text))[1]
        finally:
            await announcer.close()

    try:
        return asyncio.run(samples())
    except CannotSay as error:
        raise Failed(phrase("speak_mute", lang, why=str(error))) from error


def _encoded(pcm: bytes, suffix: str, lang: str) -> bytes:
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


def _keep(file: Path, sound: bytes, lang: str) -> None:
    try:
        file.write_bytes(sound)
    except OSError as error:
        raise Failed(phrase("no_file", lang, file=file, why=error.strerror or "")) from error


def _play(sound: bytes, lang: str) -> None:
    player = next((words for words in PLAYERS if shutil.which(words[0])), None)
    if player is None:
        raise Failed(phrase("no_player", lang, players=", ".join(words[0] for words in PLAYERS)))
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        file.write(sound)
        file.flush()
        done = subprocess.run([*player, file.name], check=False)  # noqa: S603 - a player of this machine
    if done.returncode:
        raise Failed(phrase("player_failed", lang, player=player[0]))
