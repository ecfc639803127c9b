"""Webhooks over a real daemon of the simulated county, and at a real HTTP server."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.config.config import load
from gateway.config.table import ConfigWrong
from gateway.intake.readers import parse
from gateway.model.alarm import Alarm, AlarmKind
from gateway.model.alert import Alert
from gateway.model.event import Accepted, AlarmChanged
from gateway.model.reason import Reason, Why
from gateway.model.verdict import Air
from gateway.monitoring.webhooks import TRIES, WAITING, Hook, Webhook, signature
from tests.support.county import START, cap
from tests.support.world import World

Virtual = Callable[[Any], Any]
SECRET = b"a-secret-of-the-duty-room"


class Duty:
    """Who is called; `answers` are given in turn, the last for ever."""

    def __init__(self, *answers: int) -> None:
        self.calls: list[dict[str, Any]] = []
        self.tries = 0
        self._answers = list(answers) or [200]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.tries += 1
        told = dict(part.split("=") for part in request.headers["tongluo-signature"].split(","))
        mac = hmac.new(SECRET, f"{told['t']}.".encode() + request.content, hashlib.sha256)
        assert told["v1"] == mac.hexdigest()
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if answer == 0:
            raise httpx.ConnectError("nobody there")
        if answer < 300:
            self.calls.append(json.loads(request.content))
        return httpx.Response(answer)


def alerts(world: World) -> Callable[[str], Alert | None]:
    """Finds a document of the world's ledger by its key."""

    def alert(key: str) -> Alert | None:
        document = world.ledger.document(key)
        return document.alert if document else None

    return alert


def hooked(
    virtual: Virtual, duty: Duty, story: Callable[[World, Webhook], Any], events: Any = ("alarm", "verdict")
) -> None:
    async def run() -> None:
        world = World(1, START)
        await world.start()
        hook = Hook("https://duty.example/", SECRET, events)
        webhook = Webhook(hook, world.clock.now, alerts(world), httpx.MockTransport(duty))
        world.living.shared.events.listen(webhook.note)
        running = asyncio.create_task(webhook.run())
        await story(world, webhook)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await world.end()

    virtual(run())


def alarms(world: World) -> Any:
    return world.living.shared.alarms


def test_alarms_are_told_when_raised_and_when_cleared_signed(virtual: Virtual) -> None:
    duty = Duty()

    async def story(world: World, _: Webhook) -> None:
        alarms(world).set(AlarmKind.LINE, "x", Why(Reason.LINE_DOWN, {"line": "x"}))
        await asyncio.sleep(60)
        alarms(world).clear(AlarmKind.LINE, "x")
        await asyncio.sleep(1)

    hooked(virtual, duty, story)
    assert [(call["name"], call["change"], call["number"]) for call in duty.calls] == [
        ("line x", "raised", 1),
        ("line x", "cleared", 2),
    ]
    assert duty.calls[0]["reason"] == "line_down"


def test_a_call_is_these_bytes(virtual: Virtual) -> None:
    """A receiver checks a signature over them."""
    bodies: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(request.content)
        return httpx.Response(200)

    async def story() -> None:
        (red,) = parse(cap("A1", START))
        hook = Hook("https://duty.example/", SECRET, ("alarm", "verdict"))
        webhook = Webhook(
            hook, lambda: START + timedelta(seconds=1), lambda _: red, httpx.MockTransport(answer)
        )
        why = Why(Reason.SOURCE_SILENT, {"source": "县局"})
        raised = Alarm(AlarmKind.SOURCE, "县局", why, START, rings=True)
        for alarm in (raised, replace(raised, cleared=START, acknowledged_by="李四")):
            webhook.note(AlarmChanged(alarm))
        webhook.note(Accepted(7, "d1", "2026-07-28T09:00:00+08:00", "k1", "A1", "s", Air(Why(Reason.AIRED))))
        running = asyncio.create_task(webhook.run())
        await asyncio.sleep(1)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    virtual(story())
    at, now = START.isoformat(), (START + timedelta(seconds=1)).isoformat()
    alarm = '"kind": "alarm", "name": "source 县局", "reason": "source_silent", "fields": {"source": "县局"}'
    assert [body.decode() for body in bodies] == [
        f'{{"number": 1, {alarm}, "since": "{at}", "cleared": null, "rings": true, "acknowledged_by": "",'
        f' "at": "{now}", "change": "raised"}}',
        f'{{"number": 2, {alarm}, "since": "{at}", "cleared": "{at}", "rings": true,'
        f' "acknowledged_by": "李四", "at": "{now}", "change": "cleared"}}',
        f'{{"number": 3, "kind": "accepted", "arrival": 7, "digest": "d1", "at": "{now}", "key": "k1",'
        ' "identifier": "A1", "sender": "s", "verdict": "air", "reason": "aired",'
        ' "fields": {}, "level": "red"}',
    ]


