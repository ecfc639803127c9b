"""Official recordings: decoded, checked, kept; nobody waits for one, and a broken one never means silence."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from lxml import etree

from drivers import Sound
from gateway.model.plan import Script, ToneName
from gateway.model.speaker import Curve, Hearing
from gateway.pipeline.recordings import Recordings
from gateway.voice import RATE, CannotSay
from gateway.voice.announcer import Announcer
from gateway.voice.sound.recording import ready
from tests.support.converters import xmltodict
from tests.support.county import START, cap
from tests.support.toy_voice import Toy
from tests.support.world import World

FLAT = Hearing(Curve.FLAT)

Virtual = Callable[[Any], Any]


def sound(seconds: float, rate: int = 44100, kind: str = "WAV", loud: float = 0.2) -> bytes:
    """A hum in two channels."""
    time = np.arange(int(seconds * rate)) / rate
    hum = loud * np.sin(2 * np.pi * 300 * time)
    out = io.BytesIO()
    soundfile.write(out, np.stack([hum, hum], axis=1), rate, format=kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["WAV", "MP3", "OGG", "FLAC"])
def test_a_recording_is_told_by_its_bytes_and_made_our_own(kind: str) -> None:
    pcm = asyncio.run(ready(sound(2.0, kind=kind)))
    assert abs(len(pcm) / 2 / RATE - 2.0) < 0.1


def test_a_quiet_recording_is_raised_to_the_loudness_of_our_voice() -> None:
    pcm = [np.frombuffer(asyncio.run(ready(sound(2.0, loud=one))), np.int16) for one in (0.03, 0.5)]
    quiet, loud = (np.sqrt(np.mean(one.astype(np.float64) ** 2)) for one in pcm)
    assert 0.9 < quiet / loud < 1.1


@pytest.mark.parametrize(
    "raw",
    [b"", b"ID3 no sound at all", sound(0.4), sound(130, rate=8000), sound(2, loud=0.0001), sound(2)[:60]],
    ids=["empty", "garbled", "a click", "too long", "silent", "cut off"],
)
def test_what_cannot_be_used_is_said_so(raw: bytes) -> None:
    with pytest.raises(CannotSay):
        asyncio.run(ready(raw))


@pytest.mark.filterwarnings("ignore")  # libsndfile's own, on standard error
@pytest.mark.parametrize("kind", ["WAV", "MP3", "OGG", "FLAC"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_half_a_recording_is_none(kind: str, share: float) -> None:
    """What is left would be read without an error, and half a warning is worse than our own voice."""
    raw = sound(10.0, kind=kind)
    with pytest.raises(CannotSay):
        asyncio.run(ready(raw[: int(len(raw) * share)]))


def test_a_stream_that_could_not_know_its_length_is_taken() -> None:
    raw = bytearray(sound(2.0))
    raw[4:8] = b"\xff" * 4
    assert asyncio.run(ready(bytes(raw)))


def with_resource(raw: bytes, uri: str = "warn.mp3", digest: str | None = None, embed: bool = True) -> bytes:
    text = base64.b64encode(raw).decode()
    digest = hashlib.sha1(raw).hexdigest() if digest is None else digest
    inner = f"<derefUri>{text}</derefUri>" if embed else ""
    resource = (
        f"<resource><resourceDesc>x</resourceDesc><mimeType>audio/mpeg</mimeType><uri>{uri}</uri>"
        f"{inner}<digest>{digest}</digest></resource>"
    )
    return cap("A1", START).replace(b"<area>", resource.encode() + b"<area>", 1)


def kept(
    virtual: Virtual, folder: Path, raw: bytes, fetched: bytes | Exception = b""
) -> tuple[Recordings, str]:
    """The recordings after a warning has aired, and the name its plan gives."""

    async def fetch(url: str, most: int, seconds: float) -> bytes:
        assert url == "https://county.example/warn.mp3"
        if isinstance(fetched, Exception):
            raise fetched
        return fetched

    async def run() -> tuple[Recordings, str]:
        world = World(1, START)
        await world.start()
        daemon = world.living
        found = Recordings(folder, world.ledger, fetch)
        daemon.shared.events.listen(found.note)
        task = asyncio.create_task(found.run())
        answer = await world.send(raw)
        await asyncio.sleep(60)
        (row,) = world.ledger.plans(answer.keys[0].digest)  # type: ignore[union-attr]
        assert any(horn.heard for horn in world.horns.values()), "nobody waits for it"
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await world.end()
        return found, row.plan.parts[0].script.recording

    found: tuple[Recordings, str] = virtual(run())
    return found


@pytest.mark.parametrize("form", ["xml", "json"])
def test_one_that_stands_in_the_document_is_ready_for_the_next_burst(
    virtual: Virtual, tmp_path: Path, form: str
) -> None:
    raw = with_resource(sound(3.0))
    document = raw if form == "xml" else json.dumps(xmltodict(etree.fromstring(raw))).encode()
    found, name = kept(virtual, tmp_path, document)
    pcm = found.get(name)
    assert pcm
    assert abs(len(pcm) / 2 / RATE - 3.0) < 0.1


def test_one_that_lies_elsewhere_is_fetched_and_its_digest_checked(virtual: Virtual, tmp_path: Path) -> None:
    raw, uri = sound(2.0, kind="MP3"), "https://county.example/warn.mp3"
    found, name = kept(virtual, tmp_path / "right", with_resource(raw, uri, embed=False), raw)
    assert found.get(name)
    found, name = kept(virtual, tmp_path / "wrong", with_resource(raw, uri, "0" * 40, embed=False), raw)
    assert name
    assert found.get(name) is None
    found, name = kept(virtual, tmp_path / "gone", with_resource(raw, uri, embed=False), CannotSay("404"))
    assert found.get(name) is None


def test_t31_one_that_is_broken_is_not_used(virtual: Virtual, tmp_path: Path) -> None:
    found, name = kept(virtual, tmp_path, with_resource(b"ID3 nothing"))
    assert name
    assert found.get(name) is None
    found, name = kept(virtual, tmp_path, with_resource(sound(2.0), digest="1" * 40))
    assert name == "", "a digest that fits nothing: the words are said"


class Mute(Toy):
    """A voice that must not be asked."""

    async def sound(self, words: str) -> bytes:
        raise CannotSay(words)


class Ready(dict[str, bytes]):
    """Recordings that are all there."""

    def seconds(self, name: str) -> float:
        return len(self[name]) / 2 / RATE


def test_the_announcer_plays_it_in_place_of_its_own_voice() -> None:
    async def run() -> None:
        pcm = await ready(sound(2.0))
        announcer = Announcer(Mute(), recordings=Ready({"k.0.0": pcm}))
        script = Script(ToneName.RED, ("预警。",), "warning-red", "k.0.0")
        made: Sound = announcer.sound(script, 2, FLAT)
        whole = b"".join([block async for block in made.open()])
        assert whole.count(pcm) == 2
        assert abs(len(whole) / 2 / RATE - (made.seconds or 0)) < 0.1
        await announcer.close()

    asyncio.run(run())


def test_one_that_the_disk_has_spoilt_is_none(virtual: Virtual, tmp_path: Path) -> None:
    """Zeros would be two silent readings, and half a sample white noise."""
    found, name = kept(virtual, tmp_path, with_resource(sound(3.0)))
    assert found.seconds(name) == pytest.approx(3.0, abs=0.1)
    for spoil in (lambda raw: bytes(len(raw)), lambda raw: raw[:-1]):
        found, name = kept(virtual, tmp_path, with_resource(sound(3.0)))
        (file,) = tmp_path.glob("*.speech")
        file.write_bytes(spoil(file.read_bytes()))
        assert found.get(name) is None


def test_how_long_one_is_costs_no_look_at_the_disk(
    virtual: Virtual, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, name = kept(virtual, tmp_path, with_resource(sound(3.0)))

    def hangs(*_: object) -> bytes:
        raise AssertionError("the disk is asked")

    with monkeypatch.context() as patched:
        for door in ("read_bytes", "stat", "touch"):
            patched.setattr(Path, door, hangs)
        assert found.seconds(name) == pytest.approx(3.0, abs=0.1)
        assert found.seconds("another.0.0") == 0, "nor does one that is not there"


def zeroed(folder: Path) -> None:
    """As after a power cut before the data."""
    (file,) = folder.glob("*.speech")
    file.write_bytes(bytes(file.stat().st_size))


def test_one_that_spoils_while_it_is_wanted_is_made_again(virtual: Virtual, tmp_path: Path) -> None:
    async def story() -> None:
        world = World(1, START)
        await world.start()
        daemon = world.living
        found = Recordings(tmp_path, world.ledger)
        daemon.shared.events.listen(found.note)
        task = asyncio.create_task(found.run())
        answer = await world.send(with_resource(sound(3.0)))
        await asyncio.sleep(60)
        (row,) = world.ledger.plans(answer.keys[0].digest)  # type: ignore[union-attr]
        name = row.plan.parts[0].script.recording
        zeroed(tmp_path)
        assert found.get(name) is None
        assert found.seconds(name) == 0, "the words are said, and reckoned"
        await asyncio.sleep(60)
        assert found.get(name)
        assert found.seconds(name) == pytest.approx(3.0, abs=0.1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await world.end()

    virtual(story())


@pytest.mark.parametrize("wrong", [MemoryError(), IndexError(), RuntimeError()])
def test_whatever_is_wrong_with_one_the_next_is_made(
    virtual: Virtual, tmp_path: Path, wrong: Exception
) -> None:
    found = Recordings(tmp_path, Raising(wrong))  # type: ignore[arg-type]

    async def story() -> None:
        running = asyncio.create_task(found.run())
        await asyncio.sleep(0)
        found._wanted.extend([("gone", "gone.0.0"), ("gone", "gone.0.1")])
        found._wake.set()
        await asyncio.sleep(1)
        assert not found._wanted
        assert not running.done()
        running.cancel()

    virtual(story())


class Raising:
    """A ledger whose every document is wrong in the same way."""

    def __init__(self, wrong: Exception) -> None:
        self.wrong = wrong

    def live(self) -> list[str]:
        return []

    def document(self, key: str) -> None:
        raise self.wrong


def offset(seconds: float, level: float) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, np.full(int(seconds * 16000), level), 16000, format="WAV")
    return out.getvalue()


def swinging(seconds: float, hertz: float) -> bytes:
    out = io.BytesIO()
    soundfile.write(
        out, 0.9 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * 16000)) / 16000), 16000, format="WAV"
    )
    return out.getvalue()


def clicking(seconds: float) -> bytes:
    out, signal = io.BytesIO(), np.zeros(int(seconds * 16000))
    signal[8000] = 0.9
    soundfile.write(out, signal, 16000, format="WAV")
    return out.getvalue()


def several(channels: int, rate: int, kind: str = "FLAC") -> bytes:
    out = io.BytesIO()
    soundfile.write(out, np.full((3 * rate, channels), 0.1), rate, format=kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (offset(3, 0.1), "silent"),
        (swinging(3, 5), "silent"),
        (clicking(3), "silent"),
        (several(8, 48000), "8 channels at 48000 Hz"),
        (several(1, 44101, "WAV"), "44101 Hz"),
        (several(1, 192000), "192000 Hz"),
        (bytes(40_000_000), "40 MB"),
    ],
)
def test_what_no_loudspeaker_could_play_is_refused_before_it_costs_anything(raw: bytes, why: str) -> None:
    with pytest.raises(CannotSay, match=why):
        asyncio.run(ready(raw))


def test_a_long_recording_holds_nobody_up() -> None:
    """Two minutes: between two turns of the loop lies never more than a small share of the work."""
    raw = sound(115.0, kind="MP3")

    async def story() -> tuple[float, float]:
        longest, last, begun = 0.0, time.process_time(), time.process_time()
        made = asyncio.create_task(ready(raw))
        while not made.done():
            await asyncio.sleep(0)
            longest, last = max(longest, time.process_time() - last), time.process_time()
        return longest, time.process_time() - begun

    longest, whole = asyncio.run(story())
    assert longest < 0.1 * whole, (longest, whole)
    print(f" [longest slice {1000 * longest:.1f} ms of {1000 * whole:.0f}]", end="")
