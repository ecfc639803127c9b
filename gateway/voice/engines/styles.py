"""Styles: Kokoro's Mandarin voices. A style is a file of half a megabyte that no Python package brings.

`tongluo voice install` fetches it. The file is looked for where `[voice] style_file` says, else in the
folders of `folders`. A file of a known style must have its checksum.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from gateway.config.voice import KokoroTable
from gateway.model.reason import Reason, Why

BYTES = 510 * 256 * 4
"""The size of a style: a row of 256 numbers of four bytes for each count of tokens up to 510."""
SHA256: Mapping[str, str] = MappingProxyType(
    {
        "zm_yunjian": "de48a00bdbf3649f07162269a2b6e0513604389bfac8a2e6c75cb34b323ad6fa",
        "zf_xiaoxiao": "03adb5d5e3ddd88b047954e974e651cb0a4b524c985057e5d872e962c7be1169",
        "zm_yunxia": "6b2b8fc15b3df19a368daebe5c581c7fabf433ee5b8a17ffd6b3d723cff8936d",
        "zm_yunxi": "7243892fb4e560d47014090ddf010f8b8b790f3c6b029ff82b2ac06aa4e27c8b",
        "zm_yunyang": "261e2c89470534dbbcb8fd98b8fdc495ec94063d9bb6c8277f7be43cccba3f42",
        "zf_xiaoyi": "bc1555c5c486099196ac254bae5e0bb543c121952a3092f50b7d8724f1bc36b3",
        "zf_xiaobei": "5dde6e1c9c4f12c8b327bc29c0cee361a23b52b952c04636858ba637ec66e640",
    }
)
"""The checksum of each style of gateway.config.voice.STYLES, of npm's kokoro-js 1.2.1."""


def folders(data: Path | None) -> tuple[Path, ...]:
    """The folders in which a style may lie: this program's own, then that of the site's data."""
    own = Path(sys.prefix) / "share" / "tongluo" / "voices"
    return (own,) if data is None else (own, data / "voices")


def file_of(table: KokoroTable, data: Path | None) -> Path | None:
    """The file of the style. None where there is none in any of its places."""
    places = (
        [table.style_file] if table.style_file else [place / named(table.style) for place in folders(data)]
    )
    return next((place for place in places if place.is_file()), None)


def fault(table: KokoroTable, data: Path | None) -> Why | None:
    """Why the style cannot speak: its file is missing, cannot be read, or is not what it should be."""
    file = file_of(table, data)
    if file is None:
        file_named = str(table.style_file or "")
        return Why(Reason.VOICE_STYLE, {"style": table.style, "file": file_named})
    try:
        content = file.read_bytes()
    except OSError as error:
        return Why(
            Reason.VOICE_SPOILT, {"file": str(file), "style": table.style, "saw": error.strerror or ""}
        )
    return spoilt(content, None if table.style_file else table.style, file)


def spoilt(content: bytes, style: str | None, file: Path) -> Why | None:
    """What is wrong with the content of a style's file. A file of the site's own is known by its size alone:
    then `style` is None."""
    saw, expected = f"{len(content)} B", f"{BYTES} B"
    if saw == expected and style:
        saw, expected = f"SHA-256 {hashlib.sha256(content).hexdigest()}", f"SHA-256 {SHA256[style]}"
    if saw == expected:
        return None
    return Why(
        Reason.VOICE_SPOILT, {"file": str(file), "style": style or "", "saw": saw, "expected": expected}
    )


def named(style: str) -> str:
    """The name of the file of a style."""
    return f"{style}.bin"
