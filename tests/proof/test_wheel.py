"""The wheel holds the licences of the parts that it uses, and neither a model nor a style of a voice."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel as the build makes it."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_it_holds_its_licence_and_the_notice(wheel: zipfile.ZipFile) -> None:
    held = {name.partition(".dist-info/")[2]: name for name in wheel.namelist()}
    notice = wheel.read(held["licenses/docs/NOTICE"]).decode("utf-8")
    assert notice == (ROOT / "docs/NOTICE").read_text("utf-8")
    assert wheel.read(held["licenses/LICENSE"]) == (ROOT / "LICENSE").read_bytes()
    named = ("hexgrad", "thewh1teagle", "kokoro-js", "Koniwa", "SIWIS", "CC BY", "synthetic audio", "GPL-3.0")
    assert [name for name in named if name not in notice] == []
    metadata = wheel.read(held["METADATA"]).decode("utf-8")
    assert metadata.count("License-File:") == 2


def test_it_holds_no_model_and_no_style(wheel: zipfile.ZipFile) -> None:
    assert [name for name in wheel.namelist() if name.endswith((".onnx", ".bin", ".npz"))] == []
    (largest, *_) = sorted(wheel.infolist(), key=lambda member: -member.file_size)
    assert largest.filename.endswith("dictionary.sqlite")
