"""The list of all jobs: filtered, selected over all pages, cancelled, and still under the cursor."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app.clock import now
from app.db.engine import Database
from app.jobs import states
from app.models.job import Job
from harness.platform import Platform
from tests.browser.accessibility import ALL, faults_of
from tests.browser.conftest import Visit
from tests.factories.jobs import make_job, make_jobs
from tests.factories.runs import make_run
from tests.factories.schedules import store_schedule

pytestmark = pytest.mark.browser
TRAINING_MS = 180_000
NEVER = 4e9  # seconds since 1970: no worker takes such a job


def first_rows(page: Page, many: int = 5) -> list[str]:
    rows = page.locator("[data-job]")
    return [str(rows.nth(place).get_attribute("data-job")) for place in range(many)]


def end(database: Database, number: int) -> None:
    with database.write() as unit:
        job = unit.session.get_one(Job, number)
        job.state = states.SUCCEEDED


def test_all_matching_jobs_are_cancelled_and_rows_stay_where_they_are(
    visit: Visit, platform: Platform
) -> None:
    person = platform.add_person("member")
    database = Database(platform.settings.database_url)
    runs = [make_run(database, person.id, status="queued", name=f"Ward {n}") for n in range(60)]
    waiting = [
        make_job(database, person.id, subject=f"run:{run.id}", not_before=NEVER) for run in runs
    ]
    make_jobs(database, person.id, 240, kind="import_runs", queue="io", state=states.SUCCEEDED)
    page = visit(None).let_in(person).open("/jobs")
    rows = page.locator("[data-job]")
    expect(rows).to_have_count(50)
    expect(page.get_by_role("button", name="Succeeded")).to_contain_text("240")
    assert not faults_of(page, ALL)
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Filter jobs")
    expect(box).to_be_focused()
    box.press_sequentially("kind:train_r")
    expect(page.get_by_role("option").first).to_contain_text("train_run")
    for key in ("ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("button", name="Succeeded")).to_have_text("succeeded 0")
    expect(rows.first).to_contain_text("Ward 59")
    before = first_rows(page)
    make_job(database, person.id, subject=f"run:{runs[0].id}", not_before=NEVER)
    end(database, waiting[-1])
    expect(page.get_by_test_id("fresh-jobs")).to_contain_text("1 new", timeout=90_000)
    expect(rows.first.locator("[data-state]")).to_have_attribute("data-state", "succeeded")
    assert first_rows(page) == before
    page.get_by_test_id("fresh-jobs").click()
    assert first_rows(page)[1:] == before[:-1]
    expect(rows.first).to_contain_text("Starts:")
    for key in ("Escape", "j", "x"):
        page.keyboard.press(key)
    orders = page.get_by_test_id("job-orders")
    expect(orders).to_contain_text("1 selected")
    orders.get_by_role("button", name="Select all 61 matching").click()
    orders.get_by_role("button", name="Cancel …").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_test_id("job-trial")).to_contain_text("60 match")
    dialog.get_by_role("button", name="Cancel 59 jobs").click()
    expect(page.get_by_role("button", name="Cancelled")).to_contain_text("59")
    expect(rows.nth(3).locator("[data-state]")).to_have_attribute("data-state", "cancelled")
    rows.nth(3).get_by_role("button").click()
    panel = page.get_by_test_id("job-panel")
    expect(panel).to_contain_text("Timeline")
    expect(panel.get_by_role("tab", name="Attempt 1")).to_have_attribute("aria-selected", "true")
    assert not faults_of(page, ALL)
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    database.close()


def test_a_failed_job_is_retried_from_its_panel_and_turns_green(
    visit: Visit, platform: Platform
) -> None:
    person = platform.add_person("member")
    database = Database(platform.settings.database_url)
    run = make_run(database, person.id, status="failed", name="Ward nine")
    make_job(
        database,
        person.id,
        subject=f"run:{run.id}",
        state=states.FAILED,
        error={"type": "test", "detail": "The disk was full."},
    )
    database.close()
    page = visit(None).let_in(person).open("/jobs?state=failed")
    expect(page.locator("[data-job]")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    panel = page.get_by_test_id("job-panel")
    expect(panel).to_contain_text("The disk was full.")
    panel.get_by_role("button", name="Retry …").click()
    page.get_by_role("dialog").get_by_role("button", name="Retry 1 job").click()
    expect(page.get_by_text("1 job queued again.")).to_be_visible()
    page.get_by_role("button", name="Failed").click()
    newest = page.locator("[data-job]").first.locator("[data-state]")
    expect(page.locator("[data-job]")).to_have_count(2)
    expect(newest).to_have_attribute("data-state", "succeeded", timeout=TRAINING_MS)


def test_what_waits_without_a_job_says_what_is_in_its_way(visit: Visit, platform: Platform) -> None:
    person = platform.add_person("member")
    database = Database(platform.settings.database_url)
    at = now().replace(second=0, microsecond=0)
    first = store_schedule(database, person.id, at + timedelta(days=1), name="Fetch")
    due = {"cron": "* * * * *", "next_run_at": at, "due_at": at, "depends_on": first}
    store_schedule(database, person.id, at - timedelta(hours=1), name="Train", **due)
    page = visit(None).let_in(person).open("/jobs")
    waiting = page.get_by_test_id("waiting-executions")
    expect(waiting).to_contain_text(f"Schedule {first} has not run yet.", timeout=30_000)
    assert not faults_of(page, ALL)
    waiting.get_by_role("link", name="Train").click()
    expect(page.get_by_role("heading", name="Train")).to_be_visible()
    database.close()
