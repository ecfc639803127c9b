"""A TOML file as a model: an unknown key is an error, and every fault names its key."""

from __future__ import annotations

import ipaddress
import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from drivers.config import Table, beside
from drivers.validation import not_toml, said

__all__ = ["ConfigWrong", "Table", "validate"]


_ABSENT = (
    "没有这个文件，用 `tongluo config example` 可以打印一份来改。"
    "no such file; `tongluo config example` prints one to start from"
)


class ConfigWrong(Exception):
    """The configuration cannot be used. `faults` holds one line each: where, what was expected."""

    def __init__(self, path: Path, faults: list[str]) -> None:
        super().__init__(f"{path}: " + "; ".join(faults))
        self.path = path
        self.faults = faults


T = TypeVar("T", bound=BaseModel)


def validate(path: Path, model: type[T]) -> T:
    """A TOML file as this model. Raises ConfigWrong with every key that is wrong."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigWrong(path, [_ABSENT]) from None
    except OSError as error:
        raise ConfigWrong(path, [f"it cannot be read: {error.strerror}"]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigWrong(path, [not_toml(error)]) from error
    try:
        return model.model_validate(table, context=beside(path))
    except ValidationError as error:
        raise ConfigWrong(path, [_said(fault, table) for fault in error.errors()]) from error


def _said(fault: ErrorDetails, table: object) -> str:
    """A fault with the keys that lead to it. A union table is told by the key that chooses it, as any
    other key is."""
    keys = _keys(fault, table)
    if fault["type"] in ("union_tag_invalid", "union_tag_not_found"):
        keys.append(fault["ctx"]["discriminator"].strip("'"))
    return f"{'.'.join(keys) or 'file'}: {said(fault)}"


def _keys(fault: ErrorDetails, table: object) -> list[str]:
    """The keys of the file that lead to a fault.

    pydantic also names the chosen table of a union among them, by the value of the key that chose it: this is
    no key.
    """
    keys: list[str] = []
    loc = fault["loc"]
    for number, step in enumerate(loc, start=1):
        absent = number == len(loc) and fault["type"] == "missing"
        if isinstance(table, dict):
            if step not in table and step in table.values() and not absent:
                continue
            table = table.get(step)
        elif isinstance(table, list) and isinstance(step, int):
            table = table[step]
        keys.append(str(step))
    return keys


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
