"""Runs a program under the system call rules of our unit file, as systemd would: libseccomp through ctypes.

Arguments: unit file, then the command. The rules that need systemd itself (mounts, namespaces, device rules)
are not applied here. For the tests of gateway/service.
"""

from __future__ import annotations

import ctypes
import errno
import os
import subprocess
import sys
from pathlib import Path

ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
"""seccomp(2): SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO."""
PROT_WRITE, PROT_EXEC = 0x2, 0x4
PR_SET_NO_NEW_PRIVS = 38
NOT_EQUAL, EQUAL, MASKED_EQUAL = 1, 4, 7
"""libseccomp's SCMP_CMP_NE, SCMP_CMP_EQ, SCMP_CMP_MASKED_EQ."""


class Compare(ctypes.Structure):
    _fields_ = [
        ("arg", ctypes.c_uint),
        ("op", ctypes.c_int),
        ("a", ctypes.c_uint64),
        ("b", ctypes.c_uint64),
    ]


def settings(unit: Path) -> dict[str, list[str]]:
    """Every value of every key, in order."""
    found: dict[str, list[str]] = {}
    for line in unit.read_text("utf-8").splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(key, []).append(value)
    return found


def calls(name: str) -> set[str]:
    """A system call, or every one of a group, as systemd knows it."""
    if not name.startswith("@"):
        return {name}
    said = subprocess.run(
        ["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True
    ).stdout
    members = {line.strip() for line in said.splitlines()[1:] if line.strip() and "#" not in line}
    return set().union(*(calls(member) for member in members))


def allowed(unit: Path) -> set[str]:
    """The system calls that SystemCallFilter= and ProtectClock= leave."""
    known = settings(unit)
    left = calls("@default")
    for value in known["SystemCallFilter"]:
        for name in value.removeprefix("~").split():
            left = left - calls(name) if value.startswith("~") else left | calls(name)
    if known.get("ProtectClock") == ["yes"]:
        left -= calls("@clock")
    return left


class Filter:
    """A filter that refuses what is not allowed."""

    def __init__(self, default: int) -> None:
        self._lib = ctypes.CDLL("libseccomp.so.2", use_errno=True)
        self._lib.seccomp_init.restype = ctypes.c_void_p
        self._context = ctypes.c_void_p(self._lib.seccomp_init(ctypes.c_uint32(default)))

    def rule(self, action: int, call: str, *compares: Compare) -> None:
        number = self._lib.seccomp_syscall_resolve_name(call.encode())
        if number < 0:
            return
        array = (Compare * len(compares))(*compares)
        done = self._lib.seccomp_rule_add_array(
            self._context, ctypes.c_uint32(action), number, len(compares), array
        )
        assert done == 0, (call, done)

    def load(self) -> None:
        done = self._lib.seccomp_load(self._context)
        assert done == 0, done


def confine(unit: Path) -> None:
    known = settings(unit)
    left = allowed(unit)
    ctypes.CDLL(None).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if known.get("MemoryDenyWriteExecute") == ["yes"]:
        memory = Filter(ALLOW)
        both = PROT_WRITE | PROT_EXEC
        memory.rule(REFUSE, "mmap", Compare(2, MASKED_EQUAL, both, both))
        for call in ("mprotect", "pkey_mprotect"):
            memory.rule(REFUSE, call, Compare(2, MASKED_EQUAL, PROT_EXEC, PROT_EXEC))
        memory.load()
    families = known["RestrictAddressFamilies"][0].split()
    network = Filter(ALLOW)
    numbers = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}
    for other in set(range(46)) - {numbers[family] for family in families}:
        network.rule(REFUSE, "socket", Compare(0, EQUAL, other, 0))
    network.load()
    rest = Filter(REFUSE)
    for call in sorted(left):
        rest.rule(ALLOW, call)
    rest.load()


if __name__ == "__main__":
    confine(Path(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])
