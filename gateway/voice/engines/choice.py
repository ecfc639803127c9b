"""The voice that speaks at a site besides espeak-ng: which one it is, what it lacks, and the voice itself."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from gateway.config.voice import (
    AnyVoice,
    EdgeTable,
    EspeakTable,
    FolderTable,
    KokoroTable,
    WyomingTable,
    unnamed,
)
from gateway.i18n import sentence
from gateway.model.reason import Reason, Why
from gateway.voice import CannotSay
from gateway.voice.engines import Voice, styles
from gateway.voice.engines.edge import EdgeVoice
from gateway.voice.engines.espeak import EspeakVoice
from gateway.voice.engines.kokoro import PACKAGES as MODEL_PACKAGES
from gateway.voice.engines.kokoro import KokoroVoice
from gateway.voice.engines.wyoming import WyomingVoice

PACKAGES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "kokoro": ("onnxruntime", *MODEL_PACKAGES),
        "folder": ("onnxruntime",),
        "wyoming": ("wyoming",),
        "edge": ("edge_tts",),
        "espeak": (),
    }
)
"""The Python packages that an engine needs."""
EXTRAS: Mapping[str, str] = MappingProxyType(
    {
        "kokoro": "tongluo[voice]",
        "folder": "tongluo[voice]",
        "wyoming": "tongluo[wyoming]",
        "edge": "tongluo[edge]",
    }
)
"""What pip installs them with."""
LANGUAGES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "kokoro": KokoroVoice.languages,
        "espeak": EspeakVoice.languages,
        "folder": frozenset({"zh"}),
        "wyoming": WyomingVoice.languages,
        "edge": EdgeVoice.languages,
    }
)
"""What the voice of an engine says."""
log = logging.getLogger(__name__)


def wanted(table: AnyVoice | None) -> AnyVoice:
    """The voice that shall speak: the site's, else the one for a site that names none."""
    return table or unnamed()


def title(table: AnyVoice) -> str:
    """The voice by the name that people know it by."""
    match table:
        case KokoroTable(style_file=None):
            return f"kokoro {table.style}"
        case KokoroTable(style_file=Path() as file) | FolderTable(folder=Path() as file):
            return f"{table.engine} {file.name}"
        case WyomingTable() | EdgeTable():
            return f"{table.engine} {table.name}".strip()
    return "espeak-ng"


def lack(table: AnyVoice, data: Path | None = None) -> Why | None:
    """What a voice needs and this machine does not have. None where it can be opened.

    `data` is the folder of the site's data. Nothing is started and no network is asked.
    """
    for package in PACKAGES[table.engine]:
        if find_spec(package) is None:
            return Why(
                Reason.VOICE_PACKAGE,
                {"engine": table.engine, "package": package, "extra": EXTRAS[table.engine]},
            )
    if isinstance(table, KokoroTable):
        return styles.fault(table, data)
    if isinstance(table, FolderTable):
        from gateway.voice.engines.layout import FolderWrong, layout  # memory, only for a site that wants it

        try:
            layout(table.folder)
        except FolderWrong as wrong:
            return Why(Reason.VOICE_FOLDER, {"folder": str(table.folder), "fault": str(wrong)})
    return None


def made(table: AnyVoice, data: Path | None = None) -> Voice:
    """The voice, not started yet. Raises CannotSay if it lacks something."""
    if why := lack(table, data):
        raise CannotSay(sentence(why, "en"))
    match table:
        case KokoroTable():
            style = styles.file_of(table, data)
            assert style, "nothing is lacking"
            return KokoroVoice(style)
        case EdgeTable():
            log.warning("the words of warnings go to an online service whose owner's permission is not known")
            return EdgeVoice(table.name)
        case WyomingTable():
            return WyomingVoice(table.host, table.port, table.name)
        case FolderTable():
            from gateway.voice.engines.folder import FolderVoice

            return FolderVoice(table.folder)
        case EspeakTable():
            return EspeakVoice()


def chosen(table: AnyVoice | None, data: Path | None = None) -> Voice | None:
    """The voice that speaks besides espeak-ng.

    None if espeak-ng shall speak alone, or if something is missing. The log says what in one sentence.
    """
    shall = wanted(table)
    if isinstance(shall, EspeakTable):
        return None
    try:
        return made(shall, data)
    except CannotSay as error:
        log.log(logging.ERROR if table else logging.WARNING, "%s", error)
        return None


def missing(table: AnyVoice | None, data: Path | None = None) -> Why | None:
    """Why the voice that a site has named cannot be opened. None where the site names none."""
    return None if table is None else lack(table, data)
