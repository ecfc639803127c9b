"""The site's own recordings: before the Mandarin, in place of words that no voice says, and refused if
broken."""

from __future__ import annotations

import asyncio
import io
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile

from drivers.sound import samples
from gateway.delivery.playing import MARGIN_S, PATIENCE
from gateway.model.plan import Script, ToneName
from gateway.model.region import Region
from gateway.model.speaker import Curve, Hearing, Kind, Speaker
from gateway.voice import RATE, CannotSay, Form
from gateway.voice.announcer import Announcer
from gateway.voice.engines import Lengths
from gateway.voice.pieces import silence
from gateway.voice.readings import READING_S
from gateway.voice.sound import recording
from gateway.voice.sound.clips import Clips
from gateway.voice.sound.pauses import pause_s
from gateway.voice.sound.shelf import Shelf
from tests.support.toy_voice import Toy, hum
from tests.support.voice_output import pitch

VILLAGE, NEXT_DOOR = "341523113201", "341523113202"
RED = Script(ToneName.RED, ("预警广播。", "请转移。"), "warning-red", about="11B03")


def recorded(hertz: float, seconds: float = 2.0) -> bytes:
    file = io.BytesIO()
    sine = 0.3 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)
    soundfile.write(file, sine, RATE, format="WAV")
    return file.getvalue()


def speaker(region: str = VILLAGE, kind: Kind = Kind.VILLAGE) -> Speaker:
    return Speaker("square", "广场", Region(region), "bus", 1, kind=kind)


class Broken(Toy):
    """Says so many sentences and dies."""

    def __init__(self, good: int) -> None:
        self.good = good

    async def sound(self, words: str) -> bytes:
        self.good -= 1
        if self.good < 0:
            raise CannotSay("hoarse")
        return hum(1.0)


async def opened(folder: Path, files: dict[str, bytes]) -> tuple[Clips, list[str]]:
    for name, raw in files.items():
        file = folder / "clips" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(raw)
    clips = Clips(folder / "clips", Shelf(folder / "ready"))
    return clips, await clips.open()


def test_in_its_village_the_dialect_is_heard_before_the_mandarin(tmp_path: Path) -> None:
    async def story() -> None:
        files = {
            f"{VILLAGE}/warning-red.wav": recorded(1000),
            f"{VILLAGE}/warning-red 11B03.wav": recorded(600),
        }
        clips, faults = await opened(tmp_path, files)
        assert not faults
        announcer = Announcer(Broken(99), clips=clips)
        rain, flood = Script(ToneName.NONE, ("预警。",), "warning-red", about="11A51"), RED
        assert announcer.hearing(rain, speaker()).first == f"{VILLAGE}/warning-red"
        assert announcer.hearing(flood, speaker()).first == f"{VILLAGE}/warning-red 11B03", "its own hazard's"
        assert announcer.hearing(flood, speaker(NEXT_DOOR)) == Hearing(Curve.HORN)
        assert announcer.hearing(flood, speaker(kind=Kind.DUTY)) == Hearing(Curve.HORN), "the duty room"
        hearing = announcer.hearing(rain, speaker())
        burst = await announcer.speech(rain, 2, hearing)
        assert burst.seconds == pytest.approx(announcer.length(rain, 2, hearing))
        start = int(0.6 * RATE) * 2
        assert pitch(burst.pcm[start : start + 2 * RATE]) == pytest.approx(1000, abs=5)
        words = start + int((2 + READING_S) * RATE) * 2
        assert pitch(burst.pcm[words : words + 2 * RATE]) == pytest.approx(250, abs=5)
        without = await announcer.speech(rain, 2)
        assert burst.seconds - without.seconds == pytest.approx(2 * (2 + READING_S), abs=0.01), (
            "before each reading"
        )
        await announcer.close()

    asyncio.run(story())


