"""Documents spoilt at random: cut, doubled, shuffled, exchanged. For the tests of the readers."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

_TAG = re.compile(rb"<[^<>]{1,80}>")
_WORD = re.compile(rb"[0-9]{1,14}|\"[^\"]{0,40}\"")
_TEXT = re.compile(rb">([^<>]{1,200})<")
_ELEMENT = re.compile(rb"<(\w{1,30})>[^<>]{0,400}</\1>")
_VALUES = (
    b"",
    b" ",
    b"0",
    b"-1",
    b"1e999",
    b"NaN",
    b"9" * 60,
    b"Actual",
    b"Cancel",
    b"2026-02-30T25:61:00",
    b"0001-01-01T00:00:00+14:00",
    b"31,116 31",
    b"341523",
    b"\xf0\x9f\x94\x94" * 50,
)
_NASTY = (
    b"\x00",
    b"\xff",
    b"&#0;",
    b"<!DOCTYPE a>",
    b"&x;",
    b"]]>",
    b"<![CDATA[",
    b"{",
    b"}",
    b"[" * 40,
    b"9" * 400,
    b"1e999",
    b"NaN",
    b"-1",
    "\u202e".encode(),
    b"<a>" * 20,
)


def mutations(seeds: list[bytes], seed: int, count: int) -> Iterator[bytes]:
    """So many documents, each from one of `seeds` by one to six changes."""
    chance = random.Random(seed)
    for _ in range(count):
        raw = bytearray(chance.choice(seeds))
        gentle = chance.random() < 0.6
        for _ in range(chance.randint(1, 6)):
            if gentle:
                _bend(raw, chance)
            else:
                _spoil(raw, chance, seeds)
        yield bytes(raw)


def _bend(raw: bytearray, chance: random.Random) -> None:
    """Keep the form and change the content.

    Texts are exchanged or emptied, digits changed, an element left out or said twice.
    """
    texts = list(_TEXT.finditer(bytes(raw)))
    whole = list(_ELEMENT.finditer(bytes(raw)))
    match chance.randrange(4):
        case 0 if len(texts) > 1:
            text, other = chance.sample(texts, 2)
            raw[text.start(1) : text.end(1)] = other.group(1)
        case 1 if texts:
            text = chance.choice(texts)
            raw[text.start(1) : text.end(1)] = chance.choice(_VALUES)
        case 2 if whole:
            element = chance.choice(whole)
            raw[element.start() : element.end()] = chance.choice(
                (b"", element.group() * 2, element.group() * 40)
            )
        case _:
            digits = [at for at, sign in enumerate(raw) if 48 <= sign <= 57]
            for at in chance.sample(digits, min(3, len(digits))):
                raw[at] = chance.randrange(48, 58)


def _spoil(raw: bytearray, chance: random.Random, seeds: list[bytes]) -> None:
    at, other = chance.randrange(len(raw) + 1), chance.randrange(len(raw) + 1)
    first, last = min(at, other), max(at, other)
    match chance.randrange(9):
        case 0:
            del raw[first : min(last, first + 200)]
        case 1:
            del raw[first:]
        case 2:
            raw[first:first] = raw[first : min(last, first + 2000)]
        case 3:
            raw[first:first] = chance.choice(_NASTY)
        case 4:
            for _ in range(chance.randint(1, 8)):
                if raw:
                    raw[chance.randrange(len(raw))] = chance.randrange(256)
        case 5 | 6:
            tokens = list((_TAG if chance.random() < 0.6 else _WORD).finditer(bytes(raw)))
            if len(tokens) > 1:
                token, replacement = chance.sample(tokens, 2)
                raw[token.start() : token.end()] = replacement.group()
        case 7:
            piece = chance.choice(seeds)
            start = chance.randrange(len(piece))
            raw[first:first] = piece[start : start + 300]
        case _:
            raw[:] = raw[last:] + raw[:first]
