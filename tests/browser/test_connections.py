"""An account is connected, its property chosen, its days read and forecast; then it is disconnected."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.support.connectors import SITE

pytestmark = pytest.mark.browser


def test_an_account_is_connected_read_and_disconnected(visit: Visit) -> None:
    page = visit().open("/connections")
    expect(page.get_by_test_id("no-connections")).to_be_visible()
    expect(page.get_by_test_id("unset")).to_contain_text("ROUNDHOUSE_BING_CLIENT_ID")
    page.get_by_role("button", name="Connect Google Search Console").click()
    expect(page).to_have_url(re.compile(r"/connections$"))

    card = page.get_by_test_id("connection")
    card.get_by_label("Property").select_option(SITE)
    card.get_by_role("button", name="Refresh", exact=True).click()
    expect(card.get_by_test_id("days")).to_contain_text("28 days stored")
    expect(card.get_by_test_id("refresh-done")).to_contain_text("28 new days, none changed")

    card.get_by_text("Newest days").click()
    expect(card.get_by_test_id("series").locator("tbody tr")).to_have_count(28)

    card.get_by_role("button", name="Disconnect").click()
    page.get_by_role("dialog").get_by_role("button", name="Disconnect").click()
    expect(page.get_by_test_id("no-connections")).to_be_visible()


def test_a_return_that_nobody_began_is_refused_in_words(visit: Visit) -> None:
    visitor = visit()
    visitor.expect_trouble("status of 400")
    page = visitor.open("/connections/callback?state=made-up&code=none")
    expect(page.get_by_role("alert")).to_contain_text("begin again on the page Connections")
    expect(page).to_have_url(re.compile(r"/connections/callback$"))