def test_where_no_voice_speaks_the_clip_of_that_meaning_does(tmp_path: Path) -> None:
    async def story() -> None:
        clips, _ = await opened(tmp_path, {"warning-red.wav": recorded(700)})
        announcer = Announcer(Broken(0), clips=clips)
        burst = await announcer.speech(RED, 2)
        assert burst.form is Form.TONE
        assert pitch(burst.pcm[-2 * RATE :]) == pytest.approx(700, abs=5)
        lift = Script(ToneName.LIFT, ("解除。",), "lift")
        assert abs(pitch((await announcer.speech(lift, 1)).pcm) - 700) > 50, (
            "a lift is never said as a warning"
        )
        await announcer.close()

    asyncio.run(story())


def test_a_voice_that_dies_in_mid_message_is_finished_for_by_recordings_of_its_sentences(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        clips, _ = await opened(tmp_path, {"请转移。.wav": recorded(900), "warning-red.wav": recorded(700)})
        announcer = Announcer(Broken(1), clips=clips)
        burst = await announcer.speech(RED, 1)
        assert burst.form is Form.VOICE
        assert pitch(burst.pcm[-5 * RATE :]) == pytest.approx(900, abs=5)
        await announcer.close()

    asyncio.run(story())


def test_between_half_a_sentence_and_its_recording_there_is_a_pause(tmp_path: Path) -> None:
    async def story() -> None:
        clips, _ = await opened(tmp_path, {"快走。请转移。.wav": recorded(900)})
        voice = Broken(2)
        voice.lengths = Lengths(1, 10_000)
        announcer = Announcer(voice, clips=clips)
        script = Script(ToneName.RED, ("预警广播。", "快走。请转移。"), "warning-red")
        burst = await announcer.speech(script, 1)
        before, _, _ = burst.pcm.partition((clips.get("快走。请转移。") or b"")[:100])
        assert before.endswith(silence(0.8 * pause_s("。")))
        assert pitch(before[-2 * int((0.5 + pause_s("。")) * RATE) :]) == pytest.approx(250, abs=5)
        await announcer.close()

    asyncio.run(story())


def test_a_voice_that_dies_in_mid_message_leaves_no_silence(tmp_path: Path) -> None:
    async def story() -> None:
        announcer = Announcer(Broken(1))
        burst = await announcer.speech(RED, 3)
        assert burst.form is Form.TONE
        heard = samples(burst.pcm).astype(np.float64) / 32768
        assert pitch(burst.pcm[int(4.9 * RATE) * 2 :][: 2 * RATE]) == pytest.approx(250, abs=5), (
            "what it said was heard"
        )
        assert heard[-3 * RATE :].std() > 0.02, "and the tone goes on"
        await announcer.close()

    asyncio.run(story())


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "cannot be read"),
        (b"no sound at all", "cannot be read"),
        (recorded(500, 0.2), "lasts 0.2 s"),
        (recorded(500, 130), "lasts 130.0 s"),
        (recorded(500)[:2000], "lasts 0.1 s"),
        (recorded(0), "silent"),
    ],
)
def test_what_is_broken_silent_or_endless_is_refused_by_name(tmp_path: Path, raw: bytes, why: str) -> None:
    async def story() -> None:
        clips, faults = await opened(tmp_path, {"lift.wav": raw, "warning-red.wav": recorded(500)})
        assert len(faults) == 1
        assert "lift.wav" in faults[0]
        assert why in faults[0]
        assert clips.get("lift") is None
        assert clips.get("warning-red")

    asyncio.run(story())


def test_an_enormous_file_is_refused_unread_and_those_behind_it_are_there(tmp_path: Path) -> None:
    async def story() -> None:
        await opened(tmp_path, {"warning-red.wav": recorded(500)})
        with (tmp_path / "clips" / "a-film.wav").open("wb") as film:
            film.truncate(10 * 2**30)
        clips = Clips(tmp_path / "clips", Shelf(tmp_path / "ready"))
        tracemalloc.start()
        (fault,) = await clips.open()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert "a-film.wav: the file has 10737 MB" in fault
        assert most < 2**20
        assert clips.get("warning-red")

    asyncio.run(story())


