"""A file of schedules on the page: refused with its lines, planned, applied, and exported again."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import ALL, faults_of
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 780}
FILE = """schedules:
  - name: Shop
    kind: site.analyse
    params: {url: "https://www.example.org/", check_links: false}
    cron: "0 5 1 1 *"
"""


def choose(dialog: Locator, text: str) -> None:
    """Choose a file with this text, as a person does from the disk."""
    file = {"name": "schedules.yaml", "mimeType": "application/yaml", "buffer": text.encode()}
    dialog.get_by_label("File", exact=True).set_input_files(file)


def show_plan(dialog: Locator) -> Locator:
    dialog.get_by_role("button", name="Show the plan").press("Enter")
    return dialog.get_by_test_id("file-plan")


def exported(page: Page) -> str:
    with page.expect_download() as download:
        page.get_by_role("link", name="Export").click()
    return download.value.path().read_text()


def test_a_file_is_refused_with_its_lines_planned_applied_and_exported(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/schedules")
    opener = page.get_by_role("button", name="Apply a file …")
    opener.press("Enter")
    dialog = page.get_by_role("dialog", name="Apply a file of schedules")
    expect(dialog.get_by_role("button", name="Show the plan")).to_be_disabled()
    visitor.expect_trouble("422")
    choose(dialog, FILE.replace("0 5 1 1 *", "0 25 1 1 *"))
    dialog.get_by_role("button", name="Show the plan").click()
    expect(dialog.get_by_test_id("file-faults")).to_contain_text("line 5: schedules[0].cron")

    choose(dialog, FILE)
    expect(dialog.get_by_test_id("file-faults")).to_have_count(0)
    expect(show_plan(dialog).get_by_role("listitem")).to_contain_text("Shop: created")
    page.set_viewport_size(PHONE)
    assert not faults_of(page, ALL)
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    expect(page.get_by_test_id("schedules")).to_have_count(0)  # a plan stores nothing

    opener.click()
    choose(dialog, FILE)
    show_plan(dialog)
    dialog.get_by_role("button", name="Apply", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("link", name="Shop")).to_be_visible()
    text = exported(page)
    assert "name: Shop" in text

    opener.click()
    choose(dialog, text.replace("check_links: false", "check_links: true"))
    plan = show_plan(dialog)
    expect(plan).to_contain_text("Shop: changed")
    expect(plan).to_contain_text("Check links: no")
    dialog.get_by_role("button", name="Cancel").click()
