"""Every refusal of the API is a reason with its fields and its sentence in both languages.

Covers gateway/console/api/orders.py too.
"""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from gateway.intake.readers import LARGEST
from gateway.model.reason import Reason
from tests.support.api import NOBODY, Virtual, ask
from tests.support.county import START
from tests.support.world import World

BY = {"person": "王芳"}
DRILL = {"places": ["nowhere"], "start": START.isoformat(), "end": START.isoformat(), **BY}
WRONG_NAME = {"phrase": "枫岗", "syllables": "feng1", **BY}
REFUSED: list[tuple[str, str, dict[str, Any], int, Reason]] = [
    ("GET", "alerts/none", {}, 404, Reason.UNKNOWN_ALERT),
    ("GET", "alerts/none/trace", {}, 404, Reason.UNKNOWN_ALERT),
    ("GET", "alerts/none/receipts", {}, 404, Reason.UNKNOWN_ALERT),
    ("POST", "alerts/none/approve", {"json": BY}, 404, Reason.UNKNOWN_ALERT),
    ("POST", "correct", {"json": {"key": "none", **BY}}, 404, Reason.NEVER_AIRED),
    ("POST", "stop", {"json": {"target": "none"}}, 404, Reason.UNKNOWN_TARGET),
    ("POST", "say", {"json": {"text": "一二三", "speakers": ["none"]}}, 404, Reason.UNKNOWN_SPEAKER),
    ("POST", "say", {"json": {"text": "洪水", "speakers": ["a"]}}, 409, Reason.TEST_WORDS),
    ("POST", "hold", {"json": {"minutes": 121, **BY}}, 409, Reason.HOLD_LENGTH),
    ("POST", "drills", {"json": DRILL}, 404, Reason.UNKNOWN_PLACE),
    ("DELETE", "drills/7?person=x", {}, 404, Reason.UNKNOWN_DRILL),
    ("POST", "alarms/none/acknowledge", {"json": BY}, 404, Reason.NOT_RINGING),
    ("GET", "quarantine/7", {}, 404, Reason.NOT_QUARANTINED),
    ("POST", "quarantine/7/release", {"json": BY}, 404, Reason.NOT_QUARANTINED),
    ("PUT", "readings-of-names", {"json": WRONG_NAME}, 409, Reason.PRONUNCIATION_WRONG),
    ("POST", "explain", {"content": b"rubbish"}, 409, Reason.UNKNOWN_FORMAT),
    ("POST", "explain", {"content": b"x" * (LARGEST + 1)}, 413, Reason.TOO_LARGE),
    ("POST", "alerts", {"content": b"x" * (LARGEST + 1)}, 413, Reason.TOO_LARGE),
    ("POST", "hooks/county", {"content": b"x" * 5000}, 413, Reason.TOO_LARGE),
    ("POST", "hooks/county", {"content": b"{}"}, 401, Reason.UNAUTHENTICATED),
]


def test_a_refusal_says_why_in_both_languages(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, _world: World) -> None:
        for method, path, body, status, reason in REFUSED:
            answer = await client.request(method, f"/api/v1/{path}", **body)
            assert answer.status_code == status, (method, path, answer.text)
            detail = answer.json()["detail"]
            assert detail["reason"] == reason, (method, path)
            assert re.search(r"[一-鿿]", detail["sentence"])
            english = detail["sentence_en"]
            for field, value in detail["fields"].items():
                if field in ("format", "formats") or value == "like_text":  # said in words of their own
                    continue
                assert value in detail["sentence"]
                english = english.replace(value, "")
            assert english
            assert not re.search(r"[一-鿿]", english)

    ask(virtual, story)


@pytest.mark.parametrize("path", ["alerts", "alerts/none", "health", "events"])
def test_a_request_without_a_token_is_told_what_is_needed(virtual: Virtual, path: str) -> None:
    async def story(client: httpx.AsyncClient, _world: World) -> None:
        answer = await client.get(f"/api/v1/{path}")
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["detail"]["sentence"] == "需要凭证：Authorization: Bearer …。"
        assert answer.json()["detail"]["sentence_en"] == "A bearer token is needed."

    ask(virtual, story, headers=NOBODY)


NAMES = "readings-of-names"
AS_JSON = {"headers": {"Content-Type": "application/json"}}
WRONG: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("POST", "stop", {"json": {}}, "请求不对：target（终端或预警），缺少这一项。请改正后再试。", "target"),
    (
        "POST",
        "hold",
        {"json": {"person": "王", "minutes": "很久"}},
        '请求不对：minutes（分钟数），应为数（读到 "很久"）。请改正后再试。',
        "minutes",
    ),
    (
        "POST",
        "drills",
        {"json": {**DRILL, "places": [], "start": "明天"}},
        "请求不对：places（地方），至少要有 1 项（读到 []）。请改正后再试。",
        "places",
    ),
    (
        "PUT",
        "readings-of-names",
        {"content": b"{", **AS_JSON},
        "请求不对，不是合法的 JSON。请改正后再试。",
        "",
    ),
    ("POST", "stop", {"json": []}, "请求不对，应为一组键和值（读到 []）。请改正后再试。", ""),
    ("DELETE", "hold", {}, "请求不对：person（操作人），缺少这一项。请改正后再试。", "person"),
]


def test_a_request_that_is_not_as_its_route_wants_it_is_told_which_key_and_what_was_expected(
    virtual: Virtual,
) -> None:
    async def story(client: httpx.AsyncClient, _world: World) -> None:
        for method, path, body, words, element in WRONG:
            answer = await client.request(method, f"/api/v1/{path}", **body)
            assert answer.status_code == 422, (method, path, answer.text)
            detail = answer.json()["detail"]
            assert (detail["reason"], detail["sentence"]) == ("bad_request", words)
            assert detail["fields"].get("element", "") == element
            english = detail["sentence_en"].replace(detail["fields"].get("saw", "?"), "")
            assert not re.search(r"[一-鿿]", english)
        both = await client.post("/api/v1/drills", json={**DRILL, "places": [], "start": "明天"})
        faults = both.json()["detail"]["faults"]
        assert [fault["fields"]["element"] for fault in faults] == ["places", "start"]

    ask(virtual, story)


def test_the_description_of_the_api_has_the_shape_of_a_refusal(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, _world: World) -> None:
        described = (await client.get("/openapi.json")).json()
        stop = described["paths"]["/api/v1/stop"]["post"]["responses"]["422"]
        detail = stop["content"]["application/json"]["schema"]["properties"]["detail"]
        assert set(detail["properties"]) == {"reason", "fields", "sentence", "sentence_en"}
        assert "HTTPValidationError" not in described.get("components", {}).get("schemas", {})

    ask(virtual, story)
