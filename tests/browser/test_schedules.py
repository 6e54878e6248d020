"""Schedules: one is made on the page, fails, shows in the inbox, is retried and turns green."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from app.models.dataset import Dataset
from app.resources import Resources, open_resources
from harness.platform import Platform
from services.domains import OBSERVERS
from tests.browser.accessibility import ALL, faults_of
from tests.browser.conftest import Stay, Visit
from tests.browser.test_inbox import upload

pytestmark = pytest.mark.browser
TRAINING_MS = 120_000
PHONE = {"width": 360, "height": 780}


@pytest.fixture(scope="module")
def resources(platform: Platform) -> Iterator[Resources]:
    """What a worker has open."""
    opened = open_resources(platform.settings, OBSERVERS, pool_size=2)
    yield opened
    opened.close()


def fill_in(page: Page, *, name: str, dataset: str, cron: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Dataset", exact=True).select_option(label=dataset)
    page.get_by_label("Cron expression").fill(cron)


def newest(page: Page) -> Locator:
    return page.get_by_test_id("execution").first


def test_a_scheduled_training_fails_shows_in_the_inbox_is_retried_and_turns_green(
    visit: Visit, platform: Platform, resources: Resources
) -> None:
    person = platform.add_person("member")
    visitor = visit(None).let_in(person)
    page = visitor.open("/schedules")
    number = upload(platform, page)
    with resources.database.read() as session:
        key = session.get_one(Dataset, number).object_key
    rows = platform.settings.home / "objects" / str(key)
    away = rows.rename(rows.with_name("away"))
    page.get_by_role("link", name="New schedule").first.click()
    fill_in(page, name="Ward by night", dataset="Ward", cron="0 2 1 1 *")
    page.get_by_text("More parameters").click()
    page.get_by_label("Settings of the training").fill('{"epochs": 1}')
    page.get_by_label("Attempts").fill("1")
    expect(page.get_by_test_id("due-times").get_by_role("listitem")).to_have_count(5)
    assert not faults_of(page, ALL)
    page.get_by_role("button", name="Create schedule").click()
    page.get_by_role("button", name="Run now").click()
    expect(newest(page)).to_have_attribute("data-state", "failed", timeout=TRAINING_MS)
    expect(page.get_by_role("status").filter(has_text="Last failure")).to_be_visible()
    assert not faults_of(page, ALL)
    schedule = page.url

    visitor.walk("/inbox")
    card = page.get_by_test_id("incident")
    expect(card.get_by_role("heading", name="1 run failed")).to_be_visible()
    card.get_by_role("button", name="Acknowledge").click()
    expect(card.get_by_test_id("incident-state")).to_contain_text("Acknowledged")
    away.rename(rows)
    card.get_by_role("button", name="Details").click()
    card.get_by_role("button", name="Retry …").click()
    card.get_by_role("button", name="Retry 1 job").click()

    visitor.walk(schedule.removeprefix(platform.url))
    expect(page.get_by_test_id("execution")).to_have_count(2)
    expect(newest(page)).to_have_attribute("data-state", "succeeded", timeout=TRAINING_MS)
    expect(newest(page)).to_contain_text("tried again")
    expect(newest(page).get_by_role("link", name="Run")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Last failure")).to_have_count(0)
    opens = newest(page).get_by_role("button").first
    opens.press("Enter")
    expect(opens).to_have_attribute("aria-expanded", "true")
    expect(page.locator("td ol li")).to_have_count(1)
    page.set_viewport_size(PHONE)
    assert not faults_of(page, ALL)
    visitor.walk("/schedules")
    expect(page.get_by_role("img", name="1 of the last 2 that ended succeeded")).to_be_attached()
    assert not faults_of(page, ALL)


def test_what_is_wrong_with_a_schedule_stands_beside_its_field(stay: Stay) -> None:
    member = stay("member")
    page = member.walk("/schedules/new")
    member.expect_trouble("422")
    fill_in(page, name="", dataset="Handwritten digits", cron="0 25 * * *")
    expect(page.get_by_role("alert")).to_contain_text("25")
    page.get_by_role("button", name="Create schedule").click()
    expect(page.get_by_text("Give the schedule a name.")).to_be_visible()
    fill_in(page, name="Digits", dataset="Handwritten digits", cron="* * * * *")
    expect(page.get_by_text("Every minute")).to_be_visible()
    page.get_by_text("More parameters").click()
    page.get_by_label("Settings of the training").fill('{"epochs": "many"}')
    page.get_by_role("button", name="Create schedule").click()
    expect(page.get_by_text("epochs is 'many'")).to_be_visible()
    expect(page).to_have_url(f"{member.platform.url}/schedules/new")
