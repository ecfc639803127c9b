"""The openhorn codec. Golden octets: docs/openhorn.md, worked frames."""

from __future__ import annotations

import random
import re
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.openhorn import frames
from drivers.openhorn.bodies import (
    Ask,
    AskHealth,
    AudioChunk,
    AudioEnd,
    AudioGo,
    AudioStart,
    Body,
    Codec,
    Health,
    Kind,
    LocalSource,
    Play,
    Result,
    State,
    Status,
    Stop,
    Supply,
    parse,
)
from drivers.openhorn.frames import ALL, GAP_S, PAYLOAD_MOST, Decoder, Frame, seal

KEY = bytes(range(32))
TOKEN = bytes.fromhex("A1B2C3D4E5F60718")
GOLDEN = "07 11 01 FF FF 01 67 01 01 01 10 01 03 01 03 0A 1D F9 48 78 D6 56 F0 D7 0C 6F 00"
STATUS = Status(
    echo=0x670000000007, result=Result.OK, state=State.PLAYING, token=TOKEN, next=12, held=0b101, limit=2050,
    buffered_ms=500, volume=70, milliamperes=850, peak=861, local=LocalSource.NONE, ended=True,
)  # fmt: skip
HEALTH = Health(
    **{field.name: getattr(STATUS, field.name) for field in fields(STATUS)}, battery=64, supply=Supply.BATTERY
)
WORKED: list[tuple[str, int, Body]] = [
    ("PLAY", 3, Play(Kind.TONE, 2, 40, TOKEN, 0x67000E10)),
    ("AUDIO_START", ALL, AudioStart(TOKEN, Codec.ADPCM, 80000, 70, 0x67000E10)),
    ("AUDIO_CHUNK", ALL, AudioChunk(TOKEN[:2], 0, bytes.fromhex("0000001122334455"))),
    ("AUDIO_END", ALL, AudioEnd(TOKEN, 200)),
    ("AUDIO_GO", ALL, AudioGo(TOKEN)),
    ("STOP", ALL, Stop()),
    ("STATUS_REQUEST", 3, Ask()),
    ("HEALTH_REQUEST", 3, AskHealth()),
]


def wire(body: Body, dst: int = ALL, src: int = 1, counter: int = 0x670000000007) -> bytes:
    return seal(body, key_id=1, dst=dst, src=src, counter=counter).encode(KEY)


def decode(data: bytes) -> list[Frame]:
    return Decoder({1: KEY}).feed(data, 0.0)


def test_the_worked_example_of_the_specification() -> None:
    """docs/openhorn.md §2: key 00..1F, play clip 3 at volume 10."""
    frame = seal(Play(Kind.CLIP, 3, 10), key_id=1, dst=ALL, src=1, counter=0x670000000001)
    assert frame.encode(KEY) == bytes.fromhex(GOLDEN)
    assert decode(bytes.fromhex(GOLDEN)) == [frame]
    assert frame.body == Play(Kind.CLIP, 3, 10)


def test_every_worked_frame_of_the_specification_is_what_we_send() -> None:
    """docs/openhorn.md §5 and §6: the rows of the tables, in their order."""
    page = Path(__file__).parents[3].joinpath("docs/openhorn.md").read_text(encoding="utf-8")
    found = re.findall(r"^(\w+)\n((?:[0-9A-F]{2}[ \n])+)```$", page, re.MULTILINE)
    rows = {name: " ".join(octets.split()) for name, octets in found}
    for name, dst, body in WORKED:
        assert rows[name] == wire(body, dst).hex(" ").upper(), name
    assert rows["STATUS"] == wire(STATUS, 1, 3, 0x670000000008).hex(" ").upper()
    assert rows["HEALTH"] == wire(HEALTH, 1, 3, 0x670000000008).hex(" ").upper()
    assert rows["GOLDEN"] == GOLDEN


@given(battery=st.integers(0, 255), supply=st.integers(0, 255))
def test_a_health_is_a_status_and_two_octets_and_a_strange_supply_is_not_known(
    battery: int, supply: int
) -> None:
    payload = STATUS.encode() + bytes([battery, supply])
    found = parse(Health.TYPE, payload)
    assert isinstance(found, Health)
    assert found == replace(HEALTH, battery=battery, supply=Supply(supply) if supply < 3 else Supply.UNKNOWN)
    for wrong in (payload[:-1], payload + b"\0", STATUS.encode()):
        assert parse(Health.TYPE, wrong) is None


