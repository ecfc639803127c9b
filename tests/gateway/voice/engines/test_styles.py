"""The file of a style: where it is looked for, and what is said of one that is missing or wrong."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from gateway.config.voice import OTHER_TONES, STYLES, KokoroTable
from gateway.i18n import sentence
from gateway.model.reason import Reason
from gateway.voice.engines import styles
from gateway.voice.engines.styles import BYTES, SHA256, fault, file_of

CONTENT = bytes(range(256)) * (BYTES // 256)
"""The size of a style, and no style."""


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The two folders of styles: the program's and the site's."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "program"))
    own, of_site = styles.folders(tmp_path / "data")
    for place in (own, of_site):
        place.mkdir(parents=True)
    return own, of_site


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(styles, "SHA256", {"zm_yunjian": hashlib.sha256(CONTENT).hexdigest()})


def test_every_style_that_may_be_chosen_has_a_checksum() -> None:
    assert set(SHA256) == set(STYLES)
    assert OTHER_TONES not in SHA256
    assert BYTES == 522_240


@pytest.mark.usefixtures("known")
def test_the_programs_own_folder_goes_before_the_sites(places: tuple[Path, Path], tmp_path: Path) -> None:
    table, data = KokoroTable(), tmp_path / "data"
    why = fault(table, data)
    assert why
    assert why.reason is Reason.VOICE_STYLE
    assert "tongluo voice install zm_yunjian" in sentence(why)
    for place in reversed(places):
        (place / "zm_yunjian.bin").write_bytes(CONTENT)
        assert file_of(table, data) == place / "zm_yunjian.bin"
        assert fault(table, data) is None
    assert file_of(table, None) == places[0] / "zm_yunjian.bin"
    assert file_of(KokoroTable(style="zf_xiaoxiao"), data) is None


def test_a_file_of_the_sites_own_is_known_by_its_size_alone(tmp_path: Path) -> None:
    own = tmp_path / "own.bin"
    table = KokoroTable(style_file=own)
    assert str(own) in sentence(fault(table, None))  # type: ignore[arg-type]
    own.write_bytes(CONTENT)
    assert fault(table, None) is None
    own.write_bytes(CONTENT[:-1])
    assert "读到 522239 B，应为 522240 B" in sentence(fault(table, None))  # type: ignore[arg-type]


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("content", [CONTENT[:4096], b"", CONTENT[:-1] + b"\0", CONTENT + b"\0"])
def test_a_file_that_was_cut_short_or_changed_is_refused_with_what_was_seen(
    places: tuple[Path, Path], content: bytes
) -> None:
    (places[0] / "zm_yunjian.bin").write_bytes(content)
    why = fault(KokoroTable(), None)
    assert why
    assert why.reason is Reason.VOICE_SPOILT
    said = sentence(why)
    assert str(places[0] / "zm_yunjian.bin") in said
    assert "读到" in said
    assert "应为" in said
    assert "tongluo voice install zm_yunjian" in said


def test_a_file_that_cannot_be_read_is_told(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    (places[0] / "zm_yunjian.bin").write_bytes(CONTENT)

    def refused(file: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(file))

    monkeypatch.setattr(Path, "read_bytes", refused)
    assert "Permission denied" in sentence(fault(KokoroTable(), None))  # type: ignore[arg-type]
