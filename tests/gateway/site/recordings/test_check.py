"""Each fault that a recording may have is planted, and told by its kind in a Chinese sentence."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import numpy as np
import pytest

from gateway.i18n import LANGUAGES
from gateway.site.recordings.check import heard, remarks
from gateway.site.recordings.names import Names
from gateway.site.recordings.remark import Grade, Remark
from gateway.site.recordings.sheet import sheet
from gateway.voice.text.spoken import spoken
from tests.support.spoken_files import RATE, file_of, speech

SENTENCE = "远离沟边河边，带好老人孩子。"
COUNT = 12
GOOD = file_of(speech(COUNT))


def told(raw: bytes, words: str = SENTENCE) -> dict[str, Grade]:
    return {remark.kind: remark.grade for remark in asyncio.run(heard(raw, "a.wav", words))}


def looked(folder: Path, files: dict[str, bytes]) -> list[Remark]:
    for name, raw in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(raw)
    entries = sheet()
    return asyncio.run(remarks(folder, entries, Names(None, entries)))


def test_a_good_recording_has_no_remark() -> None:
    assert len(re.findall(r"[\u3400-\u9fff]", spoken(SENTENCE).words)) == COUNT
    assert told(GOOD) == {}
    assert told(file_of(speech(COUNT), "MP3")) == {}


@pytest.mark.parametrize(
    ("raw", "kind", "grade"),
    [
        (file_of(speech(COUNT, level_db=-48, noise_db=-90)), "quiet", Grade.MEND),
        (file_of(speech(COUNT, level_db=-37, noise_db=-90)), "quiet", Grade.NOTE),
        (file_of(speech(COUNT, level_db=0)), "clipped", Grade.MEND),
        (file_of(speech(COUNT, noise_db=-35)), "noise", Grade.MEND),
        (file_of(speech(COUNT, noise_db=-45)), "noise", Grade.NOTE),
        (file_of(speech(COUNT, noise_db=-70, hum_db=-36)), "hum", Grade.MEND),
        (file_of(speech(COUNT, lead_s=2.0)), "lead", Grade.MEND),
        (file_of(speech(COUNT, lead_s=1.0)), "lead", Grade.NOTE),
        (file_of(speech(COUNT, tail_s=2.5)), "tail", Grade.MEND),
        (file_of(speech(COUNT)[int(0.5 * RATE) :]), "lead_cut", Grade.MEND),
        (file_of(speech(COUNT)[: -int(0.55 * RATE)]), "tail_cut", Grade.MEND),
        (file_of(speech(COUNT, pace=290)), "fast", Grade.MEND),
        (file_of(speech(COUNT, pace=225)), "fast", Grade.NOTE),
        (file_of(speech(COUNT, pace=90)), "slow", Grade.MEND),
        (file_of(speech(COUNT, pace=135)), "slow", Grade.NOTE),
        (file_of(speech(COUNT)[::2], rate=RATE // 2), "narrow", Grade.NOTE),
        (file_of(np.zeros(2 * RATE)), "silent", Grade.MEND),
        (file_of(speech(2, lead_s=0, tail_s=0)), "length", Grade.MEND),
        (b"", "empty", Grade.MEND),
        (b"no sound at all", "unreadable", Grade.MEND),
        (GOOD[: len(GOOD) // 2], "cut_off", Grade.MEND),
        (file_of(np.stack([speech(COUNT)] * 3, axis=1)), "channels", Grade.MEND),
        (file_of(speech(COUNT), rate=15999), "rate", Grade.MEND),
    ],
)
def test_each_fault_is_told_by_its_kind(raw: bytes, kind: str, grade: Grade) -> None:
    assert told(raw).get(kind) is grade


def test_where_the_words_are_free_their_number_is_not_asked() -> None:
    assert told(file_of(speech(COUNT, pace=90)), words="") == {}
    assert told(file_of(speech(80)), words="") == {"long": Grade.NOTE}


def test_a_folder_is_told_file_by_file_and_what_is_missing_last(tmp_path: Path) -> None:
    found = looked(
        tmp_path,
        {
            f"{SENTENCE}.wav": GOOD,
            "预警广播，预警广播.wav": file_of(speech(8)),
            "warning-red.wav": file_of(speech(9)),
            "warning-red.mp3": file_of(speech(10), "MP3"),
            "lift.wav": file_of(speech(9)),
            "通知.m4a": b"phone",
            "notes.txt": b"no sound",
            ".trashed.wav": b"",
        },
    )
    kinds = [(remark.file, remark.kind) for remark in found if remark.grade is Grade.MEND]
    assert kinds == [
        ("warning-red.wav", "twice"),
        ("warning-red.wav", "same"),
        ("通知.m4a", "format"),
        ("预警广播，预警广播.wav", "name"),
    ]
    missing = [remark.file for remark in found if remark.grade is Grade.MISSING]
    assert SENTENCE not in missing
    assert "预警广播，预警广播。" in missing
    assert "warning-red" not in missing
    assert len(missing) == len([entry for entry in sheet() if entry.needed]) - 3
    assert [remark.grade for remark in found][-len(missing) :] == [Grade.MISSING] * len(missing)


def test_an_enormous_file_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "lift.wav").open("wb") as film:
        film.truncate(10 * 2**30)
    (remark,) = (one for one in looked(tmp_path, {}) if one.grade is Grade.MEND)
    assert remark.kind == "large"
    assert "10737 MB" in remark.saw("zh")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_remark_says_what_was_seen_what_was_expected_and_what_to_do(lang: str, tmp_path: Path) -> None:
    files = {
        f"{SENTENCE}.wav": file_of(speech(COUNT, level_db=-48, noise_db=-60, lead_s=2, tail_s=2, pace=290)),
        "x.wav": file_of(speech(COUNT, level_db=0, hum_db=-10)),
        "y/lift.wav": b"",
        "lift.amr": b"",
        "110000000001/lift 99X99.wav": b"x",
        "110000000001/lefft.wav": GOOD[:9000],
    }
    for remark in looked(tmp_path, files):
        for text in (remark.saw(lang), remark.want(lang), remark.do(lang)):
            assert text
            assert "{" not in text
            assert "[" not in text
            assert "?" not in text
