"""What is worse in a warning than in the one of the same hazard and level that was said before.

Compared are level, onset, amounts, orders, places and danger, in all of its text (docs/practice.md, Relay
rules). Lower numbers and other words are no news.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from gateway.codes import meaning
from gateway.judge.area import regions
from gateway.judge.block import HAN
from gateway.judge.measures import FIRST, HOURS, Measure, measures
from gateway.model.alert import Info
from gateway.wording.orders import orders

WORDS: dict[str, Any] = tomllib.loads((resources.files("gateway.judge") / "worse.toml").read_text("utf-8"))
"""Words of graver danger and the ranks of places (worse.toml)."""

_CLAUSE = re.compile(r"[，,。；;：:！!？?\n]+")
_POLITE = re.compile(r"^(?:请|各位|大家|务必|并|同时|要|应|应当|须|必须)+")
_BLANK = re.compile(r"\s+")
_PLACE = re.compile(rf"[\u4e00-\u9fff]{{1,3}}?(?:{'|'.join(WORDS['ranks'])})")
_SHORTLY = 6
"""Signs before a word of danger that are looked at for advice (防御山洪, 警惕泥石流). Our choice."""

Key = tuple[bool, str, str]
"""What an amount is compared with: what has happened or what is to come, its subject, its unit."""


@dataclass(frozen=True)
class News:
    """What a text says that was not said before."""

    worse: tuple[str, ...] = ()
    """Each is worth a siren: a worse level, an earlier onset, a higher amount, an order, a danger."""
    wider: tuple[str, ...] = ()
    """Places that were not meant before. Where the former one was heard they are worth a siren in a re-issue,
    which nobody announced; an Update names what it changes."""
    other: tuple[str, ...] = ()
    """Worth one chimed reading by day: more has fallen than before, other advice."""


def news(now: Info, formers: Sequence[Info]) -> News:
    """What a block says that is worse than the blocks said before, the newest last.

    Level, onset and amounts are compared with the newest; an order, a place or a danger is news where none of
    them said it.
    """
    former = formers[-1]
    text = _text_news(wording(now), tuple(wording(one) for one in formers))
    worse = list(text.worse)
    if meaning.level(now) < meaning.level(former):
        worse.append(f"level {meaning.level(now).name.lower()}")
    if now.onset and former.onset and now.onset < former.onset:
        worse.append(f"onset {now.onset.isoformat(timespec='minutes')}")
    before = [region for one in formers for region in regions(one)]
    wider = [region.code for region in regions(now) if not any(old.covers(region) for old in before)]
    codes = tuple(f"area {code}" for code in wider if before)
    other = list(text.other)
    if advice := _advice(now, formers):
        (other if HAN.search(now.instruction) else worse).append(advice)
    return News(tuple(worse), (*text.wider, *codes), tuple(other))


def wording(info: Info) -> str:
    """All that a block says, as one text."""
    return "\n".join(part for part in (info.headline, info.description, info.instruction) if part)


@lru_cache(maxsize=256)
def _text_news(now: str, formers: tuple[str, ...]) -> News:
    """Ten thousand speakers share a few texts."""
    worse, other = _amounts(now, formers[-1])
    said = [_clean(text) for text in formers]
    ordered = {_order(order) for text in formers for order in orders(text)}
    worse += [f"order {order}" for order in map(_order, orders(now)) if order not in ordered]
    wider = [f"place {name}" for name in places(now) if not any(name[-3:] in text for text in said)]
    worse += [
        f"danger {word}" for word in _dangers(now) if not any(word in _dangers(text) for text in formers)
    ]
    return News(tuple(dict.fromkeys(worse)), tuple(wider), tuple(dict.fromkeys(other)))


def _amounts(now: str, former: str) -> tuple[list[str], list[str]]:
    """The amounts that are worse than before: those to come, and those that have happened."""
    before, worse, other = _gathered(former), list[str](), list[str]()
    for key, found in _gathered(now).items():
        said = before.get(key) or _alike(before, key)
        past, _, unit = key
        if (unit == HOURS and past) or not (said or unit in FIRST):
            continue
        most = sorted((one.gravity for one in said), reverse=True)
        for number, amount in enumerate(sorted(found, key=lambda one: one.gravity, reverse=True)):
            if (number < len(most) and amount.gravity <= most[number]) or (most and number >= len(most)):
                continue
            grave = not past or (bool(most) and amount.water) or _beyond(amount, before)
            (worse if grave else other).append(f"amount {amount.value:f} {unit}")
    return worse, other


def _gathered(text: str) -> Mapping[Key, Sequence[Measure]]:
    by_key: defaultdict[Key, list[Measure]] = defaultdict(list)
    for measure in measures(text):
        by_key[measure.past, measure.about, measure.unit].append(measure)
    return by_key


def _alike(before: Mapping[Key, Sequence[Measure]], key: Key) -> Sequence[Measure]:
    """Amounts of this time and unit whatever they measure, where none of the same subject was said."""
    past, _, unit = key
    return [one for other, found in before.items() if (other[0], other[2]) == (past, unit) for one in found]


def _beyond(amount: Measure, before: Mapping[Key, Sequence[Measure]]) -> bool:
    """Whether more has fallen than was forecast, for the first time."""
    forecast = [one.gravity for one in _alike(before, (False, "", amount.unit))]
    fallen = [one.gravity for one in _alike(before, (True, "", amount.unit))]
    return bool(forecast) and amount.gravity > max(forecast) >= max(fallen, default=max(forecast))


def places(text: str) -> tuple[str, ...]:
    """The townships and villages that a text names, each as the rank and what stands before it."""
    found = (match.group() for match in _PLACE.finditer(text))
    return tuple(dict.fromkeys(name for name in found if not _no_place(name)))


def _no_place(name: str) -> bool:
    stem = next(name.removesuffix(rank) for rank in WORDS["ranks"] if name.endswith(rank))
    return len(stem) < 2 or stem.endswith(tuple(WORDS["no_place"]))


def _dangers(text: str) -> Iterator[str]:
    for word in WORDS["graver"]:
        for match in re.finditer(word, text):
            before = text[max(0, match.start() - _SHORTLY) : match.start()]
            if not any(spared in before for spared in WORDS["spared"]):
                yield word
                break


def _advice(now: Info, formers: Sequence[Info]) -> str:
    """A clause of the instruction that was not said before."""
    said = [_clean(wording(one)) for one in formers]
    clauses = (_clean(clause) for clause in _CLAUSE.split(now.instruction))
    new = (clause for clause in clauses if clause and not any(clause in text for text in said))
    return f"advice {clause}" if (clause := next(new, "")) else ""


def _order(order: str) -> str:
    return _POLITE.sub("", _clean(order))


def _clean(text: str) -> str:
    return _POLITE.sub("", _BLANK.sub("", text).strip("，,。；;：:！!？?、"))
