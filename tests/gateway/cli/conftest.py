"""Fixtures of the command line."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.support.command import TOKEN, Gateway


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    desk = Gateway()

    class Answering(BaseHTTPRequestHandler):
        def answer(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length", 0)))
            ask = f"{self.command} {self.path.removeprefix('/api/v1/')}"
            desk.asked.append((ask, self.headers.get("content-type", ""), raw))
            status: int = 401
            body: object = {"detail": "token"}
            if self.headers.get("authorization") == f"Bearer {TOKEN}":
                waiting = desk.answers.get(ask, [(404, {})])
                status, body = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            said = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - the names http.server looks for

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    desk.url = f"http://127.0.0.1:{server.server_port}"
    yield desk
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works in a folder of its own, without the environment's TONGLUO_*."""
    for variable in ("CONFIG", "URL", "LANG", "TOKEN"):
        monkeypatch.delenv(f"TONGLUO_{variable}", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path
