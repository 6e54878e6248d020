"""The reference of the API: a viewer that is served here and keeps to the policy of all pages."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
PATIENCE_MS = 60_000  # it works through the whole description before it shows anything


def test_a_route_is_read_and_tried_out_in_the_reference_which_has_room_on_a_phone(
    visit: Visit,
) -> None:
    page = visit().page
    requested: list[str] = []
    page.on("request", lambda one: requested.append(one.url))
    page.goto("/api/docs")
    page.get_by_role("link", name="config", exact=True).click(timeout=PATIENCE_MS)
    route = page.locator("#operations-config-get_get_config")
    route.locator(".opblock-summary-control").click()
    route.get_by_role("button", name="Try it out").click(timeout=PATIENCE_MS)
    route.get_by_role("button", name="Execute").click()
    answer = route.locator(".live-responses-table .response-col_status").last
    expect(answer).to_contain_text("200", timeout=PATIENCE_MS)
    origin = page.evaluate("location.origin")
    assert [url for url in requested if not url.startswith((origin, "data:"))] == []

    page.set_viewport_size({"width": 360, "height": 740})
    expect(page.get_by_role("link", name="datasets", exact=True)).to_be_visible()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
