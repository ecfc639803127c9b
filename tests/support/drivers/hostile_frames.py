"""Frames as an enemy or a storm makes them from true ones, and the count of those that came through.

For the proof of wire forgery and the simulator's tests. Processes may import it to share the work.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Final

from cobs import cobs
from fastcrc import crc16

from drivers.openhorn.bodies import (
    Ask,
    AudioChunk,
    AudioGo,
    AudioStart,
    Body,
    Codec,
    Kind,
    Play,
    Status,
    Stop,
)
from drivers.openhorn.frames import ALL, Decoder, seal
from firmware_sim.openhorn import OpenhornBus
from firmware_sim.speaker import Speaker

KEY: Final = bytes(range(32))
OTHER: Final = bytes(range(1, 33))
"""The key of another line."""
SECONDS: Final = 0x67000000


def bodies(chance: random.Random) -> Body:
    token = chance.randbytes(8)
    made: list[Body] = [
        Play(Kind.TONE, chance.randrange(4), 50, token, 0),
        AudioStart(token, Codec.ADPCM, 8000, 50, 0),
        AudioChunk(token[:2], chance.randrange(500), chance.randbytes(203)),
        AudioGo(token),
        Stop(),
        Ask(),
        Status(echo=chance.getrandbits(48)),
    ]
    return chance.choice(made)


def flipped(wire: bytes, chance: random.Random) -> bytes:
    """One to eight bits."""
    octets = bytearray(wire[:-1])
    for _ in range(chance.randint(1, 8)):
        octets[chance.randrange(len(octets))] ^= 1 << chance.randrange(8)
    return bytes(octets) + b"\0"


def dropped(wire: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(wire) - 1)
    return wire[:at] + wire[at + chance.randint(1, 3) :].rstrip(b"\0") + b"\0"


def doubled(wire: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(wire) - 1)
    return wire[: at + 1] + wire[at:]


def spliced(wire: bytes, chance: random.Random) -> bytes:
    """The beginning of one true frame and the end of another.

    Where that is by chance the other one whole, the first stays as it was.
    """
    other = true(chance, counter=chance.randrange(1, 1 << 32))
    made = wire[: chance.randrange(1, len(wire) - 1)] + other[chance.randrange(1, len(other) - 1) :]
    return wire if made == other else made


def burst(wire: bytes, chance: random.Random) -> bytes:
    """A storm over part of it."""
    at, length = chance.randrange(len(wire) - 1), chance.randint(2, 40)
    return (
        wire[:at]
        + chance.randbytes(min(length, len(wire) - 1 - at))
        + wire[at + length :].rstrip(b"\0")
        + b"\0"
    )


def rewritten(wire: bytes, chance: random.Random) -> bytes:
    """By somebody who knows the frame and not the key: another content under a right CRC and the old MAC."""
    inner = bytearray(cobs.decode(wire[:-1]))
    inner[
        chance.choice([2, 3, *range(5, 11), *range(12, len(inner) - 10)] if len(inner) > 22 else [2, 3, 7, 9])
    ] ^= chance.randint(1, 255)
    return _closed(bytes(inner[:-2]))


def guessed(wire: bytes, chance: random.Random) -> bytes:
    """Any MAC under a right CRC."""
    inner = cobs.decode(wire[:-1])
    return _closed(inner[:-10] + chance.randbytes(8))


def cut(wire: bytes, chance: random.Random) -> bytes:
    """A shorter MAC under a right CRC."""
    inner = cobs.decode(wire[:-1])
    return _closed(inner[: -chance.randint(3, 10)])


def foreign(wire: bytes, chance: random.Random) -> bytes:
    """True on another line."""
    return true(chance, counter=chance.randrange(1, 1 << 32), key=OTHER)


def true(chance: random.Random, counter: int, key: bytes = KEY, dst: int | None = None) -> bytes:
    meant = chance.choice([ALL, 1, 2]) if dst is None else dst
    return seal(bodies(chance), key_id=1, dst=meant, src=1, counter=counter).encode(key)


def ordered(chance: random.Random, counter: int) -> bytes:
    """A true request to every unit."""
    made: list[Body] = [
        Play(Kind.TONE, 1, 50, chance.randbytes(8), 0),
        AudioGo(chance.randbytes(8)),
        Stop(),
    ]
    return seal(chance.choice(made), key_id=1, dst=ALL, src=1, counter=counter).encode(KEY)


def _closed(sealed: bytes) -> bytes:
    return bytes(cobs.encode(sealed + crc16.genibus(sealed).to_bytes(2, "big"))) + b"\0"


WAYS: Final[tuple[Callable[[bytes, random.Random], bytes], ...]] = (
    flipped, dropped, doubled, spliced, burst, rewritten, guessed, cut, foreign,
)  # fmt: skip


def corrupted(count: int, seed: int) -> tuple[Counter[str], Counter[str]]:
    """Feed `count` spoilt frames to the codec. How many of each way, and how many of them were accepted."""
    chance = random.Random(seed)
    decoder = Decoder({1: KEY})
    originals = [true(chance, counter=SECONDS + number) for number in range(400)]
    made, accepted = Counter[str](), Counter[str]()
    for number in range(count):
        way = WAYS[number % len(WAYS)]
        original = originals[chance.randrange(len(originals))]
        wire = way(original, chance)
        if wire == original:
            continue
        made[way.__name__] += 1
        if decoder.feed(wire, 0.0):
            accepted[way.__name__] += 1
        decoder.feed(b"\0", 0.0)
    return made, accepted


def obeyed(count: int, seed: int) -> tuple[Counter[str], Counter[str]]:
    """The same to a bus of units.

    Whole frames are also sent again, out of order, and of or for others. Returns the number of each kind, and
    of those that a unit acted on and must not.
    """
    chance = random.Random(seed)
    bus = OpenhornBus(None, {1: Speaker("one", 1), 2: Speaker("two", 2)}, KEY)  # type: ignore[arg-type]
    acts: list[tuple[int, int]] = []
    for unit in bus.units.values():
        unit.act = lambda order, unit=unit: acts.append((unit.speaker.unit, order.counter)) or 0  # type: ignore[method-assign,func-returns-value,misc]
    bus._answer = _silent  # type: ignore[method-assign,assignment]
    made, wrong = Counter[str](), Counter[str]()
    counter, old = SECONDS << 16, list[bytes]()
    for number in range(count):
        counter += chance.randint(1, 50)
        wire = true(chance, counter)
        kind = number % 4
        if kind == 0:  # a true one keeps the counters moving; it must be obeyed
            made["true"] += 1
            _deliver(bus, wire)
            inner = cobs.decode(wire[:-1])
            meant = int.from_bytes(inner[2:4], "big") != ALL
            expected = 0 if inner[0] & 8 else 1 if meant else 2
            wrong["true ones not obeyed"] += len(acts) != expected
            old.append(wire)
        elif kind == 1 and old:
            made["replayed"] += 1
            _deliver(bus, old[chance.randrange(max(0, len(old) - 1000), len(old))])
            wrong["replayed"] += bool(acts)
        elif kind == 2:
            made["reordered"] += 1
            later, earlier = (ordered(chance, counter + ahead) for ahead in (9, 4))
            counter += 9
            _deliver(bus, later)
            acts.clear()
            _deliver(bus, earlier)
            wrong["reordered"] += bool(acts)
        else:
            made["for another unit"] += 1
            _deliver(bus, true(chance, counter, dst=3))
            wrong["for another unit"] += bool(acts)
        acts.clear()
    return made, +wrong


async def _silent(*_: object) -> None:
    return None


def _deliver(bus: OpenhornBus, wire: bytes) -> None:
    for part in wire.split(b"\0"):
        order = bus._opened(part) if part else None
        if order:
            bus._obey(order)
