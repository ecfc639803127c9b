"""Services that call."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import httpx

from gateway.config.sources import FeedSource
from tests.support.office import Virtual, ask, daemon
from tests.support.world import World


def test_a_call_of_caiyun_makes_its_feed_be_asked(virtual: Virtual, tmp_path: Any) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        living, asked = daemon(world), []
        secret = tmp_path / "secret"
        secret.write_bytes(b"s3cret\n")
        feed = FeedSource(
            kind="feed", name="caiyun", url="https://a.example/", senders=("caiyun",), hook_secret_file=secret
        )
        living.config = living.config.model_copy(update={"sources": (*living.config.sources, feed)})
        living.feeds["caiyun"] = lambda: asked.append(1)
        body = {
            "event": "ALERT_ON",
            "alert_id": "a",
            "nonce": "n",
            "signature": hashlib.sha1(b"s3cretan").hexdigest(),
        }
        assert (await client.post("/api/v1/hooks/caiyun", content=json.dumps(body))).status_code == 202
        forged = json.dumps({**body, "nonce": "m"})
        assert (await client.post("/api/v1/hooks/caiyun", content=forged)).status_code == 401
        assert (await client.post("/api/v1/hooks/county", content=json.dumps(body))).status_code == 401
        assert asked == [1]

    ask(virtual, story)
