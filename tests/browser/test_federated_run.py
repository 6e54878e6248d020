"""The main job: start a federated training and watch its rounds come in."""

import pytest
from playwright.sync_api import Page, expect

from app.clock import now
from app.db.engine import Database
from harness.eventually import eventually
from harness.platform import Platform
from services.runs.events import SitesAnswered
from services.runs.topics import run_topic
from tests.browser.conftest import Stay, Visit
from tests.factories.people import make_user
from tests.factories.runs import make_run

pytestmark = pytest.mark.browser
TRAINING_MS = 120_000  # a worker imports its engines first

COUNT_DONE = """
() => {
  window.__seen = [];
  const look = () => {
    const done = document.querySelectorAll('[data-testid=round-cell][data-phase=done]').length;
    if (window.__seen.at(-1) !== done) window.__seen.push(done);
    requestAnimationFrame(look);
  };
  look();
}
"""
INKED = """
(canvas) => new Uint32Array(
  canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer
).some((pixel) => pixel !== 0)
"""


def _started(page: Page) -> None:
    page.get_by_test_id("start-run").click()
    page.wait_for_url("**/runs/*")


def test_a_federated_run_arrives_round_by_round_without_a_reload(
    visit: Visit, platform: Platform
) -> None:
    visitor = visit()
    page = visitor.open("/new")
    visitor.mark_load()
    page.get_by_test_id("preset-demo_federated").click()
    page.get_by_label("Name", exact=True).fill("Three hospitals")
    page.locator("#f-num_rounds").fill("6")
    page.locator("#f-num_clients").fill("3")
    page.evaluate(COUNT_DONE)
    with platform.slowly("worker-train"):  # no round waits for the page of the run
        _started(page)
        eventually(lambda: page.evaluate("window.__seen.length") >= 5, TRAINING_MS / 1000)

    expect(page.get_by_test_id("run-state")).to_have_text("succeeded", timeout=TRAINING_MS)
    visitor.assert_never_reloaded()
    expect(page.locator("[data-testid=round-cell][data-phase=done]")).to_have_count(7)
    expect(page.get_by_test_id("client-table").locator("tbody tr")).to_have_count(3)
    expect(page.get_by_test_id("confusion-matrix")).to_be_visible()
    eventually(lambda: page.locator("canvas").first.evaluate(INKED))  # a curve is drawn


def test_a_value_out_of_bounds_is_told_beside_its_field(stay: Stay) -> None:
    page = stay("member").walk("/new")
    page.locator("#f-learning_rate").fill("-1")
    page.get_by_test_id("start-run").click()
    field = page.locator("#f-learning_rate")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#f-learning_rate-error")).to_contain_text("from 1e-7 to 1")
    expect(page).to_have_url("/new")


def test_a_phone_shows_the_start_of_a_run_before_anything_is_scrolled(stay: Stay) -> None:
    page = stay("member").walk("/new")
    before = page.viewport_size
    assert before is not None
    page.set_viewport_size({"width": 360, "height": 740})
    expect(page.get_by_test_id("start-run")).to_be_in_viewport(ratio=1)
    page.set_viewport_size(before)


def test_krum_with_too_few_clients_is_refused_beside_the_number_of_clients(stay: Stay) -> None:
    visitor = stay("member")
    visitor.expect_trouble("status of 422")
    page = visitor.walk("/new")
    page.locator("#f-strategy").select_option("krum")
    page.locator("#f-num_clients").fill("3")
    page.get_by_test_id("start-run").click()
    expect(page.get_by_test_id("form-problem")).to_contain_text("clients")
    wrong = page.locator(".field [aria-invalid=true]")
    expect(wrong).to_have_count(1)
    expect(wrong).to_be_focused()


def test_a_round_across_sites_says_who_has_answered(stay: Stay, platform: Platform) -> None:
    database = Database(platform.settings.database_url)
    run = make_run(
        database, make_user(database, "member").id, name="Two towns", training_mode="federated",
        status="in_progress", origin="logged", visibility="team", start_time=now(),
    )  # fmt: skip
    page = stay("member").walk(f"/runs/{run.id}")
    for answered, waiting in ([], ["north", "south"]), (["north"], ["south"]):
        told = SitesAnswered(
            run_id=run.id, round=1, phase="training", answered=answered, waiting_for=waiting
        )
        with database.write() as unit:
            unit.publish(run_topic(run.id), told)
    line = page.get_by_test_id("sites-answered")
    expect(line).to_have_text("Round 1, training: 1 of 2 sites have answered; waiting for south")
    database.close()
