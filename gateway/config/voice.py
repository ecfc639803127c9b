"""`[voice]`: which voice speaks, and what its engine needs to know.

espeak-ng is always there and takes the place of every other voice that fails.
"""

from __future__ import annotations

import ipaddress
import os
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, field_validator, model_validator

from drivers.config import ConfigPath
from gateway.config.table import Table

STYLES = (
    "zm_yunjian",
    "zf_xiaoxiao",
    "zm_yunxia",
    "zm_yunxi",
    "zm_yunyang",
    "zf_xiaoyi",
    "zf_xiaobei",
)
"""Kokoro's Mandarin styles that may speak; the first is the default. zm: a man, zf: a woman.

A recogniser misheard zm_yunjian least through a horn. zf_xiaoxiao is the woman's voice.
"""
OTHER_TONES = "zf_xiaoni"
"""A Mandarin style that may not: half of its tones are those of another dialect."""
VARIABLE = "TONGLUO_VOICE"
"""The environment variable that names the engine where the site names none: `kokoro` or `espeak`."""


class VoiceTable(Table):
    """What every engine's table has."""

    engine: str
    """Which engine speaks."""
    trial: str = Field("", max_length=200)
    """The site's note of its own trial of this voice at a horn: when, where, who listened. Without it the
    check says that no villager has heard the voice yet."""

    @model_validator(mode="before")
    @classmethod
    def _own(cls, table: Any) -> Any:
        """Says of a key of another engine whose it is."""
        for key in table if isinstance(table, dict) else ():
            if key in cls.model_fields:
                continue
            if owners := [name for name, other in TABLES.items() if key in other.model_fields]:
                raise ValueError(
                    f"{key} = {table[key]!r}：这是 {'、'.join(owners)} 的项，"
                    f"engine = {table.get('engine')!r} 没有，请删去它或改 engine。"
                    f"{key} belongs to {', '.join(owners)}: leave it out, or change engine"
                )
        return table


class EspeakTable(VoiceTable):
    """The offline voice speaks alone."""

    engine: Literal["espeak"] = "espeak"


class KokoroTable(VoiceTable):
    """The neural voice, on this machine."""

    engine: Literal["kokoro"] = "kokoro"
    style: str = STYLES[0]
    """One of STYLES."""
    style_file: ConfigPath | None = None
    """The file of the style, where it is not one that `tongluo voice install` fetched."""

    @field_validator("style")
    @classmethod
    def _understood(cls, style: str) -> str:
        if style == OTHER_TONES:
            raise ValueError(
                f"读到 {style}：它的声调是另一种方言的，村民会听错，不能用。"
                f"请改用 {STYLES[0]} 或 {STYLES[1]}。"
                f"its tones are another dialect's: take {STYLES[0]} or {STYLES[1]}"
            )
        if style not in STYLES:
            raise ValueError(
                f"读到 {style}，没有这个音色，应为 {'、'.join(STYLES)} 之一；自己的音色文件用 style_file。"
                f"it must be one of {', '.join(STYLES)}; a style of your own goes to style_file"
            )
        return style


class FolderTable(VoiceTable):
    """A model that the site brings, on this machine."""

    engine: Literal["folder"] = "folder"
    folder: ConfigPath
    """The folder with its model.onnx, tokens.txt and lexicon.txt."""


class WyomingTable(VoiceTable):
    """A server of the Wyoming protocol, such as Piper."""

    engine: Literal["wyoming"] = "wyoming"
    host: str = "127.0.0.1"
    """Its protocol is not encrypted, so the host must be on this machine or in this network."""
    port: int = Field(10200, ge=1, le=65535)
    """Of the server."""
    name: str = ""
    """The name of the voice at the server; its default voice where this is empty."""
    plain: bool = False
    """Allows a server elsewhere, although anybody on the way could speak to the village."""

    @model_validator(mode="after")
    def _near(self) -> WyomingTable:
        try:
            near = self.host == "localhost" or ipaddress.ip_address(self.host).is_private
        except ValueError:
            near = False
        if not (near or self.plain):
            raise ValueError(
                f"host = {self.host!r}：应为本机或本单位内网的地址；"
                "路上任何人都可能冒充也要用的，请写 plain = true。"
                "an address of this machine or this house, "
                "or plain = true where everybody on the way may speak"
            )
        return self


class EdgeTable(VoiceTable):
    """Microsoft's online voice."""

    engine: Literal["edge"] = "edge"
    name: str = ""
    """The name of the voice at the service; the engine's default voice where this is empty."""


AnyVoice = Annotated[
    KokoroTable | EspeakTable | WyomingTable | EdgeTable | FolderTable, Field(discriminator="engine")
]
"""`[voice]`, of the engine that it names."""
TABLES: dict[str, type[VoiceTable]] = {
    str(table.model_fields["engine"].default): table for table in get_args(get_args(AnyVoice)[0])
}
"""The table of each engine, by its name."""


def unnamed() -> KokoroTable | EspeakTable:
    """The voice where the site names none: Kokoro, or what the environment says."""
    return EspeakTable() if os.environ.get(VARIABLE) == EspeakTable().engine else KokoroTable()
