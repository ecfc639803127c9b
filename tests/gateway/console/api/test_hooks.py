"""Services that call."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import httpx

from gateway.app.feeds import Feeds
from gateway.config.sources import FeedSource
from tests.support.api import Virtual, ask
from tests.support.county import CONFIG
from tests.support.world import World


def test_a_call_of_caiyun_makes_its_feed_be_asked(virtual: Virtual, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"s3cret\n")
    feed = FeedSource(
        kind="feed", name="caiyun", url="https://a.example/", senders=("caiyun",), hook_secret_file=secret
    )

    async def story(client: httpx.AsyncClient, world: World) -> None:
        asked: list[int] = []
        feeds = world.desk.feeds
        assert isinstance(feeds, Feeds)
        feeds.wake["caiyun"] = lambda: asked.append(1)
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

    ask(virtual, story, config=CONFIG.model_copy(update={"sources": (*CONFIG.sources, feed)}))
