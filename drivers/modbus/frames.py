"""Modbus RTU questions and answers as bytes: address, function, data, CRC-16/MODBUS low byte first. No IO, no clock.

Functions 1-6, 15, 16 and 0x17. The PDUs are pymodbus's, the framing and the CRC are ours (fastcrc): pymodbus's framer waits for as
many bytes as a noisy byte count promises and is then deaf; this one looks for the one answer it is owed.
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
"""Address 0: every unit obeys a write, none answers. MODBUS over Serial Line V1.02"""
LAST_UNIT: Final = 247
"""Highest address of a unit. MODBUS over Serial Line V1.02"""
LONGEST: Final = 256
"""Bytes of the longest frame: address, a PDU of 253, CRC. MODBUS over Serial Line V1.02"""
SHORTEST: Final = 4
"""Bytes of the shortest frame: address, function, CRC."""
EXCEPTION_BIT: Final = 0x80
EXCEPTION_LENGTH: Final = 5
WRITTEN_LENGTH: Final = 8
"""Every answer to a write: address, function, two words, CRC."""
FAST_BAUD: Final = 19200
"""Above this rate the silence is fixed. MODBUS over Serial Line V1.02"""
FAST_SILENCE_S: Final = 0.00175


class Function(IntEnum):
    """Function codes this codec speaks."""

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
"""The function codes this codec speaks."""
MOST_READ: Final = {1: 2000, 2: 2000, 3: 125, 4: 125, 0x17: 125}
"""Items one question may read. MODBUS Application Protocol V1.1b3"""
MOST_WRITTEN: Final = {5: 1, 6: 1, 15: 1968, 16: 123, 0x17: 121}
"""Items one question may write. MODBUS Application Protocol V1.1b3"""
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
    """Unit and PDU of one whole frame; None where its length or its CRC says that it is none."""
    if not SHORTEST <= len(frame) <= LONGEST or crc16.modbus(frame[:-2]) != int.from_bytes(
        frame[-2:], "little"
    ):
        return None
    return frame[0], frame[1:-2]


@dataclass(frozen=True)
class Request:
    """One question or order. Reads have `count` items from `address`; writes have `values` (coils as 0 and 1) from `address`;
    0x17 reads `count` from `address` after it wrote `values` from `written`. Raises ValueError for what the protocol cannot say.
    """

    unit: int
    function: Function
    address: int
    count: int = 0
    values: tuple[int, ...] = ()
    written: int = 0

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
        """How its answer must begin: all that is known of it beforehand. A read's answer repeats no address, only the byte count."""
        head = bytes([self.unit, self.function])
        if self.function in MOST_READ:
            return head + bytes([-(-self.count // 8) if self.function in ONE_BIT else 2 * self.count])
        return bytes([self.unit]) + self.pdu[:5]

    @property
    def answer_length(self) -> int:
        """Bytes of the whole answer, unless it is a refusal."""
        return self.opening[2] + 5 if self.function in MOST_READ else WRITTEN_LENGTH


@dataclass(frozen=True)
class Answer:
    """What a unit said to one question: `values` that were read (coils as 0 and 1), or the code of its `refusal`."""

    request: Request
    values: tuple[int, ...] = ()
    refusal: int | None = None

    def encode(self) -> bytes:
        """The whole frame, as the unit sends it."""
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
    """The question in a PDU; None where it is not exactly what the protocol allows (a unit answers that with exception 03)."""
    found = _questions.decode(pdu)
    if found is None or pdu[0] not in KNOWN:
        return None
    function = Function(pdu[0])
    values = found.bits if function in ONE_BIT else found.registers
    try:
        if isinstance(found, registers.ReadWriteMultipleRegistersRequest):
            words = tuple(found.write_registers)
            request = Request(
                unit, function, found.read_address, found.read_count, words, found.write_address
            )
        elif function in MOST_READ:
            request = Request(unit, function, found.address, found.count)
        else:
            request = Request(unit, function, found.address, values=tuple(int(value) for value in values))
        return request if request.encode() == seal(unit, pdu) else None
    except (ValueError, struct.error):
        return None


def read_answer(request: Request, pdu: bytes) -> Answer | None:
    """What a whole PDU says in answer to `request`; None unless it has its function, its length, and what a write must repeat."""
    refusal = pdu[0] == request.function | EXCEPTION_BIT and len(pdu) == EXCEPTION_LENGTH - 3
    opening = request.opening[1:]
    if not refusal and (pdu[: len(opening)] != opening or len(pdu) != request.answer_length - 3):
        return None
    if not refusal and request.function not in MOST_READ:
        return Answer(request)  # it repeats what was asked, and that is all it can say
    found = _answers.decode(pdu)
    if found is None:
        return None
    if isinstance(found, ExceptionResponse):
        return Answer(request, refusal=found.exception_code)
    values = found.bits if request.function in ONE_BIT else found.registers
    return Answer(request, tuple(int(value) for value in values)[: request.count])


class AnswerDecoder:
    """Finds the answer to one question in whatever arrives, byte by byte or with noise around it.

    An answer must come from the unit asked, with the function asked, in the length asked, and repeat what was written. Whole frames
    of other units or other questions are passed over. With `echo` the first copy of the question is our own voice in a half-duplex
    adapter; where a read comes back although no echo is expected, `echoed` tells it. Without `refusals`, exception answers are passed over too: they do not say which question they refuse.
    """

    def __init__(self, request: Request, echo: bool = False, refusals: bool = True) -> None:
        self.request = request
        self._echo = request.encode() if echo else b""
        self._refusals = refusals
        self._buffer = bytearray()
        self._expected = _repetition(request)
        self.echoed = False
        """Whether the question itself was seen to come back."""

    def feed(self, data: bytes, at: float) -> list[Answer]:
        """Answers that are now whole: none or one of them. `at` is the time of the last byte; only the CRC decides here, since USB
        adapters deliver in lumps and an answer's inner gaps cannot be seen through them. Never raises."""
        if not self._buffer and not self._echo and data == self._expected:
            return [Answer(self.request)]
        self._buffer += data
        own = self.request.encode()
        start = self._buffer.find(own)
        if start >= 0 and (self._echo or self.request.function in MOST_READ):
            del self._buffer[start : start + len(own)]
            self._echo, self.echoed = b"", True
        found = None if self._echo else self._find()
        del self._buffer[: -2 * LONGEST]
        return [found] if found else []

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
        """Whether bytes came that belong to no whole frame of anybody: an answer that the wire spoilt."""
        rest = bytes(self._buffer)
        while rest:
            length = _length(rest)
            if length is None or unseal(rest[:length]) is None:
                return True
            rest = rest[length:]
        return False


def _repetition(request: Request) -> bytes | None:
    """The whole answer to a write of one item, which repeats the question: what nearly all answers are."""
    return request.encode() if request.function in (Function.WRITE_COIL, Function.WRITE_REGISTER) else None


def _length(answer: bytes) -> int | None:
    """How long the answer that begins here is, from its function code; None where that cannot be an answer."""
    if len(answer) < SHORTEST:
        return None
    if answer[1] & EXCEPTION_BIT:
        return EXCEPTION_LENGTH
    if answer[1] in MOST_READ:
        return answer[2] + 5
    return WRITTEN_LENGTH if answer[1] in MOST_WRITTEN else None
