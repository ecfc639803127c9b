"""The voices of this machine as rows: what is installed, whose work it is, what is missing, what mends it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from gateway.config.config import Config
from gateway.config.voice import (
    STYLES,
    AnyVoice,
    EdgeTable,
    EspeakTable,
    FolderTable,
    KokoroTable,
    WyomingTable,
)
from gateway.i18n import phrase, sentence
from gateway.model.reason import Reason, Why
from gateway.voice.engines.choice import LANGUAGES, lack, title, wanted
from gateway.voice.engines.layout import FolderWrong, layout

Row = dict[str, Any]
NO_FOLDER = Path("…")
"""Stands for the folder that no site has named."""


def rows(site: Config | None, paces: Mapping[str, float], lang: str = "zh") -> list[Row]:
    """Every engine, and every style of Kokoro. The one that is in use says so. Nothing is started.

    `paces` are those that the running gateway has measured, by the voice.
    """
    data = site.data if site else None
    shall = wanted(site.voice if site else None)
    speaks = title(EspeakTable() if lack(shall, data) else shall)
    return [
        {
            "engine": table.engine,
            "voice": title(table).removesuffix(f" {NO_FOLDER}"),
            "in_use": title(table) == speaks,
            "installed": (why := lack(table, data)) is None,
            "languages": sorted(LANGUAGES[table.engine], reverse=True),
            "pace": paces.get(title(table)),
            "licence": licence(table, lang),
            "missing": _missing(why, table, lang),
        }
        for table in _tables(shall)
    ]


def licence(table: AnyVoice, lang: str) -> str:
    """Whose work a voice is, in a few words."""
    if isinstance(table, FolderTable):
        with suppress(FolderWrong):
            return layout(table.folder).licence
    return phrase(f"licence_{table.engine}", lang)


def _missing(why: Why | None, table: AnyVoice, lang: str) -> str:
    """What a voice lacks, and the command that mends it."""
    if why is None:
        return ""
    if isinstance(table, FolderTable) and table.folder == NO_FOLDER:
        return phrase("voice_folderless", lang)
    if isinstance(table, KokoroTable) and why.reason is Reason.VOICE_STYLE and not table.style_file:
        return phrase("style_absent", lang, style=table.style)
    return sentence(why, lang)


def _tables(shall: AnyVoice) -> Iterator[AnyVoice]:
    """The table of every voice, with the site's own in the place of its engine's."""
    if isinstance(shall, KokoroTable) and shall.style_file:
        yield shall
    yield from (KokoroTable(style=style) for style in STYLES)
    yield EspeakTable()
    yield shall if isinstance(shall, FolderTable) else FolderTable(folder=NO_FOLDER)
    yield shall if isinstance(shall, WyomingTable) else WyomingTable()
    yield shall if isinstance(shall, EdgeTable) else EdgeTable()
