"""The parts that the configuration of a driver is made of: a strict table, a path beside its file, a secret
file.

A model that reads a file is validated with the folder of that file as context:

    ModbusConfig.model_validate(table, context=beside(path))
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PosixPath
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

FOLDER: Final = "folder"
"""The key of the validation context under which the folder stands."""


class Table(BaseModel):
    """A table of a TOML file. An unknown key is an error. Values never change after they were read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def beside(file: Path) -> dict[str, Path]:
    """The validation context of the tables in `file`: their relative paths start in its folder."""
    return {FOLDER: file.parent}


def _resolved(path: Path, info: ValidationInfo) -> Path:
    return info.context[FOLDER] / path if info.context else path


ConfigPath = Annotated[Path, AfterValidator(_resolved)]
"""A path in a configuration file. A relative path starts in the folder of that file (see `beside`)."""


class SecretFile(PosixPath):
    """The path of a file whose content is secret: a key, a token, a password.

    The configuration holds the path, never the content: no `repr` and no dump of a configuration shows a
    secret. A relative path starts in the folder of the configuration file, as a ConfigPath does.
    `secret_files` finds every SecretFile of a configuration by its type.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_after_validator_function(
            lambda path, info: cls(_resolved(path, info)), handler.generate_schema(Path)
        )


def secret_files(value: object) -> Iterator[SecretFile]:
    """Every SecretFile in a configuration: in the fields of its tables and in their lists, at any depth."""
    if isinstance(value, SecretFile):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from secret_files(getattr(value, name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from secret_files(item)
