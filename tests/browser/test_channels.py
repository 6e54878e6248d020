"""A channel is made, tested, fails, is mended by its receiver, and is deleted."""

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import faults_of
from tests.browser.conftest import Visit
from tests.support.receivers import answering, web_receiver

pytestmark = pytest.mark.browser


def test_a_channel_is_made_tested_and_deleted(visit: Visit) -> None:
    with web_receiver({"/hook": answering(404)}) as receiver:
        page = visit().open("/channels")
        expect(page.get_by_test_id("no-channels")).to_be_visible()
        page.get_by_role("button", name="New channel").click()
        page.get_by_role("textbox", name="Name").fill("Ops")
        page.get_by_role("textbox", name="Address").fill(receiver.url("/hook"))
        assert faults_of(page) == []
        page.get_by_role("button", name="Create channel").click()
        expect(page.get_by_test_id("secret")).to_contain_text("whsec_")
        page.get_by_role("button", name="I have stored it").click()

        card = page.get_by_test_id("channel")
        expect(card).not_to_contain_text("/hook")
        card.get_by_role("button", name="Send a test").click()
        delivery = card.get_by_test_id("delivery")
        expect(delivery).to_have_attribute("data-state", "failed", timeout=60_000)
        expect(delivery).to_contain_text("The receiver refused it with 404.")
        del receiver.routes["/hook"]
        card.get_by_role("button", name="Send again").click()
        expect(delivery).to_have_attribute("data-state", "delivered", timeout=60_000)
        first, second = receiver.posted
        assert first.headers["webhook-id"] == second.headers["webhook-id"]
        page.set_viewport_size({"width": 360, "height": 800})
        assert faults_of(page) == []

        card.get_by_role("button", name="Delete").click()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        expect(page.get_by_test_id("no-channels")).to_be_visible()
