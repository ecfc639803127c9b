"""The C responder: built once, run as a process, its log of requests read as they come."""

from __future__ import annotations

import hashlib
import os
import select
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.support.needs import missing

SOURCE = Path(__file__).with_name("responder.c")
COMPILER = shutil.which("cc") or shutil.which("gcc")


def built() -> Path:
    """The program, compiled where its source has changed since; skipped without a C compiler."""
    digest = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]
    program = Path(tempfile.gettempdir()) / f"tongluo-responder-{os.getuid()}-{digest}"
    if not program.exists():
        if COMPILER is None:
            missing("the bench needs a C compiler: sudo apt install gcc")
        fresh = program.with_suffix(f".{os.getpid()}")
        subprocess.run([COMPILER, "-O2", "-Wall", "-o", fresh, SOURCE, "-lutil"], check=True)
        fresh.rename(program)
    return program


@dataclass(frozen=True)
class Asked:
    """A request as it reached a line: `at` in seconds of CLOCK_MONOTONIC; `value` of a read is its count."""

    at: float
    line: int
    unit: int
    function: int
    address: int
    value: int

    @property
    def wrote(self) -> bool:
        return self.function in (5, 6, 15, 16)


class Responder:
    """`lines` are paths or ports. `way`: rtu (pseudo-terminals below `folder`), rtutcp or tcp."""

    def __init__(self, way: str, count: int, folder: Path | None = None, *options: str) -> None:
        place = [str(folder)] if way == "rtu" else []
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
        command = [str(built()), *options, way, *place, str(count)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout
        self._log = self.process.stdout.fileno()
        self._rest = b""
        self.lines: list[str] = []
        while "ready" not in self.lines:
            assert select.select([self._log], [], [], 10)[0], "the responder did not start"
            self.lines += self._read()
        self.lines.remove("ready")
        os.set_blocking(self._log, False)

    def fileno(self) -> int:
        return self._log

    def asked(self) -> list[Asked]:
        """The requests since the last look."""
        found: list[Asked] = []
        for line in self._read():
            at, *numbers = line.split()
            found.append(Asked(int(at) / 1e9, *map(int, numbers)))
        return found

    def _read(self) -> list[str]:
        try:
            data = self._rest + os.read(self._log, 1 << 20)
        except BlockingIOError:
            return []
        *lines, self._rest = data.split(b"\n")
        return [line.decode() for line in lines]

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(10)
