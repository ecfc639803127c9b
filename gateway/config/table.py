"""A TOML file of ours as a model: unknown keys are errors, and every fault names its key."""

from __future__ import annotations

import ipaddress
import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError


class ConfigWrong(Exception):
    """The configuration cannot be used. `faults` holds one line each: where, what was expected."""

    def __init__(self, path: Path, faults: list[str]) -> None:
        super().__init__(f"{path}: " + "; ".join(faults))
        self.path = path
        self.faults = faults


T = TypeVar("T", bound=BaseModel)


class Table(BaseModel):
    """A table of a TOML file of ours: no key but those named, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def validate(path: Path, model: type[T]) -> T:
    """A TOML file as this model. Raises ConfigWrong with every key that is wrong."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigWrong(path, ["no such file; `tongluo config example` prints one to start from"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigWrong(path, [f"not TOML: {error}"]) from error
    try:
        return model.model_validate(table)
    except ValidationError as error:
        faults = [
            f"{'.'.join(str(part) for part in fault['loc']) or 'file'}: {fault['msg']}"
            for fault in error.errors()
        ]
        raise ConfigWrong(path, faults) from error


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
