"""The two parts of a protocol in the registry: the keys of its `[[line]]`, and the function that opens such a
line."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import model_validator

from drivers import Driver
from drivers.config import Table
from drivers.errors import DriverError
from drivers.link import Link


class LineWrong(DriverError, ValueError):
    """The keys or the units of a line cannot work, whatever is tried. Each kind of it has its own sentence in
    Chinese and English, as every driver's error has."""

    code = "line_wrong"
    key: ClassVar[str] = "protocol"
    """The key that is wrong: one of the `[[line]]`, or "unit" of a speaker."""


class LineConfig(Table):
    """The keys of a `[[line]]` that belong to one protocol. Each protocol has a subclass.

    The keys of every line (name, protocol, port, baud, simulated) are not among them.
    """

    NEEDS: ClassVar[Mapping[str, str]] = {}
    """The keys without which no line of this protocol works, each with the sentence for a line that lacks
    it."""

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, table: Any) -> Any:
        for key, sentence in cls.NEEDS.items():
            if isinstance(table, Mapping) and not table.get(key):
                raise ValueError(sentence)
        return table

    def check(self) -> None:
        """Read the files that the keys name. Raises OSError, and LineWrong for a content that is not as
        documented.

        No error repeats a secret. `tongluo config check` and `tongluo doctor` call it; opening a line does
        not.
        """

    def slow_speech(self, baud: int) -> SlowSpeech | None:
        """The reason why a line of `baud` bits a second is too slow for speech.

        None for a line that is fast enough, and for one that carries no sound.
        """
        return None


@dataclass(frozen=True)
class SlowSpeech:
    """A line that carries sound too slowly: its speakers give their tone and no words."""

    codec: str
    """The configured codec."""
    pace: float
    """Seconds that the line needs for one second of sound."""


@dataclass(frozen=True)
class LineSpec:
    """The values with which a line of any protocol is opened, beside its keys and its link."""

    units: Collection[int]
    """The addresses of the speakers on the line."""
    wall: Callable[[], int]
    """The time in Unix seconds, for frames that carry the time."""
    port: str = ""
    """The `port` from which `drivers.link.reach.reach` made the link. It decides the framing of Modbus."""


Opened = tuple[Driver, Mapping[str, int]]
"""A driver, not yet connected, and the numbers of the clips stored on its line by their use (warning-red,
lift ...)."""

Keys = TypeVar("Keys", bound=LineConfig)


@dataclass(frozen=True)
class Protocol(Generic[Keys]):
    """One line of the registry."""

    keys: type[Keys]
    """The model of the protocol's keys."""
    open_line: Callable[[Keys, LineSpec, Link], Opened]
    """Opens a line with these keys. Raises LineWrong, or another ValueError, for keys or units that cannot
    work, OSError for an unreadable file."""