@pytest.mark.parametrize(
    ("body", "payload"),
    [
        (Play(Kind.CLIP, 3, 10), "01030A"),
        (Play(Kind.TONE, 2, 40, TOKEN, 0x67000E10), "020228 A1B2C3D4E5F60718 67000E10"),
        (AudioStart(TOKEN, Codec.ADPCM, 80000, 70, 0x67000E10), "A1B2C3D4E5F60718 02 00013880 46 67000E10"),
        (AudioStart(TOKEN, Codec.ALAW, 0), "A1B2C3D4E5F60718 01 00000000 FF 00000000"),
        (AudioChunk(b"\xa1\xb2", 258, b"\x05"), "A1B2 0102 05"),
        (AudioEnd(TOKEN, 200), "A1B2C3D4E5F60718 00C8"),
        (AudioGo(TOKEN), "A1B2C3D4E5F60718"),
        (Stop(), ""),
        (Stop(TOKEN), "A1B2C3D4E5F60718"),
        (Ask(), ""),
        (STATUS, "670000000007 00 02 A1B2C3D4E5F60718 000C 00000005 0802 01F4 46 0352 035D 00 01"),
    ],
)
def test_payloads_have_the_layout_of_the_specification(body: Body, payload: str) -> None:
    """docs/openhorn.md §5 and §6."""
    assert body.encode() == bytes.fromhex(payload)
    assert parse(body.TYPE, bytes.fromhex(payload)) == body


@given(st.integers(0, 15), st.binary(max_size=40))
def test_what_is_not_a_payload_is_none_and_what_is_comes_back(type_: int, payload: bytes) -> None:
    body = parse(type_, payload)
    if body is not None:
        again = parse(type_, body.encode())
        assert again == body


def test_missing_chunks_are_those_below_what_was_sent_and_not_held() -> None:
    status = Status(echo=1, next=10, held=0b1011)
    assert status.missing(10) == set()
    assert status.missing(11) == {10}
    assert status.missing(16) == {10, 13, 15}
    assert status.missing(1000) == {10, 13, *range(15, 43)}


def test_a_payload_too_long_to_frame_is_an_error_at_the_sender() -> None:
    with pytest.raises(ValueError, match="232"):
        Frame(3, 1, ALL, 1, 1, bytes(PAYLOAD_MOST + 1)).encode(KEY)
    assert decode(Frame(3, 1, ALL, 1, 1, bytes(range(PAYLOAD_MOST))).encode(KEY))[0].payload == bytes(
        range(PAYLOAD_MOST)
    )


@given(st.data())
def test_frames_survive_any_cutting_and_noise_between_delimiters(data: st.DataObject) -> None:
    stream, meant = b"", []
    for number in range(data.draw(st.integers(1, 4))):
        noise = data.draw(st.binary(max_size=600))
        payload = data.draw(st.binary(max_size=PAYLOAD_MOST))
        frame = Frame(
            data.draw(st.integers(0, 15)), 1, data.draw(st.integers(0, ALL)), 7, number + 1, payload
        )
        stream += noise + b"\0" + frame.encode(KEY)
        meant.append(frame)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    decoder, found = Decoder({1: KEY}), []
    for begin, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += decoder.feed(stream[begin:end], 0.0)
        assert len(decoder._part) < 256
    assert found == meant


def test_one_octet_at_a_time_is_enough() -> None:
    decoder, found = Decoder({1: KEY}), []
    for octet in bytes.fromhex(GOLDEN) * 3:
        found += decoder.feed(bytes([octet]), 0.0)
    assert len(found) == 3


@given(st.binary(max_size=2000))
def test_noise_alone_says_nothing(noise: bytes) -> None:
    assert decode(noise + b"\0") == []


@settings(max_examples=50)
@given(st.integers(0, 2**32))
def test_a_damaged_frame_is_never_accepted(seed: int) -> None:
    chance = random.Random(seed)
    whole = wire(AudioStart(TOKEN, Codec.ADPCM, 80000, 70, 0x67000E10))
    decoder = Decoder({1: KEY})
    for _ in range(2000):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        # a damaged delimiter is mended by the one that follows; then nothing is damaged
        if bytes(damaged[:-1]) != whole[:-1]:
            assert decoder.feed(bytes(damaged) + b"\0", 0.0) == []
    assert decoder.damaged > 1900


def test_a_true_checksum_does_not_excuse_a_false_seal() -> None:
    whole = seal(Stop(), key_id=1, dst=ALL, src=1, counter=5)
    decoder = Decoder({1: KEY, 3: KEY[::-1]})
    assert decoder.feed(whole.encode(KEY[::-1]), 0.0) == []
    assert decoder.feed(Frame(6, 2, ALL, 1, 5, b"").encode(KEY), 0.0) == []
    assert decoder.feed(Frame(6, 3, ALL, 1, 5, b"").encode(KEY), 0.0) == []
    assert (decoder.damaged, decoder.forged) == (0, 3)
    assert decoder.feed(whole.encode(KEY), 0.0) == [whole]


def test_another_version_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "VERSION", 2)
    theirs = wire(Stop())
    monkeypatch.undo()
    decoder = Decoder({1: KEY})
    assert decoder.feed(theirs, 0.0) == []
    assert decoder.forged == 1


def test_octets_that_pause_are_given_up() -> None:
    golden = bytes.fromhex(GOLDEN)
    decoder = Decoder({1: KEY})
    assert decoder.feed(b"noise on an idle line", 1.0) == []
    assert len(decoder.feed(golden, 1.0 + GAP_S + 0.01)) == 1
    assert decoder.feed(golden[:9], 2.0) == []
    assert len(decoder.feed(golden[9:], 2.0 + GAP_S - 0.01)) == 1
