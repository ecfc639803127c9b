"""Serial ports and sockets of lines: whether a driver could open one now. Nothing is sent."""

from __future__ import annotations

import errno
import fcntl
import getpass
import grp
import os
import socket
import stat
from pathlib import Path
from urllib.parse import urlsplit

from gateway.config.lines import LineTable
from gateway.i18n import phrase

REACH_S = 3.0
"""A host that takes longer to answer a connection counts as absent. Our choice."""


def reach(host: str | None, port: int) -> str | None:
    """Connect and hang up. Returns why nobody answers; None where somebody does."""
    try:
        socket.create_connection((host, port), REACH_S).close()
    except OSError as error:
        return error.strerror or str(error)
    return None


def fault(line: LineTable, lang: str) -> str | None:
    """A sentence on why the line's port cannot be opened, and what to do; None where it can."""
    if "://" in line.port:
        where = urlsplit(line.port)
        why = reach(where.hostname, where.port or 0)
        return phrase("port_wrong", lang, port=line.port, why=why) if why else None
    port = Path(line.port)
    try:
        if not stat.S_ISCHR(port.stat().st_mode):
            return phrase("port_file", lang, port=port)
    except OSError:
        return phrase("port_absent_simulated" if line.simulated else "port_absent", lang, port=port)
    if not os.access(port, os.R_OK | os.W_OK):
        return phrase("port_locked", lang, port=port, group=_group(port), user=getpass.getuser())
    return _opened(port, lang)


def _opened(port: Path, lang: str) -> str | None:
    """Open the port and lock it for a moment, as a driver would."""
    try:
        descriptor = os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.EBUSY:
            return phrase("port_busy", lang, port=port, who=_holders(port))
        return phrase("port_wrong", lang, port=port, why=error.strerror)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return phrase("port_busy", lang, port=port, who=_holders(port))
    finally:
        os.close(descriptor)
    return None


def _group(port: Path) -> str:
    """The group that may open the port; `dialout` where it has no name."""
    try:
        return grp.getgrgid(port.stat().st_gid).gr_name
    except (KeyError, OSError):
        return "dialout"


def _holders(port: Path) -> str:
    """The programs that have the port open, as far as this user may see: `name (pid)`."""
    real = str(port.resolve())
    holders = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if process.name != str(os.getpid()) and any(
                str(open_file.readlink()) == real for open_file in (process / "fd").iterdir()
            ):
                holders.append(f"{(process / 'comm').read_text().strip()} ({process.name})")
        except OSError:
            continue
    return ", ".join(holders)
