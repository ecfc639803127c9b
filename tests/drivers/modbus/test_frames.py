"""Questions and answers against frames computed elsewhere, and an answer decoder that noise cannot fool."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.modbus.frames import (
    MOST_READ,
    MOST_WRITTEN,
    ONE_BIT,
    Answer,
    AnswerDecoder,
    Function,
    Request,
    decode_request,
    seal,
    silence,
    unseal,
)

F = Function
GOLDEN = [
    # ICP DAS ALM-04-MRTU user manual p. 25, register map; CRCs computed independently
    ("01 06 00 01 00 03 98 0B", Request(1, F.WRITE_REGISTER, 1, values=(3,))),
    ("01 06 00 01 00 00 D8 0A", Request(1, F.WRITE_REGISTER, 1, values=(0,))),
    ("01 06 00 00 00 08 88 0C", Request(1, F.WRITE_REGISTER, 0, values=(8,))),
    # Waveshare Modbus RTU Relay wiki: relay 1 on
    ("01 05 00 00 FF 00 8C 3A", Request(1, F.WRITE_COIL, 0, values=(1,))),
    # EPEVER B-series protocol: 0x3100-0x3107, state of charge 0x311A
    ("01 04 31 00 00 08 FF 30", Request(1, F.READ_INPUT_REGISTERS, 0x3100, 8)),
    ("01 04 31 1A 00 01 1E F1", Request(1, F.READ_INPUT_REGISTERS, 0x311A, 1)),
    # MODBUS Application Protocol V1.1b3, layouts with values of our own; CRCs computed independently
    ("00 10 00 00 00 02 04 12 34 56 78 8C 67", Request(0, F.WRITE_REGISTERS, 0, values=(0x1234, 0x5678))),
    ("01 17 00 00 00 01 00 05 00 01 02 00 77 14 DD", Request(1, F.READ_WRITE_REGISTERS, 0, 1, (0x77,), 5)),
]
READ_HR0 = Request(1, F.READ_HOLDING_REGISTERS, 0, 1)
PLAY_3 = Request(1, F.WRITE_REGISTER, 1, values=(3,))


@pytest.mark.parametrize(("frame", "request_"), GOLDEN)
def test_a_question_is_the_golden_frame_and_reads_back(frame: str, request_: Request) -> None:
    assert request_.encode() == bytes.fromhex(frame)
    opened = unseal(bytes.fromhex(frame))
    assert opened is not None
    assert decode_request(*opened) == request_


def test_examples_of_the_application_protocol_read_as_printed() -> None:
    # MODBUS Application Protocol V1.1b3, PDUs of the worked examples
    assert Request(1, F.READ_COILS, 19, 19).encode()[1:-2] == bytes.fromhex("01 00 13 00 13")
    assert Request(1, F.READ_HOLDING_REGISTERS, 107, 3).encode()[1:-2] == bytes.fromhex("03 00 6B 00 03")
    ten = (1, 0, 1, 1, 0, 0, 1, 1, 1, 0)
    assert Request(1, F.WRITE_COILS, 19, values=ten).encode()[1:-2] == bytes.fromhex(
        "0F 00 13 00 0A 02 CD 01"
    )
    answer = AnswerDecoder(Request(1, F.READ_COILS, 19, 19)).feed(
        seal(1, bytes.fromhex("01 03 CD 6B 05")), 0
    )[0]
    assert answer.values == (1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1)


def test_an_exception_is_a_refusal() -> None:
    answer = AnswerDecoder(READ_HR0).feed(bytes.fromhex("01 83 02 C0 F1"), 0)
    assert answer == [Answer(READ_HR0, refusal=2)]
    assert answer[0].encode() == bytes.fromhex("01 83 02 C0 F1")


def test_the_silence_is_that_of_the_standard() -> None:
    # MODBUS over Serial Line V1.02
    assert silence(9600) == pytest.approx(0.00401, abs=1e-5)
    assert silence(115200) == 0.00175


@pytest.mark.parametrize(
    "wrong",
    [
        {"unit": 0, "function": F.READ_COILS, "address": 0, "count": 1},
        {"unit": 248, "function": F.WRITE_COIL, "address": 0, "values": (1,)},
        {"unit": 1, "function": F.READ_HOLDING_REGISTERS, "address": 0, "count": 126},
        {"unit": 1, "function": F.READ_HOLDING_REGISTERS, "address": 0xFFFF, "count": 2},
        {"unit": 1, "function": F.WRITE_REGISTERS, "address": 0, "values": (0,) * 124},
        {"unit": 1, "function": F.WRITE_COIL, "address": 0, "values": (2,)},
        {"unit": 1, "function": F.WRITE_REGISTER, "address": 0, "values": (0x10000,)},
        {"unit": 1, "function": F.WRITE_REGISTER, "address": 0, "count": 1, "values": (1,)},
    ],
)
def test_what_the_protocol_cannot_say_is_not_built(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"unit|count|values|address"):
        Request(**wrong)  # type: ignore[arg-type]


@st.composite
def questions(draw: st.DrawFn) -> Request:
    function = draw(st.sampled_from(F))
    high = 1 if function in ONE_BIT else 0xFFFF
    count = draw(st.integers(1, MOST_READ[function])) if function in MOST_READ else 0
    most = min(MOST_WRITTEN.get(function, 0), 300)
    values = draw(st.lists(st.integers(0, high), min_size=1, max_size=most)) if most else []
    unit, address = draw(st.integers(1, 247)), draw(st.integers(0, 0x8000))
    written = draw(st.integers(0, 0x8000)) if function is F.READ_WRITE_REGISTERS else 0
    return Request(unit, function, address, count, tuple(values), written)


@st.composite
def exchanges(draw: st.DrawFn) -> Answer:
    request = draw(questions())
    if draw(st.booleans()) and draw(st.booleans()):
        return Answer(request, refusal=draw(st.integers(1, 11)))
    high = 1 if request.function in ONE_BIT else 0xFFFF
    fill = draw(st.lists(st.integers(0, high), min_size=1, max_size=8))
    return Answer(request, tuple(fill[n % len(fill)] for n in range(request.count)))


@given(questions())
def test_every_question_reads_back(request_: Request) -> None:
    opened = unseal(request_.encode())
    assert opened is not None
    assert decode_request(*opened) == request_


@given(exchanges(), st.binary(max_size=40), st.lists(st.integers(0, 400), max_size=5), st.booleans())
def test_the_answer_is_found_behind_noise_however_the_bytes_are_split(
    answer: Answer, noise: bytes, cuts: list[int], echo: bool
) -> None:
    decoder = AnswerDecoder(answer.request, echo)
    stream = noise + (answer.request.encode() if echo else b"") + answer.encode()
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    found = [
        frame for begin, end in itertools.pairwise(edges) for frame in decoder.feed(stream[begin:end], 0.0)
    ]
    assert found == [answer]
    assert not decoder.damaged


@given(exchanges())
def test_the_answer_is_found_one_byte_at_a_time_and_not_before_its_last(answer: Answer) -> None:
    decoder = AnswerDecoder(answer.request)
    *most, last = answer.encode()
    assert not [found for byte in most for found in decoder.feed(bytes([byte]), 0.0)]
    assert decoder.feed(bytes([last]), 0.0) == [answer]


@given(questions(), st.lists(st.binary(max_size=300), max_size=8))
def test_noise_is_never_an_answer_and_never_piles_up(request_: Request, noise: list[bytes]) -> None:
    decoder = AnswerDecoder(request_)
    for piece in noise:
        assert decoder.feed(piece, 0.0) == []
        assert len(decoder._buffer) <= 512


@given(st.binary(max_size=300), st.integers(0, 247))
def test_no_bytes_are_read_as_a_question_they_do_not_spell(pdu: bytes, unit: int) -> None:
    request = decode_request(unit, pdu or b"\x00")
    assert request is None or request.encode() == seal(unit, pdu)


@pytest.mark.parametrize(
    "stranger",
    [
        Answer(Request(2, F.READ_HOLDING_REGISTERS, 0, 1), (7,)).encode(),  # another unit
        Answer(Request(1, F.READ_INPUT_REGISTERS, 0, 1), (7,)).encode(),  # another function
        Answer(Request(1, F.READ_HOLDING_REGISTERS, 0, 2), (7, 7)).encode(),  # another length
        Answer(PLAY_3).encode(),  # the echo of a write
    ],
)
def test_an_answer_to_another_question_is_passed_over(stranger: bytes) -> None:
    decoder = AnswerDecoder(READ_HR0)
    assert decoder.feed(stranger, 0.0) == []
    assert not decoder.damaged
    mine = Answer(READ_HR0, (8,))
    assert decoder.feed(mine.encode(), 0.0) == [mine]


def test_the_echo_of_another_write_to_the_same_register_is_not_mine() -> None:
    decoder = AnswerDecoder(Request(1, F.WRITE_REGISTER, 1, values=(0,)))
    assert decoder.feed(PLAY_3.encode(), 0.0) == []


def test_our_own_voice_is_not_taken_for_the_answer() -> None:
    decoder = AnswerDecoder(PLAY_3, echo=True)
    assert decoder.feed(PLAY_3.encode(), 0.0) == []
    assert decoder.feed(PLAY_3.encode(), 0.0) == [Answer(PLAY_3)]


def test_a_read_that_comes_back_betrays_an_echoing_adapter() -> None:
    decoder = AnswerDecoder(READ_HR0)
    decoder.feed(READ_HR0.encode(), 0.0)
    assert decoder.echoed


def test_a_damaged_answer_is_told_from_silence() -> None:
    decoder = AnswerDecoder(READ_HR0)
    assert not decoder.damaged
    decoder.feed(bytes.fromhex("01 03 02 00 5D B9 82"), 0.0)
    assert decoder.damaged


@pytest.mark.parametrize(
    "pdu",
    [
        "05 00 00 00 07",  # a coil is FF00 or 0000, MODBUS Application Protocol V1.1b3
        "03 00 00 00 7E",  # 126 registers
        "06 00 01",  # too short
        "10 00 00 00 02 04 12 34",  # byte count without its bytes
        "11",  # a function we do not speak
    ],
)
def test_a_malformed_question_is_none(pdu: str) -> None:
    assert decode_request(1, bytes.fromhex(pdu)) is None
