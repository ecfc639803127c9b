"""`tongluo speak|teach|templates`: how a text will be said, word by word and syllable by syllable, its sound; and what the office's own acts say."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
import subprocess
import sys
import wave
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli.alarms import By
from gateway.cli.client import find_config
from gateway.cli.options import Settings, plainly, settings_of
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
    as_json: Annotated[
        bool, typer.Option("--json", help="给程序读，每行一条。 For programs, one a line.")
    ] = False,
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
    heard = bytearray()
    try:
        for line in lines:
            told = told_of(line, names)
            typer.echo(json.dumps(told, ensure_ascii=False) if as_json else _shown(told, settings.lang))
            if wav or play:
                heard += _sound(line, names, settings.lang)
    except NoDictionary as error:
        raise Failed(phrase("no_dictionary", settings.lang)) from error
    if (wav or play) and not heard:
        raise Failed(phrase("speak_mute", settings.lang))
    if wav:
        _keep(wav, _encoded(bytes(heard), wav.suffix, settings.lang), settings.lang)
    if play:
        _play(_file(bytes(heard)), settings.lang)


@app.command()
@plainly
def teach(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="地名，如 枫岗。 A name.")],
    by: By,
    syllables: Annotated[
        str,
        typer.Argument(
            help='读音，如 "feng1 gang3"；省略则取消。 Its syllables; left out, what was taught is taken back.'
        ),
    ] = "",
) -> None:
    """教网关一个地名怎样读，从下一轮播发起生效。 How a name is said here, from the next burst on."""
    settings = settings_of(context)
    body = {"phrase": name, "syllables": syllables, "person": by}
    known = settings.client().put("readings-of-names", body)["readings"]
    said = phrase("taught", settings.lang, name=name, syllables=known.get(name, ""))
    typer.echo(said if name in known else phrase("untaught", settings.lang, name=name))


@app.command()
@plainly
def templates(
    context: typer.Context,
    as_json: Annotated[
        bool, typer.Option("--json", help="给程序读，每行一条。 For programs, one a line.")
    ] = False,
) -> None:
    """本机自己的播出用语：行为、灾种、全文和时长。 What the office's own acts say, by hazard, and how long that is."""
    from gateway.announcements.script import seconds
    from gateway.announcements.template import FIELDS, written

    lang = settings_of(context).lang
    blanks = {name: phrase(f"blank_{name}", "zh") for name in FIELDS}
    for act, name, said in written(blanks):
        row = {"act": act, "name": name, "text": said.text, "seconds": round(seconds(said))}
        if as_json:
            typer.echo(json.dumps(row, ensure_ascii=False))
        else:
            typer.echo(phrase("template", lang, **{**row, "act": phrase(f"deed_{act}", lang)}))


def told_of(text: str, names: Lexicon = OURS) -> dict[str, Any]:
    """The text, its words, their syllables, and what had to be spelt out."""
    from gateway.voice.mandarin.pinyin import syllables
    from gateway.voice.text.spoken import spoken

    said = spoken(text)
    return {
        "text": text,
        "words": said.words,
        "syllables": syllables(said.words, names),
        "notes": list(said.notes),
    }


def _names(settings: Settings) -> Lexicon:
    """The site's own readings where a configuration is at hand."""
    from gateway.config.config import load
    from gateway.site.load import lexicon

    found = find_config(settings.config)
    return lexicon(load(found)) if found else OURS


def _shown(told: dict[str, Any], lang: str) -> str:
    if told["text"].strip() and not told["words"]:
        return phrase("speak_mute", lang, why=" ".join(told["notes"]))
    notes = phrase("speak_notes", lang, notes=" ".join(told["notes"])) if told["notes"] else ""
    return "\n".join(line for line in (told["words"], " ".join(told["syllables"]), notes) if line)


def _sound(text: str, names: Lexicon, lang: str) -> bytes:
    from gateway.voice import CannotSay
    from gateway.voice.announcer import Announcer
    from gateway.voice.engines.espeak import EspeakVoice

    async def said() -> bytes:
        announcer = Announcer(EspeakVoice(lexicon=names))
        try:
            return (await announcer.plain(text))[1]
        finally:
            await announcer.close()

    try:
        return asyncio.run(said())
    except CannotSay as error:
        raise Failed(phrase("speak_mute", lang, why=str(error))) from error


def _encoded(pcm: bytes, suffix: str, lang: str) -> bytes:
    """The file's octets, by its name: what clips on a card or another link want; WAV where nothing else is known."""
    from drivers import coders
    from drivers.sound import alaw_encode, mp3_encode, resample, samples
    from gateway.voice import RATE

    said = samples(pcm)
    try:
        match suffix.lower():
            case ".mp3":
                return mp3_encode(said, RATE)
            case ".al":
                return alaw_encode(resample(said, RATE, 8000))
            case ".g722":
                return coders.g722_encode(said)
            case ".c2":
                return b"".join(coders.codec2_encode(resample(said, RATE, coders.CODEC2_RATE)))
    except coders.CodecMissing as error:
        raise Failed(phrase("no_codec", lang, why=str(error))) from error
    return _file(pcm)


def _file(pcm: bytes) -> bytes:
    from gateway.voice import RATE

    whole = io.BytesIO()
    with wave.open(whole, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm)
    return whole.getvalue()


def _keep(file: Path, sound: bytes, lang: str) -> None:
    try:
        file.write_bytes(sound)
    except OSError as error:
        raise Failed(phrase("no_file", lang, file=file, why=error.strerror or "")) from error


def _play(sound: bytes, lang: str) -> None:
    player = next((words for words in PLAYERS if shutil.which(words[0])), None)
    if player is None:
        raise Failed(phrase("no_player", lang, players=", ".join(words[0] for words in PLAYERS)))
    import tempfile

    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        file.write(sound)
        file.flush()
        done = subprocess.run([*player, file.name], check=False)  # noqa: S603 - a player of this machine
    if done.returncode:
        raise Failed(phrase("player_failed", lang, player=player[0]))
