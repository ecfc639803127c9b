"""The running program as a folder that runs by itself: a virtual environment with this code and all it needs.

The network is not used.
"""

from __future__ import annotations

import re
import shutil
import sys
import venv
from collections.abc import Collection
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from gateway.site.samples import configs

NAME = "tongluo"
MANUAL = "operations.md"
OURS = ("gateway", "drivers", "firmware_sim")
EXTRAS = ("voice", "wyoming", "edge", "codecs")
"""The extras of our package that a site may use. What is installed of them goes along."""
_REQUIREMENT = re.compile(r"^\s*([A-Za-z0-9][\w.-]*)(?:\[[^]]*])?[^;]*(?:;(.*))?$")
_EXTRA = re.compile(r"""extra\s*==\s*['"]([\w-]+)""")


def version() -> str:
    """The version of the running program."""
    return metadata.version(NAME)


def build(folder: Path, home: Path, python: Path | None = None) -> None:
    """Make `folder`, which will run as `home`. `python` is the interpreter it uses, of the same version as
    this one.

    Raises OSError.
    """
    venv.EnvBuilder(symlinks=True, with_pip=False).create(folder)
    if python:
        _use(folder, python)
    packages = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    for needed in sorted(closure(NAME, EXTRAS) - {NAME}):
        _copy(metadata.distribution(needed), packages)
    for package in OURS:
        spec = find_spec(package)
        assert spec is not None, package
        assert spec.submodule_search_locations, package
        shutil.copytree(next(iter(spec.submodule_search_locations)), packages / package)
    _copy_metadata(packages)
    share = folder / "share" / NAME
    shutil.copytree(configs(), share)
    manual = configs().parent / "docs" / MANUAL
    if manual.exists():  # beside the sources; in an installed wheel `configs()` holds it already
        shutil.copy2(manual, share)
    carry_styles(Path(sys.prefix), folder)
    for script, entry in ((NAME, "gateway.cli.main"), ("tongluo-sim", "firmware_sim.cli")):
        file = folder / "bin" / script
        file.write_text(f"#!{home}/bin/python\nfrom {entry} import main\n\nmain()\n", "utf-8")
        file.chmod(0o755)


def carry_styles(old: Path, new: Path) -> None:
    """Copy the styles of the neural voice from one such folder to another that lacks them. Raises OSError."""
    target = new / "share" / NAME / "voices"
    for style in sorted((old / "share" / NAME / "voices").glob("*.bin")):
        if not (target / style.name).exists():
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy2(style, target)


def closure(name: str, extras: Collection[str] = ()) -> set[str]:
    """A distribution with these extras of its own and everything it needs, as far as it is installed here.

    Names are those of their metadata.
    """
    names: dict[str, str] = {}
    wanted = [(name, frozenset(extras))]
    while wanted:
        next_name, chosen = wanted.pop()
        try:
            distribution = metadata.distribution(next_name)
        except metadata.PackageNotFoundError:
            continue  # a requirement of another system or Python, or an extra that is not installed
        proper = distribution.metadata["Name"]
        if proper.lower() in names:
            continue
        names[proper.lower()] = proper
        for requirement in distribution.requires or ():
            parts = _REQUIREMENT.match(requirement)
            extra = _EXTRA.search(parts[2] or "") if parts else None
            if parts and (extra is None or extra[1] in chosen):
                wanted.append((parts[1], frozenset()))
    return set(names.values())


def _use(folder: Path, python: Path) -> None:
    """Make the environment use another interpreter."""
    for link in (folder / "bin").glob("python*"):
        link.unlink()
        link.symlink_to(python)
    settings = folder / "pyvenv.cfg"
    text = re.sub(r"(?m)^home = .*$", f"home = {python.parent}", settings.read_text("utf-8"))
    settings.write_text(re.sub(r"(?m)^(executable|command) = .*\n", "", text), "utf-8")


def _copy(distribution: metadata.Distribution, packages: Path) -> None:
    for file in distribution.files or ():
        source = Path(str(distribution.locate_file(file)))
        if file.parts[0] == ".." or not source.is_file():
            continue  # scripts of other packages are not needed
        target = packages / Path(*file.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def _copy_metadata(packages: Path) -> None:
    """The copy must know its version and its licences, but not where this program was installed from."""
    own = metadata.distribution(NAME)
    for file in own.files or ():
        named = file.name in ("METADATA", "entry_points.txt", "WHEEL") or "licenses" in file.parts
        if file.parts[0].endswith(".dist-info") and named:
            target = packages / Path(*file.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(str(own.locate_file(file)), target)
