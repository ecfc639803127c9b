"""From the `port` of a line to its link: a serial port, or a socket."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from drivers.link import Link
from drivers.link.serialport import SerialLink
from drivers.link.tcp import TcpLink

TCP: Final = "tcp://"
"""A socket: Modbus/TCP on a modbus line, the protocol's own octets on every other line."""
RTU_TCP: Final = "rtu+tcp://"
"""A socket that hands the octets of a serial line through, those of Modbus RTU too."""


def reach(port: str, baud: int) -> Link:
    """The link to `port`, not yet open.

    `port` is tcp://ADDRESS:PORT, rtu+tcp://ADDRESS:PORT or the path of a serial port. `baud` is the rate of
    the wire in bits a second, also of a wire behind a socket. Raises ValueError.
    """
    if "://" not in port:
        return SerialLink(port, baud)
    address = urlsplit(port)
    known = port.startswith((TCP, RTU_TCP))
    if not known or not address.hostname or address.port is None or address.path.strip("/"):
        raise ValueError(f"port {port!r}: expected a path, tcp://ADDRESS:PORT or rtu+tcp://ADDRESS:PORT")
    return TcpLink(address.hostname, address.port, baud)
