"""Making a federation, inviting and revoking a site, and choosing the federation for a run."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from harness.platform import Platform
from tests.browser.accessibility import faults_of
from tests.browser.conftest import Stay, Visit

pytestmark = pytest.mark.browser
LONG = "A hospital with quite a long name at the sea"


@pytest.fixture(autouse=True)
def no_federations(platform: Platform) -> Iterator[None]:
    """Leave none behind: the SuperLink of each would go on computing until the last test."""
    yield
    for one in platform.call("GET", "/api/federations")["items"]:
        platform.call("DELETE", f"/api/federations/{one['id']}")


def make_federation(page: Page, name: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Host name as the sites see it").fill("127.0.0.1")
    page.get_by_role("button", name="Create federation").click()
    expect(page).to_have_url(re.compile(r"/federations/\d+$"))
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def invite(page: Page, name: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Create an invitation").click()
    expect(page.get_by_test_id("invitation")).to_contain_text(f"Run this at {name}")


def test_a_federation_is_made_tried_without_sites_and_deleted_only_by_its_name(
    stay: Stay,
) -> None:
    visitor = stay("member")
    visitor.expect_trouble("status of 409")
    page = visitor.walk("/federations")
    expect(page.get_by_role("heading", name="No federations yet")).to_be_visible()
    make_federation(page, "Northern hospitals")
    address = page.url
    expect(page.get_by_test_id("link-state")).to_have_text("Running", timeout=120_000)
    _start_a_run_that_has_no_sites(page)

    visitor.walk(address)
    page.get_by_role("button", name="Delete").click()
    ask = page.get_by_role("dialog")
    expect(ask.get_by_role("button", name="Delete")).to_be_disabled()
    ask.get_by_label("Type Northern hospitals to continue").fill("Northern hospitals")
    ask.get_by_role("button", name="Delete").click()
    expect(page).to_have_url(re.compile(r"/federations$"))


def _start_a_run_that_has_no_sites(page: Page) -> None:
    """Go to the form of a run and read what is missing, at the site's data and at the sites."""
    page.get_by_role("link", name="Start a run on it").click()
    expect(page.locator("#f-federation option:checked")).to_contain_text("Northern hospitals")
    page.locator("#f-dataset").select_option("")
    expect(page.get_by_test_id("no-data")).to_contain_text("There is no test")
    page.get_by_test_id("start-run").click()
    expect(page.get_by_test_id("form-problem")).to_contain_text("has no sites yet")
    page.locator("#f-federation").select_option("")  # rows that are shared out lie here
    expect(page.get_by_test_id("no-data")).to_have_count(0)
    expect(page.locator("#f-dataset")).not_to_have_value("")


def test_a_site_is_invited_by_a_token_that_is_shown_once_and_revoked_by_its_name(
    visit: Visit,
) -> None:
    page = visit().open("/federations")
    make_federation(page, "South")
    invite(page, "City hospital")
    shown = page.get_by_test_id("invitation")
    expect(shown).to_contain_text("--token rhs_")
    expect(shown).to_be_focused()
    page.reload()
    expect(page.get_by_test_id("sites")).to_contain_text("Invited")
    expect(page.get_by_text("rhs_")).to_have_count(0)
    page.get_by_role("button", name="Revoke City hospital").click()
    ask = page.get_by_role("dialog")
    expect(ask.get_by_role("button", name="Revoke")).to_be_disabled()
    ask.get_by_label("Type City hospital to continue").fill("City hospital")
    page.keyboard.press("Enter")
    expect(ask).to_have_count(0)
    expect(page.get_by_role("heading", name="No sites yet")).to_be_visible()
    page.get_by_label("Show 1 that left").check()
    expect(page.get_by_test_id("sites")).to_contain_text("Revoked")


def test_what_is_wrong_with_a_site_stands_at_its_field_and_all_of_it_fits_a_telephone(
    stay: Stay,
) -> None:
    visitor = stay("member")
    visitor.expect_trouble("status of 422", "status of 409")
    visitor.page.set_viewport_size({"width": 360, "height": 740})
    page = visitor.walk("/federations")
    make_federation(page, "Telephone")
    page.get_by_role("button", name="Create an invitation").click()
    expect(page.get_by_text("Give the site a name")).to_be_visible()
    invite(page, LONG)
    assert faults_of(page) == []
    page.get_by_label("Name", exact=True).fill(LONG.lower())
    page.get_by_role("button", name="Create an invitation").click()
    expect(page.get_by_text(f"{LONG} is invited already")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Other")
    page.get_by_label("The site has sent me its public key").check()
    page.get_by_label("Public key", exact=True).fill("nonsense")
    page.get_by_role("button", name="Admit the site").click()
    expect(page.get_by_text("ecdsa-sha2-nistp")).to_be_visible()
    page.get_by_role("button", name=re.compile("Revoke")).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert faults_of(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
