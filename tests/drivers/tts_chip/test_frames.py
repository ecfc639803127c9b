"""SYN6288 frames against the data sheet's own examples, and against noise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.tts_chip.frames import (
    PAUSE,
    POWER_DOWN,
    RESUME,
    STATUS,
    STOP,
    Answer,
    AnswerDecoder,
    Command,
    Encoding,
    Misframed,
    Order,
    OrderDecoder,
    speak,
)

BYTE_S = 10 / 9600

# SYN6288 data sheet §4.4. The data sheet prints 宇音天下 over the Unicode example; its bytes say 语音天下.
GOLDEN = [
    (speak("宇音天下".encode("gb2312"), Encoding.GB2312), "FD 00 0B 01 00 D3 EE D2 F4 CC EC CF C2 C1"),
    (speak("宇音天下".encode("gbk")), "FD 00 0B 01 01 D3 EE D2 F4 CC EC CF C2 C0"),
    (speak("宇音天下".encode("big5"), Encoding.BIG5), "FD 00 0B 01 02 A6 74 AD B5 A4 D1 A4 55 BB"),
    (speak("语音天下".encode("utf-16-be"), Encoding.UNICODE), "FD 00 0B 01 03 8B ED 97 F3 59 29 4E 0B C3"),
    (speak("宇音天下".encode("gbk"), music=1), "FD 00 0B 01 09 D3 EE D2 F4 CC EC CF C2 C8"),
    (speak("宇音天下".encode("gbk"), music=15), "FD 00 0B 01 79 D3 EE D2 F4 CC EC CF C2 B8"),
    (speak(b"[v11]"), "FD 00 08 01 01 5B 76 31 31 5D 85"),
    (STOP, "FD 00 02 02 FD"),
    (PAUSE, "FD 00 02 03 FC"),
    (RESUME, "FD 00 02 04 FB"),
    (STATUS, "FD 00 02 21 DE"),
    (POWER_DOWN, "FD 00 02 88 77"),
    (Order(Command.BAUD, b"\x00"), "FD 00 03 31 00 CF"),
    (Order(Command.BAUD, b"\x01"), "FD 00 03 31 01 CE"),
    (Order(Command.BAUD, b"\x02"), "FD 00 03 31 02 CD"),
]


@pytest.mark.parametrize(("order", "wire"), GOLDEN, ids=[wire for _, wire in GOLDEN])
def test_an_order_is_the_data_sheets_bytes(order: Order, wire: str) -> None:
    assert order.encode() == bytes.fromhex(wire)


@pytest.mark.parametrize(("order", "wire"), GOLDEN, ids=[wire for _, wire in GOLDEN])
def test_the_data_sheets_bytes_are_the_order(order: Order, wire: str) -> None:
    assert OrderDecoder(9600).feed(bytes.fromhex(wire), 1.0) == [order]


def test_a_frame_with_two_length_bytes_and_tags_is_whole() -> None:
    # Computed by hand (SYN6288 data sheet §4.4): 35 bytes of text, LEN 0x26, 41 bytes in all.
    wire = (
        "FD 00 26 01 01 5B 76 31 30 5D 5B 74 34 5D B1 A9 D3 EA BA EC C9 AB D4 A4 BE AF A3 AC C7 EB C1 A2 BC"
        " B4 D7 AA"
        " D2 C6 A1 A3 BB"
    )
    assert speak("[v10][t4]暴雨红色预警，请立即转移。".encode("gbk")).encode() == bytes.fromhex(wire)


def test_more_than_200_bytes_of_text_are_refused_before_they_are_sent() -> None:
    assert len(speak(b"a" * 200).encode()) == 206
    with pytest.raises(ValueError, match="201 bytes of text"):
        speak(b"a" * 201).encode()


def test_a_melody_the_chip_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="background music 16"):
        speak(b"a", music=16)


@given(st.binary(max_size=60))
def test_answers_are_found_in_any_noise_and_the_noise_is_counted(data: bytes) -> None:
    decoder = AnswerDecoder()
    answers = [answer for byte in data for answer in decoder.feed(bytes([byte]), 0.0)]
    assert [answer.value for answer in answers] == [
        byte for byte in data if byte in (0x4A, 0x41, 0x45, 0x4E, 0x4F)
    ]
    assert decoder.noise + len(answers) == len(data)
    assert AnswerDecoder().feed(data, 0.0) == answers


def test_the_five_answers_have_their_meanings() -> None:
    assert AnswerDecoder().feed(b"\x4a\x41\x45\x4e\x4f", 0.0) == [
        Answer.READY,
        Answer.ACCEPTED,
        Answer.REJECTED,
        Answer.BUSY,
        Answer.IDLE,
    ]


texts = st.binary(max_size=200)


@given(texts, st.lists(st.integers(0, 210), max_size=5))
def test_an_order_split_anywhere_without_a_silence_is_found(text: bytes, cuts: list[int]) -> None:
    wire = speak(text).encode()
    decoder, found, start = OrderDecoder(9600), [], 0
    for end in sorted({min(cut, len(wire)) for cut in cuts} | {len(wire)}):
        found += decoder.feed(wire[start:end], end * BYTE_S)
        start = end
    assert found == [speak(text)]


@given(st.binary(max_size=300), texts)
def test_after_any_noise_and_a_silence_an_order_is_found(noise: bytes, text: bytes) -> None:
    decoder = OrderDecoder(9600)
    decoder.feed(noise, 1.0)
    wire = speak(text).encode()
    assert decoder.feed(wire, 1.0 + 0.009 + len(wire) * BYTE_S) == [speak(text)]


@pytest.mark.parametrize(("gap", "found"), [(0.0079, [STOP]), (0.0081, [])])
def test_a_silence_of_more_than_8_ms_inside_a_frame_drops_it(gap: float, found: list[Order]) -> None:
    decoder = OrderDecoder(9600)
    assert decoder.feed(b"\xfd\x00", 1.0) == []
    assert decoder.feed(b"\x02\x02\xfd", 1.0 + gap + 3 * BYTE_S) == found


@given(texts, st.integers(0, 2**16), st.integers(1, 255))
def test_a_damaged_byte_never_makes_another_order_of_speech(text: bytes, where: int, change: int) -> None:
    wire = bytearray(speak(text).encode())
    wire[where % len(wire)] ^= change
    for order in OrderDecoder(9600).feed(bytes(wire), 1.0):
        assert isinstance(order, Misframed)


def test_an_impossible_length_is_refused_once() -> None:
    assert OrderDecoder(9600).feed(b"\xfd\x00\xcc\x01\x01" + b"\xfd" * 300, 1.0) == [Misframed("length 204")]
