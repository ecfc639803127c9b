"""Documents whose bytes are written in another way: the same characters come to the same verdict and words.

Every nasty warning, and the corpus by others where it is there, in every way of tests/support/other_bytes.py.
A sample with a fixed seed is tried in `make test`, all of them in `make prove`. Known differences stand in
other_bytes.toml. They are counted.
"""

from __future__ import annotations

import asyncio
import random
import tomllib
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request

from gateway.intake import Accepted, Unreadable
from gateway.intake.glance import looks_grave
from gateway.intake.http import router
from gateway.intake.readers import parse
from gateway.intake.signature import checked
from gateway.judge import Policy
from gateway.model.alert import Alert, AlertKey, Arrival, Signature
from gateway.voice.text.spoken import spoken
from tests.corpus.test_corpus import FILES, LATER
from tests.support.county import START, cap
from tests.support.history import History
from tests.support.laid import laid
from tests.support.nasty import FOLDER, POLICIES, ROSTER
from tests.support.other_bytes import HTTP_WAYS, WAYS, Dispatch, Impossible, Sheet, Way
from tests.support.rules import judge
from tests.support.signer import Signer

NASTY = sorted(path for path in FOLDER.iterdir() if path.suffix in (".xml", ".json"))
EVERY: dict[str, Way] = WAYS | HTTP_WAYS
SAMPLE = 600
"""Pairs of a file and a way in `make test`."""


@pytest.fixture(scope="module")
def county() -> Signer:
    return Signer()


TABLE = tomllib.loads(Path(__file__).with_name("other_bytes.toml").read_text("utf-8"))
KNOWN: dict[str, str] = TABLE["known"]
IMPOSSIBLE: dict[str, int] = TABLE["impossible"]


@dataclass(frozen=True)
class Result:
    """What a document comes to."""

    alerts: tuple[Alert, ...]
    """Without what was said of their encoding."""
    unreadable: tuple[str, str, int] | None
    """Reason, element and line."""
    grave: bool
    """Whether it goes before the rest."""


def result(arrival: Arrival) -> Result:
    grave = looks_grave(arrival)
    try:
        alerts = parse(arrival)
    except Unreadable as unreadable:
        why = unreadable.why.reason, unreadable.element, unreadable.line
        return Result((), (str(why[0]), why[1], why[2]), grave)
    return Result(tuple(_said_of_encoding(alert) for alert in alerts), None, grave)


def _said_of_encoding(alert: Alert) -> Alert:
    return replace(alert, defects=tuple(one for one in alert.defects if one.element != "encoding"))


def heard(path: Path, alerts: Iterable[Alert]) -> list[tuple[str, ...]]:
    """Verdict, reason and spoken words of each alert, judged by itself at its own time and place."""
    said = []
    for alert in alerts:
        now = alert.sent + LATER
        if path.parent == FOLDER:
            source = next((name for name in ("qweather", "caiyun") if path.name.startswith(name)), "county")
            answer = History(POLICIES, ROSTER).arrives(alert, source, now)
        else:
            answer = judge(alert, Policy("corpus", frozenset({alert.sender})), (), laid(alert), now)
        words = [spoken(part.script.text).words for part in answer.plan.parts] if answer.plan else []
        said.append((answer.verdict.name, str(answer.verdict.why.reason), *words))
    return said


@cache
def as_it_is(path: Path) -> Result:
    return result(Arrival(path.read_bytes(), "county", "", START))


def _county(_request: Request) -> str:
    return "county"


class Door:
    """The real route of HTTP. It keeps what arrives."""

    def __init__(self) -> None:
        self.arrived: list[Arrival] = []
        app = FastAPI()
        app.include_router(
            router(_county, self._accept, lambda: START, lambda _: {}, lambda _: {"alerts": []})
        )
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway")

    async def _accept(self, arrival: Arrival) -> Accepted:
        self.arrived.append(arrival)
        return Accepted(1, (AlertKey("county", "A", START),), False)

    async def through(self, sent: Dispatch) -> Arrival:
        if sent.files:
            answer = await self._client.post("/alerts", files=sent.files)
        elif sent.pieces:
            answer = await self._client.post("/alerts", content=_pieces(sent), headers=sent.headers)
        else:
            answer = await self._client.post("/alerts", content=sent.body, headers=sent.headers)
        assert answer.status_code == 202, answer.text
        return self.arrived.pop()


