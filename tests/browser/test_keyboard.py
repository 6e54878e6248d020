"""Everything by keys alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Stay, Visit

pytestmark = pytest.mark.browser


def test_a_question_mark_opens_the_list_of_keys_and_escape_closes_it(stay: Stay) -> None:
    page = stay("member").walk("/")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard")
    expect(sheet).to_contain_text("Search and commands")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_the_palette_opens_a_run_by_a_few_letters(stay: Stay, finished_run: int) -> None:
    page = stay("member").walk("/")
    page.keyboard.press("Control+k")
    asked = page.get_by_role("combobox", name="Search runs, pages and commands")
    expect(asked).to_be_focused()
    page.keyboard.type("finished")
    expect(page.get_by_role("option", name=f"Run {finished_run} ·")).to_be_attached()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"/runs/{finished_run}")


def test_the_palette_knows_other_words_and_what_can_be_created(stay: Stay) -> None:
    page = stay("member").walk("/studies")
    page.keyboard.press("Control+k")
    page.keyboard.type("error")
    expect(page.get_by_role("option", name="Inbox")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    first = page.get_by_role("dialog", name="Create new").get_by_role("option").first
    expect(first).to_contain_text("New study")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/new?study=1")


def test_every_page_of_the_side_bar_has_a_key_on_the_sheet(stay: Stay) -> None:
    page = stay("member").walk("/")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard")
    for name in ("Home", "Inbox", "Runs", "Studies", "Federations", "Datasets", "Models", "Health"):
        expect(sheet).to_contain_text(f"Go to {name}")
    page.keyboard.press("Escape")
    for key in ("g", "s"):
        page.keyboard.press(key)
    expect(page).to_have_url("/studies")


def test_rows_are_walked_and_opened_and_the_filter_is_reached_by_keys(
    stay: Stay, finished_run: int
) -> None:
    page = stay("member").walk("/runs")
    rows = page.get_by_test_id("run-table").locator("tbody tr")
    expect(rows.first).to_be_visible()
    page.keyboard.press("/")
    filter_box = page.get_by_label("Filter runs")
    expect(filter_box).to_be_focused()
    page.keyboard.type("finished")
    expect(rows).to_have_count(1)
    filter_box.blur()
    for key in ("j", "j", "k"):
        page.keyboard.press(key)
    expect(rows.first.get_by_role("link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"/runs/{finished_run}")


def test_single_keys_stay_off_once_switched_off(visit: Visit) -> None:
    page = visit().open("/account")
    page.get_by_label("Single-key shortcuts").first.uncheck()
    page.get_by_role("heading", level=1).click()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("?")
    page.keyboard.press("Control+k")
    _expect_only_the_palette(page)


def _expect_only_the_palette(page: Page) -> None:
    expect(page.get_by_role("dialog", name="Search and commands")).to_be_visible()
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_hidden()
