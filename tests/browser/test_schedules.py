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
    page.get_by_text("More settings").click()
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
    marks = page.get_by_role("group", name="1 of the last 2 that ended succeeded")
    expect(marks.get_by_role("link")).to_have_count(2)
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


def test_a_schedule_is_edited_paused_with_a_reason_and_its_past_is_shown(stay: Stay) -> None:
    member = stay("member")
    page = member.walk("/schedules/new")
    fill_in(page, name="Weekly", dataset="Handwritten digits", cron="0 3 * * 1")
    page.get_by_text("More settings").click()
    member.expect_trouble("422")
    page.get_by_label("Days on which nothing is due").fill("2026-02-31")
    page.get_by_role("button", name="Create schedule").click()
    expect(page.locator("#fault-exclude")).to_contain_text("2026-02-31")
    page.get_by_label("Days on which nothing is due").fill("2027-12-24")
    page.get_by_role("button", name="Create schedule").click()
    expect(page.get_by_role("heading", name="Weekly")).to_be_visible()

    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Cron expression").fill("0 4 * * 1")
    page.get_by_text("More settings").click()
    page.get_by_label("Never at the same time as").fill("nights")
    assert not faults_of(page, ALL)
    page.get_by_role("button", name="Review changes").click()
    expect(page.get_by_test_id("changes").get_by_role("listitem")).to_have_text(
        ["Cron expression: 0 3 * * 1 → 0 4 * * 1", "Never at the same time as: – → nights"],
    )
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("At 04:00")).to_be_visible()

    opener = page.get_by_role("button", name="Backfill")
    opener.press("Enter")
    expect(page.get_by_label("From, on your clock")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()
    opener.click()
    page.get_by_role("button", name="Show due times").click()
    expect(page.get_by_test_id("backfill-preview")).to_contain_text("due time")
    assert not faults_of(page, ALL)
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Pause").click()
    page.get_by_label("Reason").fill("The archive moves")
    page.get_by_role("dialog").get_by_role("button", name="Pause").click()
    expect(page.get_by_text("The archive moves")).to_be_visible()
    page.get_by_role("link", name="Event feed").click()
    events = page.get_by_test_id("events").locator("tbody tr")
    expect(events.first).to_contain_text("paused")
    expect(events.nth(1)).to_contain_text(
        "Never at the same time as, cron expression", ignore_case=True
    )
    assert not faults_of(page, ALL)


def test_the_coming_week_is_walked_by_keyboard_and_many_are_paused_at_once(stay: Stay) -> None:
    member = stay("member")
    page = member.walk("/schedules/new")
    fill_in(page, name="Each hour", dataset="Handwritten digits", cron="0 * * * *")
    page.get_by_role("button", name="Create schedule").click()
    expect(page.get_by_role("heading", name="Each hour")).to_be_visible()
    member.walk("/schedules")
    week = page.get_by_test_id("week")
    expect(week.locator("tbody tr")).to_have_count(7)
    week.locator('button[tabindex="0"]').focus()
    for key in ("ArrowDown", "End", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_test_id("due-in-hour")).to_contain_text("Each hour")
    assert not faults_of(page, ALL)

    page.get_by_label("Choose Each hour").check()
    bulk = page.get_by_test_id("bulk")
    bulk.get_by_role("button", name="Pause").click()
    expect(page.get_by_test_id("bulk-plan")).to_contain_text("this would change 1 schedule")
    page.get_by_test_id("bulk-plan").get_by_role("button", name="Pause (1)").click()
    row = page.get_by_role("row").filter(has_text="Each hour").first
    expect(row.get_by_role("button", name="Resume")).to_be_visible()
    bulk.get_by_role("button", name="Undo").click()
    expect(row.get_by_role("button", name="Pause")).to_be_visible()
