"""The ways into the house and out of it."""

import re

import pytest
from playwright.sync_api import Page, expect

from harness.platform import Platform
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
PASSWORD = "a long enough pass phrase"


def _log_in(page: Page, email: str, password: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def _sign_out(page: Page) -> None:
    page.get_by_label("Account and settings").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_test_id("signin-form")).to_be_visible()


def test_a_one_time_link_leads_to_a_password_that_works_from_then_on(
    visit: Visit, platform: Platform
) -> None:
    visitor, person = visit(None), platform.add_person()
    page = visitor.sign_in(person).page
    expect(page).not_to_have_url(re.compile("#"))  # the code does not stay in the address bar
    visitor.walk("/account")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Save password").click()
    expect(page.get_by_text("Password changed.")).to_be_visible()
    _sign_out(page)

    visitor.expect_trouble("status of 401")
    _log_in(page, person.email, "not this one")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_test_id("signin-form")).to_be_visible()

    _log_in(page, person.email, PASSWORD)
    expect(page.get_by_role("heading", name=person.name)).to_be_visible()
    expect(page).to_have_url("/account")


def test_a_one_time_link_works_once(visit: Visit, platform: Platform) -> None:
    person = platform.add_person()
    visit(None).sign_in(person)
    late = visit(None)
    late.expect_trouble("status of 401")
    late.page.goto(person.link)
    expect(late.page.get_by_role("alert")).to_be_visible()


def test_a_link_pasted_over_the_sign_in_page_leads_to_the_page_that_was_wanted(
    visit: Visit, platform: Platform
) -> None:
    visitor, person = visit(None), platform.add_person()
    visitor.expect_trouble("status of 401")
    visitor.page.goto("/datasets")
    expect(visitor.page).to_have_url("/signin?next=%2Fdatasets")
    visitor.page.goto(person.link.replace("/signin#", "/signin?next=%2Fdatasets#"))
    expect(visitor.page.get_by_role("heading", name="Datasets", exact=True)).to_be_visible()
