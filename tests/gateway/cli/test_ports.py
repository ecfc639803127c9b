"""Ports of lines, as `tongluo doctor` tries them: real pseudo-terminals and sockets."""

from __future__ import annotations

import fcntl
import os
import pty
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.cli.ports import fault, reach
from gateway.config.lines import LineTable
from gateway.i18n import phrase
from tests.support.processes import free_port


def line(port: str, simulated: bool = False) -> LineTable:
    return LineTable(name="square", protocol="tts_chip", port=port, simulated=simulated)


@contextmanager
def terminal() -> Iterator[str]:
    master, slave = pty.openpty()
    try:
        yield os.ttyname(slave)
    finally:
        os.close(slave)
        os.close(master)


def test_a_port_that_can_be_opened_has_no_fault() -> None:
    with terminal() as port:
        assert fault(line(port), "zh") is None
        assert fault(line(port), "zh") is None, "it was left as it had been"


def test_a_port_that_another_program_has_locked_is_busy() -> None:
    with terminal() as port:
        other = os.open(port, os.O_RDWR | os.O_NOCTTY)
        fcntl.flock(other, fcntl.LOCK_EX)
        found = fault(line(port), "en")
        os.close(other)
        assert found
        assert found.startswith(phrase("port_busy", "en", port=port, who="")[:20])
        assert fault(line(port), "en") is None


def test_an_absent_port_and_a_file_are_said_so(tmp_path: Path) -> None:
    absent = tmp_path / "ttyUSB0"
    assert fault(line(str(absent)), "zh") == phrase("port_absent", "zh", port=absent)
    assert fault(line(str(absent), True), "zh") == phrase("port_absent_simulated", "zh", port=absent)
    plain = tmp_path / "notes"
    plain.write_text("no serial port")
    assert fault(line(str(plain)), "zh") == phrase("port_file", "zh", port=plain)


def test_a_socket_is_connected_to_and_hung_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert reach("127.0.0.1", port) is None
        assert fault(line(f"rtu+tcp://127.0.0.1:{port}"), "zh") is None
    nobody = free_port()
    assert reach("127.0.0.1", nobody) == "Connection refused"
    found = fault(line(f"rtu+tcp://127.0.0.1:{nobody}"), "zh")
    assert found
    assert "Connection refused" in found
