"""Files with the numbers of the sheet get their names; what must be recorded again is left where it is."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.site.recordings.bringing import Brought, brought, entry_of, numbered
from gateway.site.recordings.sheet import sheet
from tests.support.spoken_files import file_of, speech

SHEET = sheet()
FIRST = SHEET[0]
GOOD = file_of(speech(8))


def take(folder: Path, name: str, raw: bytes, *, replace: bool = False) -> Brought:
    source = folder / "phone" / name
    source.parent.mkdir(exist_ok=True)
    source.write_bytes(raw)
    return asyncio.run(brought(source, folder / "phone", folder / "clips", SHEET, replace))


@pytest.mark.parametrize("name", ["1.wav", "001.wav", "01 预警.WAV", "1_again.wav", f"{FIRST.words}.wav"])
def test_a_number_or_the_sentence_itself_is_a_name(name: str, tmp_path: Path) -> None:
    done = take(tmp_path, name, GOOD)
    assert done.target == tmp_path / "clips" / f"{FIRST.words}.wav"
    assert done.target.read_bytes() == GOOD
    assert not list((tmp_path / "clips").glob("*.new"))


@pytest.mark.parametrize("name", ["20261130_101500.wav", "录音 1.wav", "999.wav", "别的。.wav"])
def test_any_other_name_tells_nothing(name: str, tmp_path: Path) -> None:
    done = take(tmp_path, name, GOOD)
    assert done.entry is None
    assert not (tmp_path / "clips").exists()
    assert not numbered(Path("20261130_101500.wav"))
    assert entry_of(Path("a/2.wav"), Path("a"), SHEET) == SHEET[1]


def test_what_must_be_recorded_again_is_not_copied(tmp_path: Path) -> None:
    done = take(tmp_path, "1.wav", file_of(speech(20)))
    assert [remark.kind for remark in done.remarks] == ["slow"], "another sentence"
    assert done.target is None
    assert not (tmp_path / "clips").exists()


def test_what_is_there_stays_until_somebody_says_replace(tmp_path: Path) -> None:
    take(tmp_path, "1.wav", GOOD)
    other = file_of(speech(8, level_db=-22), "MP3")
    kept = take(tmp_path, "1.mp3", other)
    assert kept.target is None
    assert kept.stands == tmp_path / "clips" / f"{FIRST.words}.wav"
    assert take(tmp_path, "1.mp3", other, replace=True).target
    assert [file.name for file in (tmp_path / "clips").iterdir()] == [f"{FIRST.words}.mp3"], (
        "one file a sentence"
    )


def test_a_telephones_format_becomes_wav(tmp_path: Path) -> None:
    av = pytest.importorskip("av", reason="it needs the extra [codecs]")
    import io

    import numpy as np

    octets = io.BytesIO()
    with av.open(octets, "w", format="mp4") as file:
        stream = file.add_stream("aac", rate=16000, layout="mono")
        frame = av.AudioFrame.from_ndarray((speech(8)[None] * 32767).astype(np.int16), "s16", "mono")
        frame.sample_rate = 16000
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    assert take(tmp_path, "1.m4a", octets.getvalue()).target == tmp_path / "clips" / f"{FIRST.words}.wav"
    broken = take(tmp_path, "2.m4a", b"no sound at all")
    assert [remark.kind for remark in broken.remarks] == ["unreadable"]
