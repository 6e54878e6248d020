"""The failure inbox: a real training fails, is acknowledged, retried and turns green."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from app.models.dataset import Dataset
from app.resources import Resources, open_resources
from harness.archives import csv_bytes
from harness.platform import Platform
from services.domains import OBSERVERS
from tests.browser.accessibility import ALL, faults_of
from tests.browser.conftest import Visit
from tests.factories.failures import fail_run
from tests.factories.runs import make_run

pytestmark = pytest.mark.browser
TRAINING_MS = 120_000


@pytest.fixture(scope="module")
def resources(platform: Platform) -> Iterator[Resources]:
    """What a worker has open."""
    opened = open_resources(platform.settings, OBSERVERS, pool_size=2)
    yield opened
    opened.close()


def ask(platform: Platform, page: Page, path: str, **fields: object) -> dict:
    headers = {"X-Roundhouse": "1", "Origin": platform.url}
    answer = page.request.post(path, headers=headers, **fields)
    assert answer.ok, answer.text()
    return answer.json()


def upload(platform: Platform, page: Page) -> int:
    rows = [{"dose": at % 2 + at / 500, "Target": at % 2} for at in range(60)]
    file = {"name": "ward.csv", "mimeType": "text/csv", "buffer": csv_bytes(rows)}
    fields = {"kind": "table", "name": "Ward", "file": file}
    return ask(platform, page, "/api/datasets", multipart=fields)["id"]


def test_a_failure_is_acknowledged_retried_and_turns_green(
    visit: Visit, platform: Platform, resources: Resources
) -> None:
    person = platform.add_person("member")
    page = visit(None).let_in(person).open("/inbox")
    expect(page.get_by_role("heading", name="Nothing needs attention.")).to_be_visible()
    number = upload(platform, page)
    with resources.database.read() as session:
        key = session.get_one(Dataset, number).object_key
    rows = platform.settings.home / "objects" / str(key)
    away = rows.rename(rows.with_name("away"))
    config = {"epochs": 1}
    body = {"dataset": number, "experiment_name": "Ward seven", "config": config}
    ask(platform, page, "/api/experiments/centralized/train", data=body)
    card = page.get_by_test_id("incident")
    expect(card.get_by_role("heading", name="1 run failed")).to_be_visible(timeout=TRAINING_MS)
    expect(page.get_by_test_id("inbox-count").first).to_contain_text("1")
    card.get_by_role("button", name="Details").click()
    expect(card.get_by_test_id("incident-details")).to_contain_text("Why these are together")
    expect(card.get_by_test_id("occurrence")).to_contain_text("Ward seven")
    assert not faults_of(page, ALL)
    card.get_by_role("button", name="Acknowledge").click()
    expect(card.get_by_test_id("incident-state")).to_contain_text(f"Acknowledged · {person.name}")
    expect(page.get_by_test_id("inbox-count")).to_have_count(0)
    away.rename(rows)
    card.get_by_role("button", name="Retry …").click()
    expect(card.get_by_test_id("retry-trial")).to_contain_text("1 job is still failed")
    card.get_by_role("button", name="Retry 1 job").click()
    state = card.get_by_test_id("occurrence").locator("[data-state]")
    expect(state).to_have_attribute("data-state", "succeeded", timeout=TRAINING_MS)
    page.get_by_role("button", name="Fixed").click()
    expect(card).to_have_attribute("data-state", "fixed")
    expect(card).to_contain_text("All that it concerned has succeeded since.")
    page.get_by_role("button", name="Open", exact=False).first.click()
    expect(page.get_by_role("heading", name="Nothing needs attention.")).to_be_visible()


def failed(resources: Resources, owner_id: int, error: Exception, name: str) -> None:
    run = make_run(resources.database, owner_id, status="queued", name=name)
    with_queue = resources.database.doorbell
    resources.database.doorbell = Silent()
    try:
        fail_run(resources, owner_id, error, run)
    finally:
        resources.database.doorbell = with_queue


class Silent:
    """Calls no worker: the test is the worker."""

    def ring(self, *_: object) -> None:
        """Ring for nobody."""


def test_cards_stay_where_they_are_and_are_merged_and_handled_by_keys(
    visit: Visit, platform: Platform, resources: Resources
) -> None:
    person = platform.add_person("member")
    failed(resources, person.id, ValueError("no column dose"), "One")
    failed(resources, person.id, ValueError("no column age"), "Two")
    page = visit(None).let_in(person).open("/inbox")
    cards = page.get_by_test_id("incident")
    expect(cards).to_have_count(2)
    expect(cards.first).to_contain_text("ValueError: no column age")
    failed(resources, person.id, ValueError("no column sex"), "Three")
    fresh = page.get_by_role("button", name="Show 1 new incident")
    expect(fresh).to_be_visible()
    expect(cards.first).to_contain_text("no column age")
    fresh.click()
    expect(cards.first).to_contain_text("no column sex")
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    page.get_by_role("button", name="Merge").click()
    expect(cards).to_have_count(2)
    expect(cards.first.get_by_role("heading")).to_have_text("2 runs failed")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(cards.first).to_have_attribute("data-state", "acknowledged")
    assert not faults_of(page, ALL)
