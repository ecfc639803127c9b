"""Modbus/TCP: a PDU behind its MBAP header (transaction, protocol 0, length, unit). No IO. The codec is the
framer of pymodbus.

Source: MODBUS Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pymodbus.framer.socket import FramerSocket
from pymodbus.pdu import DecodePDU

HEADER: Final = 6
"""Octets of the header before the octets that its length counts."""
SHORTEST, LONGEST = 2, 254
"""Least and greatest value of the length: the unit and a PDU of 1 to 253 octets."""

_framer = FramerSocket(DecodePDU(is_server=False))


@dataclass(frozen=True)
class Envelope:
    """One question or answer in its Modbus/TCP frame."""

    transaction: int
    unit: int
    pdu: bytes

    def encode(self) -> bytes:
        return _framer.encode(self.pdu, self.unit, self.transaction)


class EnvelopeDecoder:
    """Cuts a stream into envelopes.

    A stream has no silence that would mark the start of a frame: once `lost`, the connection must be made
    again.
    """

    def __init__(self) -> None:
        self.lost = False
        self._buffer = b""

    def feed(self, data: bytes) -> list[Envelope]:
        """The envelopes that are complete now. Never raises."""
        self._buffer += data
        envelopes = []
        while not self.lost and len(self._buffer) >= HEADER:
            length = int.from_bytes(self._buffer[4:6], "big")
            if self._buffer[2:4] != b"\0\0" or not SHORTEST <= length <= LONGEST:
                self.lost, self._buffer = True, b""
                break
            whole = self._buffer[: HEADER + length]
            if len(whole) < HEADER + length:
                break
            self._buffer = self._buffer[len(whole) :]
            _, unit, transaction, pdu = _framer.decode(whole)
            envelopes.append(Envelope(transaction, unit, pdu))
        return envelopes
