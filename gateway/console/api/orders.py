"""The bodies of acts."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from gateway.model.record import NAME_MOST

Person = Annotated[str, Field(min_length=1, max_length=NAME_MOST)]
"""The name of the person who acts. The ledger records it."""


class Order(BaseModel):
    """The body of an act. A field that it does not know is an error."""

    model_config = ConfigDict(extra="forbid")


class ByPerson(Order):
    """An act that needs nothing but the name of a person."""

    person: Person
