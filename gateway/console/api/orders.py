"""The bodies of acts, and the numbers that a request may name."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from gateway.model.record import NAME_MOST

Person = Annotated[str, Field(min_length=1, max_length=NAME_MOST)]
"""The name of the person who acts. The ledger records it."""


Number = Annotated[int, Path(ge=1, le=2**63 - 1)]
"""The number of a row of the ledger, as SQLite counts rows."""
Most = Annotated[int, Query(ge=1, le=10_000)]
"""So many rows at most are wanted. A route gives fewer where it has a bound of its own."""


class Order(BaseModel):
    """The body of an act. A field that it does not know is an error."""

    model_config = ConfigDict(extra="forbid")


class ByPerson(Order):
    """An act that needs nothing but the name of a person."""

    person: Person
