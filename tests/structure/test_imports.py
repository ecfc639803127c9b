"""The layers of `gateway/`.

A wrong import planted in any wing breaks the check, and so does a wing without a place.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = Path(sys.executable).with_name("lint-imports")
WINGS = sorted(init.parent.name for init in (ROOT / "gateway").glob("*/__init__.py"))
PLANTED = {
    **{f"gateway/{wing}": "from gateway.cli import main" for wing in WINGS if wing != "cli"},
    "gateway/cli": "import firmware_sim",
    "drivers": "import gateway.model",
    "firmware-sim/firmware_sim": "import gateway.model\nimport drivers.registry",
    "gateway/store/chain": "import gateway.store.copies.export",
}
"""By folder: an import that its layer forbids. The command line is the top layer; only the demo may import
the simulator, which imports no driver."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the sources and of the contracts."""
    for name in ("gateway", "drivers", "firmware-sim"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(copy: Path) -> subprocess.CompletedProcess[str]:
    """The check, over the copy instead of the installed packages."""
    path = f"{copy}:{copy / 'firmware-sim'}"
    command = [str(LINT), "--no-cache"]
    return subprocess.run(
        command, cwd=copy, env={"PYTHONPATH": path}, capture_output=True, text=True, check=False
    )


def module(folder: str) -> str:
    return ".".join(Path(folder.removeprefix("firmware-sim/")).parts) + ".planted"


def test_gateway_holds_folders_only() -> None:
    assert [file.name for file in (ROOT / "gateway").glob("*.py")] == ["__init__.py"]


def test_a_wrong_import_breaks_the_contract_in_every_wing(copy: Path) -> None:
    for folder, line in PLANTED.items():
        (copy / folder / "planted.py").write_text(f"{line}\n", "utf-8")
    said = lint(copy)
    assert said.returncode == 1, said.stdout + said.stderr
    broken = set(re.findall(r"^\s*-?\s*([\w.]+\.planted) -> ", said.stdout, re.MULTILINE))
    assert broken == {module(folder) for folder in PLANTED}
    kept = re.findall(r"^(.+) KEPT$", said.stdout, re.MULTILINE)
    assert kept == ["only the app opens a database: everything else knows the ledger by its contract"]


def test_a_wing_that_opens_the_database_itself_breaks_the_contract(copy: Path) -> None:
    wings = [wing for wing in WINGS if wing not in ("app", "store")]
    for wing in wings:
        line = "from gateway.store.sqlite.ledger import Ledger\n"
        (copy / "gateway" / wing / "planted.py").write_text(line, "utf-8")
    said = lint(copy)
    assert said.returncode == 1, said.stdout + said.stderr
    only_app = said.stdout.rpartition("only the app opens a database")[2]
    broken = re.findall(r"^\s*-?\s*gateway\.(\w+)\.planted -> gateway\.store\.sqlite", only_app, re.MULTILINE)
    assert sorted(broken) == wings


def test_a_new_wing_without_a_layer_breaks_the_contract(copy: Path) -> None:
    (copy / "gateway/newcomer").mkdir()
    (copy / "gateway/newcomer/__init__.py").write_text('"""A wing that no layer names."""\n', "utf-8")
    said = lint(copy)
    assert said.returncode != 0
    assert "newcomer" in said.stdout + said.stderr
