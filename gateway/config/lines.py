"""A `[[line]]`: the wire or radio link that units share.

The keys of every line are here. Those of one protocol are in `drivers/<protocol>/config.py`; the registry of
the drivers joins them.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal, Self, cast

from pydantic import Field, GetCoreSchemaHandler, create_model, model_validator
from pydantic_core import CoreSchema

from drivers.link.reach import reach
from drivers.protocol import LineConfig
from drivers.registry import PROTOCOLS


class LineTable(LineConfig):
    """The keys of every line. A line that was read also has the keys of its protocol (see `Line`)."""

    name: str
    protocol: str
    """A name of `drivers.registry.PROTOCOLS`."""
    port: str
    """A path, tcp://ADDRESS:PORT (Modbus/TCP on a modbus line) or rtu+tcp://ADDRESS:PORT."""
    baud: int = Field(9600, ge=50, le=4_000_000)
    """Bits a second on the wire, also on a wire behind a socket."""
    simulated: bool = False
    """A simulator is connected."""

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        reach(self.port, self.baud)
        return self


def _joined(protocol: str, keys: type[LineConfig]) -> type[LineTable]:
    """The table with the keys of every line and with those of this protocol."""
    bases: Any = (LineTable, keys)
    name: Any = Literal[protocol]
    return cast(type[LineTable], create_model(f"{protocol}_line", __base__=bases, protocol=(name, ...)))


_TABLES = reduce(or_, (_joined(name, protocol.keys) for name, protocol in PROTOCOLS.items()))


class _ByProtocol:
    """Makes pydantic read a LineTable as the table of its protocol."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler.generate_schema(Annotated[_TABLES, Field(discriminator="protocol")])


Line = Annotated[LineTable, _ByProtocol()]
"""One `[[line]]`: a LineTable that is also the LineConfig of its protocol."""
