"""The way of a link that can be opened, closed and opened again: its descriptor, and what owns that."""

from __future__ import annotations

from typing import Protocol

from drivers.errors import LinkLost
from drivers.link.descriptor import Descriptor


class Owner(Protocol):
    """A port or a socket."""

    def close(self) -> object:
        """Give the descriptor back to the system."""
        ...


class Way:
    """Closed at first. `name` is the link's name in errors."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._owner: Owner | None = None
        self._descriptor: Descriptor | None = None

    @property
    def closed(self) -> bool:
        """Whether nothing is left open."""
        return self._owner is None

    def own(self, owner: Owner) -> None:
        """From now on `close` closes this port or socket, also where it is never opened to the end."""
        self._owner = owner

    def open(self, fd: int) -> None:
        """Bytes go through this descriptor."""
        self._descriptor = Descriptor(fd, self._name)

    def descriptor(self) -> Descriptor:
        """Where bytes go through. Raises LinkLost while it is closed."""
        if self._descriptor is None:
            raise LinkLost(port=self._name, why="not open")
        return self._descriptor

    def close(self) -> None:
        """Waiting calls raise LinkLost. Idempotent."""
        if self._descriptor:
            self._descriptor.detach()
            self._descriptor = None
        if self._owner:
            self._owner.close()
            self._owner = None
