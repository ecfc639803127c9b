"""Speech on the disk: what was put there, whole, or nothing; never an error that would silence somebody."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.voice.sound.shelf import KIND, PIECES, Shelf


def test_what_was_put_there_is_found_also_by_the_next_process(tmp_path: Path) -> None:
    Shelf(tmp_path / "speech").put("one", b"sound")
    assert Shelf(tmp_path / "speech").get("one") == b"sound"
    assert Shelf(tmp_path / "speech").get("another") is None


@pytest.mark.parametrize(
    "spoil", [lambda b: b[:-1], lambda b: b[:10], lambda b: b"", lambda b: b[:40] + b"x" + b[41:]]
)
def test_what_is_cut_or_spoilt_is_taken_for_none_and_made_again(tmp_path: Path, spoil: Any) -> None:
    shelf = Shelf(tmp_path)
    shelf.put("one", b"a finished sentence")
    (file,) = tmp_path.glob("*.speech")
    file.write_bytes(spoil(file.read_bytes()))
    assert shelf.get("one") is None
    shelf.put("one", b"a finished sentence")
    assert shelf.get("one") == b"a finished sentence"


def test_the_oldest_goes_and_what_was_asked_for_counts_as_new(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, most_bytes=3 * (100 + 32))
    for number, name in enumerate(("one", "two", "three")):
        shelf.put(name, bytes(100))
        for file in tmp_path.glob("*.speech"):
            os.utime(file, ns=(0, file.stat().st_mtime_ns - number))
    for number, name in enumerate(("one", "two", "three")):
        os.utime(shelf._file(name), (number, number))
    assert shelf.get("one")
    shelf.put("four", bytes(100))
    assert [name for name in ("one", "two", "three", "four") if shelf.get(name)] == ["one", "three", "four"]


def test_a_full_disk_is_told_once_and_harms_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    shelf = Shelf(tmp_path)
    for name in ("one", "two", "three"):
        shelf.put(name, b"x")
        assert shelf.get(name) is None
    assert caplog.text.count("No space left") == 1
    monkeypatch.undo()
    shelf.put("one", b"x")
    assert shelf.get("one") == b"x"


def test_a_really_full_disk_loses_the_copy_and_not_the_sound() -> None:
    """/dev/full answers every write as a full disk does; /proc takes no folder."""
    shelf = Shelf(Path("/proc/tongluo"))
    shelf.put("one", b"x")
    assert shelf.get("one") is None


def test_a_clock_that_was_set_back_does_not_take_what_was_just_put(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, most_bytes=3 * (100 + 32))
    for name in ("one", "two", "three"):
        shelf.put(name, bytes(100))
        os.utime(shelf._file(name), (4e9, 4e9))
    shelf.put("four", bytes(100))
    assert shelf.get("four")


def test_what_a_crash_left_half_written_is_swept(tmp_path: Path) -> None:
    (tmp_path / "half.new").write_bytes(b"x")
    Shelf(tmp_path).put("one", b"sound")
    assert [file.suffix for file in tmp_path.iterdir()] == [".speech"]


def test_finished_sentences_of_an_earlier_version_are_swept_and_nothing_else(tmp_path: Path) -> None:
    for name in ("sentence.speech", "half.new", "letter.txt"):
        (tmp_path / name).write_bytes(b"x")
    shelf = Shelf(tmp_path, kind=PIECES, former=KIND)
    shelf.put("one", b"sound")
    assert sorted(file.suffix for file in tmp_path.iterdir()) == [".piece", ".txt"]
    assert shelf.get("one") == b"sound"


def test_thousands_of_small_sounds_cost_no_look_at_the_folder_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder is read once, whatever is put, taken and let go."""
    looks: list[Path] = []
    scandir = os.scandir

    def looked(folder: Path) -> object:
        looks.append(folder)
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", looked)
    shelf = Shelf(tmp_path, most_bytes=100 * (10 + 32))
    for number in range(500):
        shelf.put(str(number), bytes(10))
        assert shelf.full is (number >= 90)
        assert shelf.get(str(number)) is not None
    assert looks == [tmp_path]
    monkeypatch.undo()
    assert len(list(tmp_path.iterdir())) == 100


@settings(max_examples=30, deadline=None)
@given(puts=st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 60)), max_size=25))
def test_the_bytes_on_the_disk_are_those_that_are_reckoned(puts: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder), most_bytes=200)
        for key, size in puts:
            shelf.put(key, bytes(size))
            assert shelf.get(key) == bytes(size), "the newest is there"
            on_disk = sum(file.stat().st_size for file in Path(folder).iterdir())
            assert on_disk <= 200
            assert on_disk == shelf._bytes


def test_what_disappears_from_the_disk_is_missing_and_harms_nobody(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, most_bytes=2 * (100 + 32))
    shelf.put("one", bytes(100))
    for file in tmp_path.iterdir():
        file.unlink()
    assert shelf.get("one") is None
    assert "one" not in shelf
    for name in ("two", "three", "four"):
        shelf.put(name, bytes(100))
    assert [name for name in ("two", "three", "four") if shelf.get(name)] == ["three", "four"]


def test_a_folder_that_takes_nothing_still_gives_what_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(tmp_path)
    shelf.put("one", b"sound")

    def read_only(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    for door in ("touch", "write_bytes", "unlink", "rename"):
        monkeypatch.setattr(Path, door, read_only)
    assert shelf.get("one") == b"sound"
    shelf.put("two", b"sound")
    assert shelf.get("two") is None


def test_a_folder_that_cannot_be_read_has_no_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: Path) -> bool:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "exists", fails)
    assert "a" not in Shelf(tmp_path)
