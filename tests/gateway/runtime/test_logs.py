"""Lines with their fields, and no secret in any of them, however it gets there."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.runtime import logs
from gateway.runtime.logs import HIDDEN, Form, about
from tests.support.county import START, cap
from tests.support.processes import free_port, until
from tests.support.world import World

FINCH = "finch-f00dfeed/secret+value=="
Start = Callable[..., StringIO]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """The log as `tongluo run` sets it up, into a string; afterwards as it was."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    told = StringIO()

    def begin(form: Form = "text", *secrets: str, journal: bool = False) -> StringIO:
        monkeypatch.setattr(sys, "stderr", told)
        logs.start(form, secrets, journal)
        return told

    yield begin
    root.handlers[:], _ = before
    root.setLevel(before[1])


log = logging.getLogger("gateway.somewhere")


def test_a_line_says_when_how_grave_where_what_and_about_what(start: Start) -> None:
    told = start()
    with about(alert="a1", plan="p1"):
        log.warning("it %s", "went", extra={"speaker": "square"})
    log.info("done")
    first, second = told.getvalue().splitlines()
    assert first.endswith("WARNING gateway.somewhere: it went alert=a1 plan=p1 speaker=square")
    assert first[:4].isdigit()
    assert first[23:29] == "+08:00"
    assert second.endswith("INFO gateway.somewhere: done")


def test_the_same_as_json(start: Start) -> None:
    told = start("json")
    with about(alert="a1"):
        log.error("石桥 %s", '"quoted"\nand broken')
    line = json.loads(told.getvalue())
    assert line["said"] == '石桥 "quoted"\nand broken'
    assert line["alert"] == "a1"
    assert line["level"] == "error"
    assert told.getvalue().count("\n") == 1


def test_under_systemd_the_journal_learns_the_level(start: Start) -> None:
    told = start(journal=True)
    log.critical("down")
    assert told.getvalue() == "<2>CRITICAL gateway.somewhere: down\n"


def test_the_subject_of_a_task_stands_in_the_lines_of_the_tasks_it_starts(start: Start) -> None:
    told = start()

    async def driver() -> None:
        await asyncio.sleep(0)
        logging.getLogger("drivers.wire").info("an answer")

    async def story() -> None:
        with about(plan="p1"):
            task = asyncio.create_task(driver())
        log.info("outside")
        await task

    asyncio.run(story())
    outside, inside = told.getvalue().splitlines()
    assert "plan" not in outside
    assert inside.endswith("drivers.wire: an answer plan=p1")


@given(st.text())
def test_a_line_stays_one_line_whatever_a_stranger_sends(text: str) -> None:
    for form in ("text", "json"):
        record = logging.LogRecord("x", 20, "f", 1, "saw %s", (text,), None)
        record.alert = text
        assert len(logs.LineFormatter(form).format(record).splitlines()) == 1


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_secret_never_appears_by_whatever_door(start: Start, form: Form) -> None:
    told = start(form, f"{FINCH}\n", "second\\finch\twith tab")
    log.info("plain %s", FINCH)
    log.info(f"in the message {FINCH}")  # noqa: G004 - the door that is tested
    log.info("in a value %r", {"password": FINCH, "other": "second\\finch\twith tab"})
    with about(source=FINCH):
        log.info("in a field")
    try:
        raise ValueError(f"in an exception {FINCH}")
    except ValueError:
        log.exception("it failed")
    log.info("in a URL https://x/?token=unknown-but-a-token&y=1 and Authorization: Bearer abc.def-ghi")
    log.info("-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----")
    said = told.getvalue()
    assert "finch" not in said
    assert "unknown-but-a-token" not in said
    assert "abc.def" not in said
    assert "MHcC" not in said
    assert said.count(HIDDEN) >= 8
    assert "y=1" in said
    assert "it failed" in said


def test_every_line_of_a_key_file_is_a_secret_and_a_short_word_is_not(start: Start) -> None:
    told = start("text", "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqh\n-----END PRIVATE KEY-----\n", "abc")
    log.info("MIIEvQIBADANBgkqh abc BEGIN")
    assert f"{HIDDEN} abc BEGIN" in told.getvalue()


def test_a_warnings_journey_can_be_followed_by_its_key(start: Start, virtual: Callable[[Any], Any]) -> None:
    told = start("json")

    async def story() -> None:
        world = World(1, START)
        await world.start()
        await world.send(cap("A1", START))
        await asyncio.sleep(60)
        key = world.ledger.documents()[0].key
        await world.end()
        lines = [json.loads(line) for line in told.getvalue().splitlines()]
        mine = [line for line in lines if line.get("alert") == key]
        assert next(line["said"] for line in mine) == "judged: air (aired)"
        assert {line["line"] for line in mine if line["said"].startswith("a burst starts")} == {
            *("chip-a", "horns", "field")
        }
        assert {line["speaker"] for line in mine if line["said"].startswith("ended")} >= {"a", "h1", "f1"}

    virtual(story())


def test_the_daemon_tells_nobody_its_secrets(tmp_path: Path) -> None:
    """Real tokens and keys in real files, a daemon in trouble with all of them, and every byte of what it
    writes. Each secret comes to a line of the log: as the name of an element that no format knows."""
    port, key, token = free_port(), "c0ffee" * 10 + "beef", "finch-f00dfeed.secret_value"
    (tmp_path / "county.token").write_text(token)
    (tmp_path / "field.key").write_text(key)
    (tmp_path / "site.toml").write_text(
        '[[village]]\ncode = "341523104201"\nname = "石桥村"\n'
        '[[speaker]]\nid = "a"\nname = "广场"\nregion = "341523104201"\nline = "l"\n'
    )
    (tmp_path / "gateway.toml").write_text(
        f'data = "data"\nseed = "site.toml"\nlog = "json"\n[http]\nport = {port}\n'
        '[[source]]\nkind = "http"\nname = "county"\ntoken_file = "county.token"\nsenders = ["a@b"]\n'
        '[[broker]]\nname = "gone"\nhost = "127.0.0.1"\n'
        'port = 1\nusername = "u"\npassword_file = "county.token"\n'
        f'[[line]]\nname = "l"\nprotocol = "openhorn"\nport = "{tmp_path}/none"\nkey_file = "field.key"\n'
    )
    command = [sys.executable, "-m", "gateway.cli", "--config", str(tmp_path / "gateway.toml"), "run"]
    with (tmp_path / "log").open("wb") as file:
        process = subprocess.Popen(command, stderr=file, stdout=file, env=dict(os.environ))

    def serves() -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/livez").status_code == 200
        except httpx.HTTPError:
            return False

    try:
        assert until(serves, 30), (tmp_path / "log").read_text()
        owner = (tmp_path / "data" / "owner.token").read_text().strip()
        bodies = [f"<alert>{token} {key}", *(f"<x.{secret}/>" for secret in (token, key, owner))]
        for body, bearer in product(bodies, (token, "wrong")):
            httpx.post(
                f"http://127.0.0.1:{port}/api/v1/alerts",
                content=body.encode(),
                headers={"Authorization": f"Bearer {bearer}"},
            )
        httpx.get(f"http://127.0.0.1:{port}/?token={owner}")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)
    said = (tmp_path / "log").read_text()
    assert "told to stop" in said
    assert "unreadable" in said
    assert all(json.loads(line)["said"] for line in said.splitlines())
    assert said.count(f"x.{HIDDEN}") >= 3, "each of them was to be written"
    for secret in (token, "finch", key, owner):
        assert secret not in said
