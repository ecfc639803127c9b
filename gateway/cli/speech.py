"""`tongluo speak`: how a text will be said, its words, its syllables, its sound."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli import sound
from gateway.cli.client import find_config
from gateway.cli.options import AsJson, Settings, plainly, settings_of
from gateway.config.config import Config, load
from gateway.i18n import phrase
from gateway.i18n.failed import Failed
from gateway.voice.mandarin.dictionary import NoDictionary
from gateway.voice.mandarin.lexicon import OURS, Lexicon

app = typer.Typer()


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
    names = names_of(settings)
    lines = [text] if text is not None else (line.rstrip("\n") for line in sys.stdin)
    said: list[str] = []
    try:
        for line in lines:
            wording = wording_of(line, names)
            typer.echo(json.dumps(wording, ensure_ascii=False) if as_json else _shown(wording, settings.lang))
            said.append(line)
    except NoDictionary as error:
        raise Failed(phrase("no_dictionary", settings.lang)) from error
    if not (wav or play):
        return
    pcm = sound.heard(said, names, site_of(settings), settings.lang)
    if wav:
        sound.keep(wav, pcm, settings.lang)
    if play:
        sound.play(pcm, settings.lang)


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


def site_of(settings: Settings) -> Config | None:
    """The configuration, where one is at hand. Raises ConfigWrong."""
    config = find_config(settings.config)
    return load(config) if config else None


def names_of(settings: Settings) -> Lexicon:
    """The site's own pronunciations where a configuration is at hand. Raises ConfigWrong."""
    from gateway.site.load import lexicon

    site = site_of(settings)
    return lexicon(site) if site else OURS


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