async def _pieces(sent: Dispatch) -> AsyncIterator[bytes]:
    for piece in sent.chunks():
        yield piece


class Comparison:
    """Pairs of a file and a way, compared with the file as it is."""

    def __init__(self, pairs: Sequence[tuple[Path, str]]) -> None:
        self.pairs = pairs
        self.differing: dict[str, str] = {}
        """What differs, by file and way."""
        self.impossible: Counter[str] = Counter()
        """Pairs by file that cannot be written, because numbers are no characters there."""
        asyncio.run(self._compare())

    async def _compare(self) -> None:
        door = Door()
        for path, way in self.pairs:
            raw = path.read_bytes()
            try:
                sent = EVERY[way](Sheet.of(raw), raw)
            except Impossible:
                self.impossible[path.name] += 1
                continue
            arrival = (
                await door.through(sent) if way in HTTP_WAYS else Arrival(sent.body, "county", "", START)
            )
            if difference := _difference(path, result(arrival)):
                self.differing[f"{path.name} | {way}"] = difference

    def __str__(self) -> str:
        files, ways = len({path for path, _ in self.pairs}), len({way for _, way in self.pairs})
        impossible = self.impossible.total()
        same = len(self.pairs) - len(self.differing) - impossible
        return (
            f"{files} files, {ways} ways, {len(self.pairs)} pairs: {same} same, "
            f"{len(self.differing)} other, {impossible} impossible"
        )


def _difference(path: Path, came: Result) -> str:
    """What is not the same as of the file as it is. Equal alerts have equal verdicts: the judges are pure."""
    was = as_it_is(path)
    if was.unreadable != came.unreadable:
        return f"{came.unreadable} and not {was.unreadable}"
    if was.grave != came.grave:
        return f"{'grave' if came.grave else 'not grave'} at the first look"
    if was.alerts != came.alerts and heard(path, was.alerts) != heard(path, came.alerts):
        return "other verdicts or words"
    return "other alerts" if was.alerts != came.alerts else ""


def known(pairs: Sequence[tuple[Path, str]]) -> dict[str, str]:
    """The known differences among these pairs."""
    names = {f"{path.name} | {way}" for path, way in pairs}
    return {name: what for name, what in KNOWN.items() if name in names}


def test_a_sample_in_other_bytes_comes_to_the_same() -> None:
    every = [(path, way) for path in NASTY for way in EVERY]
    pairs = random.Random(15).sample(every, SAMPLE)
    compared = Comparison(pairs)
    assert compared.differing == known(pairs), compared
    assert compared.impossible.keys() <= IMPOSSIBLE.keys()


@pytest.mark.slow
def test_every_file_in_every_way_comes_to_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    pairs = [(path, way) for path in [*NASTY, *FILES] for way in EVERY]
    compared = Comparison(pairs)
    with capsys.disabled():
        print(f"\n{compared}")
    assert compared.differing == known(pairs)
    assert dict(compared.impossible) == {
        name: n for name, n in IMPOSSIBLE.items() if name in {path.name for path, _ in pairs}
    }


@pytest.mark.parametrize("way", WAYS)
def test_a_signature_holds_in_other_bytes_because_it_is_over_the_characters(way: str, county: Signer) -> None:
    signed = county.sign(cap("A1", START))
    arrival = Arrival(WAYS[way](Sheet.of(signed), signed).body, "county", "", START)
    (alert,) = checked(arrival, parse(arrival), {"county": (county.certificate,)})
    assert alert.signature is Signature.VERIFIED
