"""Modbus RTU questions and answers as bytes: address, function, data, CRC-16/MODBUS low byte first. No IO, no
clock.

Functions 1-6, 15, 16 and 0x17. The PDUs come from pymodbus; the framing and the CRC (fastcrc) are ours. The
framer of pymodbus waits for as many bytes as a damaged byte count says, and misses the frames meanwhile. This
one searches for the one answer that is due.

Source: MODBUS Application Protocol V1.1b3; MODBUS over Serial Line V1.02
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Final

from fastcrc import crc16
from pymodbus.pdu import DecodePDU, ExceptionResponse, ModbusPDU
from pymodbus.pdu import bit_message as bits
from pymodbus.pdu import register_message as registers

EVERY_UNIT: Final = 0
"""Address 0: every unit obeys a write, and none answers. MODBUS over Serial Line V1.02"""
LAST_UNIT: Final = 247
"""Highest address of a unit. MODBUS over Serial Line V1.02"""
LONGEST: Final = 256
"""Bytes of the longest frame: address, a PDU of 253, CRC. MODBUS over Serial Line V1.02"""
SHORTEST: Final = 4
"""Bytes of the shortest frame: address, function, CRC."""
EXCEPTION_BIT: Final = 0x80
EXCEPTION_LENGTH: Final = 5
WRITTEN_LENGTH: Final = 8
"""Bytes of every answer to a write: address, function, two words, CRC."""
FAST_BAUD: Final = 19200
"""Above this baud rate the silence has a fixed length. MODBUS over Serial Line V1.02"""
FAST_SILENCE_S: Final = 0.00175


class Function(IntEnum):
    """The function codes of this codec."""

    READ_COILS = 1
    READ_INPUTS = 2
    READ_HOLDING_REGISTERS = 3
    READ_INPUT_REGISTERS = 4
    WRITE_COIL = 5
    WRITE_REGISTER = 6
    WRITE_COILS = 15
    WRITE_REGISTERS = 16
    READ_WRITE_REGISTERS = 0x17


class Refusal(IntEnum):
    """Exception codes. MODBUS Application Protocol V1.1b3"""

    ILLEGAL_FUNCTION = 1
    ILLEGAL_ADDRESS = 2
    ILLEGAL_VALUE = 3
    FAILURE = 4
    ACKNOWLEDGE = 5
    BUSY = 6
    NO_PATH = 0x0A
    TARGET_SILENT = 0x0B


KNOWN: Final = frozenset(int(function) for function in Function)
"""The function codes of this codec as numbers."""
MOST_READ: Final = {1: 2000, 2: 2000, 3: 125, 4: 125, 0x17: 125}
"""Items that one question may read, by function. MODBUS Application Protocol V1.1b3"""
MOST_WRITTEN: Final = {5: 1, 6: 1, 15: 1968, 16: 123, 0x17: 121}
"""Items that one question may write, by function. MODBUS Application Protocol V1.1b3"""
ONE_BIT: Final = (Function.READ_COILS, Function.READ_INPUTS, Function.WRITE_COIL, Function.WRITE_COILS)

_questions, _answers = DecodePDU(is_server=True), DecodePDU(is_server=False)


def silence(baud: int) -> float:
    """T3.5 in seconds: the quiet between two frames, three and a half characters of eleven bits."""
    return FAST_SILENCE_S if baud > FAST_BAUD else 3.5 * 11 / baud


def seal(unit: int, pdu: bytes) -> bytes:
    """A whole frame."""
    body = bytes([unit]) + pdu
    return body + crc16.modbus(body).to_bytes(2, "little")


def unseal(frame: bytes) -> tuple[int, bytes] | None:
    """Unit and PDU of one whole frame. None where the length or the CRC is wrong."""
    if not SHORTEST <= len(frame) <= LONGEST or crc16.modbus(frame[:-2]) != int.from_bytes(
        frame[-2:], "little"
    ):
        return None
    return frame[0], frame[1:-2]


@dataclass(frozen=True)
class Request:
    """One question or order. Raises ValueError for a request that the protocol does not allow."""

    unit: int
    function: Function
    address: int
    """The first item that is read; for a function that only writes, the first item written."""
    count: int = 0
    """How many items are read."""
    values: tuple[int, ...] = ()
    """The values that are written; coils as 0 and 1."""
    written: int = 0
    """The first item that 0x17 writes, before it reads."""

    def __post_init__(self) -> None:
        reads, writes = self.function in MOST_READ, self.function in MOST_WRITTEN
        if not 0 <= self.unit <= LAST_UNIT or (self.unit == EVERY_UNIT and reads):
            raise ValueError(f"unit {self.unit}: expected 1-247, or 0 to write to every unit")
        if not (1 <= self.count <= MOST_READ[self.function] if reads else self.count == 0):
            raise ValueError(f"count {self.count} does not suit function {self.function}")
        if not (1 <= len(self.values) <= MOST_WRITTEN[self.function] if writes else not self.values):
            raise ValueError(f"{len(self.values)} values do not suit function {self.function}")
        highest = 1 if self.function in ONE_BIT else 0xFFFF
        if not all(0 <= value <= highest for value in self.values):
            raise ValueError(f"values {self.values}: expected 0-{highest}")
        first = self.written if reads else self.address
        if (
            self.address + self.count > 0x10000
            or first + len(self.values) > 0x10000
            or self.address < 0
            or first < 0
        ):
            raise ValueError(f"address {self.address}: the items must lie within 0-65535")

    def encode(self) -> bytes:
        """The whole frame."""
        return self._sealed

    @cached_property
    def _sealed(self) -> bytes:
        return seal(self.unit, self.pdu)

    @cached_property
    def pdu(self) -> bytes:
        """Function and data, without address and CRC."""
        return bytes([self.function]) + self._pdu().encode()

    def _pdu(self) -> ModbusPDU:
        flags = [bool(value) for value in self.values]
        words = list(self.values)
        match self.function:
            case Function.READ_COILS:
                return bits.ReadCoilsRequest(address=self.address, count=self.count)
            case Function.READ_INPUTS:
                return bits.ReadDiscreteInputsRequest(address=self.address, count=self.count)
            case Function.READ_HOLDING_REGISTERS:
                return registers.ReadHoldingRegistersRequest(address=self.address, count=self.count)
            case Function.READ_INPUT_REGISTERS:
                return registers.ReadInputRegistersRequest(address=self.address, count=self.count)
            case Function.WRITE_COIL:
                return bits.WriteSingleCoilRequest(address=self.address, bits=flags)
            case Function.WRITE_REGISTER:
                return registers.WriteSingleRegisterRequest(address=self.address, registers=words)
            case Function.WRITE_COILS:
                return bits.WriteMultipleCoilsRequest(address=self.address, bits=flags)
            case Function.WRITE_REGISTERS:
                return registers.WriteMultipleRegistersRequest(address=self.address, registers=words)
            case Function.READ_WRITE_REGISTERS:
                return registers.ReadWriteMultipleRegistersRequest(
                    self.address, self.count, self.written, words
                )

    @cached_property
    def opening(self) -> bytes:
        """The first bytes of its answer, as far as they are known beforehand.

        The answer to a read repeats no address, only the byte count.
        """
        head = bytes([self.unit, self.function])
        if self.function in MOST_READ:
            return head + bytes([-(-self.count // 8) if self.function in ONE_BIT else 2 * self.count])
        return bytes([self.unit]) + self.pdu[:5]

    @property
    def answer_length(self) -> int:
        """Bytes of the whole answer, if it is no refusal."""
        return self.opening[2] + 5 if self.function in MOST_READ else WRITTEN_LENGTH


@dataclass(frozen=True)
class Answer:
    """The answer of a unit to one question."""

    request: Request
    values: tuple[int, ...] = ()
    """The values that were read; coils as 0 and 1."""
    refusal: int | None = None
    """The exception code, where the unit refused."""

    def encode(self) -> bytes:
        """The whole frame as the unit sends it."""
        return seal(self.request.unit, self.pdu)

    @property
    def pdu(self) -> bytes:
        """Function and data, without address and CRC."""
        asked = self.request
        if self.refusal is not None:
            return bytes([asked.function | EXCEPTION_BIT, self.refusal])
        if asked.function not in MOST_READ:
            return asked.pdu[:5]
        pdu: ModbusPDU
        if asked.function in ONE_BIT:
            pdu = bits.ReadCoilsResponse(bits=[bool(value) for value in self.values])
        else:
            pdu = registers.ReadHoldingRegistersResponse(registers=list(self.values))
        return bytes([asked.function]) + pdu.encode()


def decode_request(unit: int, pdu: bytes) -> Request | None:
    """The question in a PDU. None where the protocol does not allow it: a unit answers such a PDU with
    exception 03."""
    parsed = _questions.decode(pdu)
    if parsed is None or pdu[0] not in KNOWN:
        return None
    function = Function(pdu[0])
    values = parsed.bits if function in ONE_BIT else parsed.registers
    try:
        if isinstance(parsed, registers.ReadWriteMultipleRegistersRequest):
            words = tuple(parsed.write_registers)
            request = Request(
                unit, function, parsed.read_address, parsed.read_count, words, parsed.write_address
            )
        elif function in MOST_READ:
            request = Request(unit, function, parsed.address, parsed.count)
        else:
            request = Request(unit, function, parsed.address, values=tuple(int(value) for value in values))
        return request if request.encode() == seal(unit, pdu) else None
    except (ValueError, struct.error):
        return None


def read_answer(request: Request, pdu: bytes) -> Answer | None:
    """A whole PDU as the answer to `request`. None where its function, its length or the bytes it must repeat
    do not fit."""
    refusal = pdu[0] == request.function | EXCEPTION_BIT and len(pdu) == EXCEPTION_LENGTH - 3
    opening = request.opening[1:]
    if not refusal and (pdu[: len(opening)] != opening or len(pdu) != request.answer_length - 3):
        return None
    if not refusal and request.function not in MOST_READ:
        return Answer(request)  # the answer to a write holds nothing but the repeated request
    parsed = _answers.decode(pdu)
    if parsed is None:
        return None
    if isinstance(parsed, ExceptionResponse):
        return Answer(request, refusal=parsed.exception_code)
    values = parsed.bits if request.function in ONE_BIT else parsed.registers
    return Answer(request, tuple(int(value) for value in values)[: request.count])


class AnswerDecoder:
    """Finds the answer to one question in the bytes that arrive, also byte by byte and with noise around it.

    An answer has the unit, the function and the length that were asked for, and repeats the values of a
    write. Whole frames of other units or to other questions are skipped. With `echo` the first copy of the
    question is the echo of a half-duplex adapter. Where a read comes back although no echo is expected,
    `echoed` becomes True. Without `refusals`, exception answers are skipped too: they do not tell which
    question they refuse.
    """

    def __init__(self, request: Request, echo: bool = False, refusals: bool = True) -> None:
        self.request = request
        self._echo = request.encode() if echo else b""
        self._refusals = refusals
        self._buffer = bytearray()
        self._expected = _repetition(request)
        self.echoed = False
        """Whether the question itself came back."""

    def feed(self, data: bytes, at: float) -> list[Answer]:
        """The answer once it is complete: a list of none or one. Never raises.

        `at` is the time of the last byte. It has no use here: USB adapters deliver several bytes at once, so
        that gaps within an answer cannot be measured, and the CRC alone decides.
        """
        if not self._buffer and not self._echo and data == self._expected:
            return [Answer(self.request)]
        self._buffer += data
        own = self.request.encode()
        start = self._buffer.find(own)
        if start >= 0 and (self._echo or self.request.function in MOST_READ):
            del self._buffer[start : start + len(own)]
            self._echo, self.echoed = b"", True
        answer = None if self._echo else self._find()
        del self._buffer[: -2 * LONGEST]
        return [answer] if answer else []

    def _find(self) -> Answer | None:
        opening, code = self.request.opening, self.request.function | EXCEPTION_BIT
        refused = bytes([self.request.unit, code]) if self._refusals else None
        for start in range(len(self._buffer) - EXCEPTION_LENGTH + 1):
            if refused and self._buffer.startswith(refused, start):
                end = start + EXCEPTION_LENGTH
            elif self._buffer.startswith(opening, start):
                end = start + self.request.answer_length
            else:
                continue
            opened = unseal(bytes(self._buffer[start:end])) if end <= len(self._buffer) else None
            answer = read_answer(self.request, opened[1]) if opened else None
            if answer:
                del self._buffer[:end]
                return answer
        return None

    @property
    def damaged(self) -> bool:
        """Whether bytes came that belong to no whole frame: the wire damaged an answer."""
        rest = bytes(self._buffer)
        while rest:
            length = _length(rest)
            if length is None or unseal(rest[:length]) is None:
                return True
            rest = rest[length:]
        return False


def _repetition(request: Request) -> bytes | None:
    """The whole answer to a write of one item: it repeats the question. Nearly all answers are of this
    kind."""
    return request.encode() if request.function in (Function.WRITE_COIL, Function.WRITE_REGISTER) else None


def _length(answer: bytes) -> int | None:
    """The length of the answer that begins here, by its function code. None where no answer begins so."""
    if len(answer) < SHORTEST:
        return None
    if answer[1] & EXCEPTION_BIT:
        return EXCEPTION_LENGTH
    if answer[1] in MOST_READ:
        return answer[2] + 5
    return WRITTEN_LENGTH if answer[1] in MOST_WRITTEN else None