def test_whatever_is_wrong_with_one_file_the_others_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ready(raw: bytes) -> bytes:
        if raw == b"too much":
            raise MemoryError
        return await recording.ready(raw)

    async def story() -> None:
        monkeypatch.setattr("gateway.voice.sound.clips.ready", ready)
        clips, faults = await opened(tmp_path, {"a.wav": b"too much", "lift.wav": recorded(500)})
        assert len(faults) == 1
        assert "MemoryError" in faults[0], "a sentence that names it"
        assert clips.get("lift")

    asyncio.run(story())


def test_how_long_a_recording_is_costs_no_look_at_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        clips, _ = await opened(tmp_path, {f"{VILLAGE}/warning-red.wav": recorded(500)})
        announcer = Announcer(Broken(99), clips=clips)
        hearing = announcer.hearing(RED, speaker())

        def hangs(*_: object) -> bytes:
            raise AssertionError("the disk is asked")

        with monkeypatch.context() as patched:
            for door in ("read_bytes", "stat", "touch"):
                patched.setattr(Path, door, hangs)
            without = announcer.length(RED, 2)
            assert announcer.length(RED, 2, hearing) - without == pytest.approx(2 * (2 + READING_S))
        await announcer.close()

    asyncio.run(story())


def test_a_long_recording_that_stands_in_ends_before_its_burst_counts_as_stuck(tmp_path: Path) -> None:
    async def story() -> None:
        clips, _ = await opened(tmp_path, {"warning-red.wav": recorded(700, 100.0)})
        announcer = Announcer(Broken(0), clips=clips)
        reckoned = announcer.length(RED, 3)
        burst = await announcer.speech(RED, 3)
        assert burst.form is Form.TONE
        assert burst.seconds < reckoned * PATIENCE + MARGIN_S
        await announcer.close()

    asyncio.run(story())


def test_what_the_disk_does_not_keep_is_told_and_not_promised(tmp_path: Path) -> None:
    async def story() -> None:
        await opened(tmp_path, {f"{VILLAGE}/lift.wav": recorded(500)})
        clips = Clips(tmp_path / "clips", Shelf(Path("/proc/tongluo")))
        (fault,) = await clips.open()
        assert "does not keep it" in fault
        assert clips.first(Script(ToneName.LIFT, ("解除。",), "lift"), VILLAGE) == ""

    asyncio.run(story())


def test_a_file_is_made_ready_once_and_a_new_one_of_its_name_anew(tmp_path: Path) -> None:
    async def story() -> None:
        await opened(tmp_path, {"lift.wav": recorded(500)})
        (kept,) = (tmp_path / "ready").iterdir()
        inode = kept.stat().st_ino
        clips, _ = await opened(tmp_path, {"lift.wav": recorded(500)})
        assert kept.stat().st_ino == inode
        clips, _ = await opened(tmp_path, {"lift.wav": recorded(800)})
        assert pitch(clips.get("lift") or b"") == pytest.approx(800, abs=5)

    asyncio.run(story())


def test_a_reading_whose_every_sentence_a_person_recorded_is_the_persons(tmp_path: Path) -> None:
    async def story() -> None:
        clips, _ = await opened(
            tmp_path, {"预警广播。.wav": recorded(800), "请转移。.wav": recorded(900, 3.0)}
        )
        announcer = Announcer(Broken(0), clips=clips)
        burst = await announcer.speech(RED, 2)
        assert burst.form is Form.VOICE, "no voice was asked"
        assert burst.seconds == pytest.approx(announcer.length(RED, 2))
        assert pitch(burst.pcm[-2 * int((0.5 + pause_s("。") + 0.2) * RATE) :]) == pytest.approx(900, abs=5)
        await announcer.close()

    asyncio.run(story())


def test_a_person_and_a_voice_are_never_mixed_in_a_reading(tmp_path: Path) -> None:
    async def story() -> None:
        clips, _ = await opened(tmp_path, {"预警广播。.wav": recorded(800)})
        announcer = Announcer(Broken(99), clips=clips)
        burst = await announcer.speech(RED, 1)
        words = burst.pcm[int(4.9 * RATE) * 2 :]
        heard = {round(pitch(words[at : at + RATE]), -2) for at in range(0, len(words) - RATE, RATE)}
        assert 800.0 not in heard
        await announcer.close()

    asyncio.run(story())
