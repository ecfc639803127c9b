"""The duty officer of a township at the page, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.support.browser import browser
from tests.support.processes import until
from tests.support.township import INSIDE, Township

Warn = Callable[..., bytes]
pytestmark = [pytest.mark.timeout(120), pytest.mark.service]


def silent(township: Township) -> bool:
    return not any(township.horn(name).playing for name in INSIDE)


def page_of(township: Township) -> str:
    token = (township.folder / "data" / "owner.token").read_text().strip()
    return f"http://127.0.0.1:{township.port}/?token={token}"


def test_a_red_rings_until_a_name_is_given_everything_is_held_and_goes_on_and_is_stopped(
    township: Township, warning: Warn
) -> None:
    with browser(page_of(township)) as page:
        expect(page.get_by_text("现在没有播出。")).to_be_visible()
        township.warn(warning(brief=False))
        expect(page.locator(".says").first).to_contain_text("暴雨红色预警")
        expect(page.locator("section.air")).to_contain_text("5 个终端")
        expect(page.locator(".ringing")).to_contain_text("值班室响铃")

        name = page.locator(".ringing input[name=person]")
        name.press_sequentially("王")
        township.warn(warning("A2", level="蓝"))
        page.wait_for_timeout(2500)  # by now the page would be fetched again
        assert name.input_value() == "王", "what somebody writes is not taken away"
        name.press_sequentially("芳")
        page.get_by_role("button", name="我已知道").click()
        expect(page.locator(".ringing")).to_have_count(0)
        acts = township.get("/api/v1/health").json()["alarms"]
        assert not any(alarm["rings"] and not alarm["acknowledged_by"] for alarm in acts)

        page.get_by_role("button", name="全部暂停").click()
        expect(page.get_by_text("全部暂停到")).to_be_visible()
        assert until(lambda: silent(township), 5)
        page.get_by_role("button", name="现在恢复").click()
        assert until(lambda: township.horn("square").playing, 10), "it begins again"

        page.get_by_role("button", name="全部停播").click()
        expect(page.get_by_text("现在没有播出。")).to_be_visible()
        assert until(lambda: silent(township), 5)
        expect(page.locator(".alerts .chip.cancelled").first).to_be_visible()


def test_it_can_be_read_in_english_and_nobody_gets_in_without_a_token(township: Township) -> None:
    with browser(page_of(township)) as page:
        page.get_by_role("link", name="English").click()
        expect(page.get_by_text("Nothing is on the air.")).to_be_visible()
        expect(page.get_by_role("button", name="STOP")).to_be_visible()
    with browser(page_of(township).partition("?")[0]) as stranger:
        assert stranger.locator("button.stop").count() == 0
        token = stranger.locator("input[name=token]")
        token.fill("guessed")
        stranger.get_by_role("button", name="enter").click()
        expect(stranger.locator("button.stop")).to_have_count(0)
        stranger.locator("input[name=token]").fill(page_of(township).partition("token=")[2])
        stranger.get_by_role("button", name="enter").click()
        expect(stranger.locator("button.stop")).to_be_visible()