def test_only_reds_and_oranges_are_told_of_verdicts(virtual: Virtual) -> None:
    duty = Duty()

    async def story(world: World, _: Webhook) -> None:
        for level in "红黄橙蓝":
            await world.send(cap(f"A{level}", START, level=level))
        await asyncio.sleep(5)

    hooked(virtual, duty, story, ("verdict",))
    assert [(call["identifier"], call["level"]) for call in duty.calls] == [("A红", "red"), ("A橙", "orange")]
    assert duty.calls[0]["verdict"] == "air"


def test_a_hook_that_is_down_is_tried_again_and_delays_no_warning(virtual: Virtual) -> None:
    duty = Duty(0, 503, 429, 0, 200)

    async def story(world: World, _: Webhook) -> None:
        await world.send(cap("A1", START))
        await asyncio.sleep(10)
        assert world.heard("a", "A1"), "it sounds while the hook is down"
        assert duty.calls == []
        await asyncio.sleep(20)

    hooked(virtual, duty, story, ("verdict",))
    assert [call["identifier"] for call in duty.calls] == ["A1"]
    assert duty.tries == 5


def test_a_refusal_is_taken_at_its_word_and_the_next_call_goes_out(virtual: Virtual) -> None:
    duty = Duty(401, 200)

    async def story(world: World, _: Webhook) -> None:
        alarms(world).set(AlarmKind.LINE, "a", Why(Reason.LINE_DOWN, {"line": "a"}))
        alarms(world).set(AlarmKind.LINE, "b", Why(Reason.LINE_DOWN, {"line": "b"}))
        await asyncio.sleep(1)

    hooked(virtual, duty, story)
    assert [call["name"] for call in duty.calls] == ["line b"]


def test_nobody_there_for_a_day_costs_a_bounded_queue_and_ends(virtual: Virtual) -> None:
    duty = Duty(0)

    async def story(world: World, webhook: Webhook) -> None:
        for number in range(3 * WAITING):
            alarms(world).set(AlarmKind.LINE, str(number), Why(Reason.LINE_DOWN, {"line": "x"}))
        assert webhook.waiting == WAITING
        assert webhook.dropped == 2 * WAITING
        before = duty.tries
        await asyncio.sleep(2 * 3600)
        assert duty.tries - before <= 3 * TRIES

    hooked(virtual, duty, story)


def test_a_stuck_hook_is_not_taken_for_a_stuck_daemon(virtual: Virtual) -> None:
    duty = Duty(0)

    async def story(world: World, webhook: Webhook) -> None:
        alarms(world).set(AlarmKind.LINE, "a", Why(Reason.LINE_DOWN, {"line": "a"}))
        await asyncio.sleep(100)
        assert webhook.pulse.lived()
        assert webhook.pulse.lived()

    hooked(virtual, duty, story)


@pytest.fixture
def server() -> Iterator[tuple[int, list[tuple[str, bytes]]]]:
    """A real HTTP server that says yes."""
    heard: list[tuple[str, bytes]] = []

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            heard.append((self.headers["tongluo-signature"], body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    listening = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    yield listening.server_port, heard
    listening.shutdown()
    thread.join()
    listening.server_close()


def test_a_real_server_can_check_what_it_was_told(server: tuple[int, list[tuple[str, bytes]]]) -> None:
    port, heard = server

    async def story() -> None:
        webhook = Webhook(
            Hook(f"http://127.0.0.1:{port}/x", SECRET, ("alarm",)), lambda: START, lambda _: None
        )
        running = asyncio.create_task(webhook.run())
        why = Why(Reason.SOURCE_SILENT, {"source": "县局"})
        webhook.note(AlarmChanged(Alarm(AlarmKind.SOURCE, "县局", why, START, rings=True)))
        async with asyncio.timeout(10):
            while not heard:
                await asyncio.sleep(0.01)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    asyncio.run(story())
    told, body = heard[0]
    assert told == signature(SECRET, int(START.timestamp()), body)
    assert json.loads(body)["name"] == "source 县局"
    assert told != signature(b"another", int(START.timestamp()), body)


@pytest.mark.parametrize(
    ("url", "more", "good"),
    [
        ("https://duty.example/x", "", True),
        ("http://127.0.0.1:9/x", "", True),
        ("http://[::1]:9/x", "", True),
        ("http://localhost/x", "", True),
        ("http://duty.example/x", "", False),
        ("http://duty.example/x", "plain = true", True),
        ("http://127.0.0.1.evil.example/x", "", False),
        ("https://user:password@duty.example/", "", False),
        ("file:///etc/passwd", "plain = true", False),
        ("ftp://duty.example/", "plain = true", False),
        ("https://", "", False),
    ],
)
def test_which_urls_may_be_called(tmp_path: Path, url: str, more: str, good: bool) -> None:
    config = tmp_path / "gateway.toml"
    config.write_text(
        f'seed = "site.toml"\n[[line]]\nname = "l"\nprotocol = "tts_chip"\nport = "/x"\n'
        f'[[webhook]]\nurl = "{url}"\nsecret_file = "s"\n{more}\n'
    )
    if good:
        assert load(config).webhooks[0].secret_file == tmp_path / "s"
    else:
        with pytest.raises(ConfigWrong, match="url"):
            load(config)
