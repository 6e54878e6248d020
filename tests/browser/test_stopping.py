"""Stopping a run, keeping its best, and going on with it."""

import re

import pytest
from playwright.sync_api import Page, expect

from harness.platform import Platform
from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
ROUNDS, WORKER = 30, "worker-train"
TRAINING_MS = 120_000  # a worker imports its engines first
UNDO_MS = 10_000


def _watch(visit: Visit, platform: Platform) -> Visitor:
    """Watch an admin's run that has trained a round, with a clock that can be put forward.

    Whoever calls lets it go slowly: it would be over before a busy browser has stopped it.
    """
    run_id = platform.start_run(
        "To be stopped", num_server_rounds=ROUNDS, config={"local_epochs": 3}
    )
    visitor = visit("admin")
    visitor.install_clock()
    visitor.open_run(run_id)
    expect(visitor.page.locator("[data-round='1'][data-phase=done]")).to_be_attached()
    return visitor


def _download_best(page: Page) -> bytes:
    page.get_by_role("tab", name="Files").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download model.safetensors").click()
    page.get_by_role("tab", name="Overview").click()
    return download.value.path().read_bytes()


@pytest.mark.full
def test_a_stopped_run_keeps_its_best_weights_and_goes_on_when_asked(
    visit: Visit, platform: Platform
) -> None:
    with platform.slowly(WORKER):
        visitor = _watch(visit, platform)
        page, standing = visitor.page, visitor.page.get_by_test_id("run-state")
        page.get_by_test_id("stop-run").click()
        expect(page.get_by_text("Stopping “To be stopped” in 10 s.")).to_be_visible()
        page.clock.fast_forward(UNDO_MS)
        expect(standing).to_have_text("cancelled", timeout=TRAINING_MS)
    expect(page.locator("[data-phase=ahead]")).not_to_have_count(0)
    length = int.from_bytes(_download_best(page)[:8], "little")
    assert 0 < length < 100_000, "this is no safetensors file"

    page.get_by_test_id("resume-run").click()
    expect(standing).to_have_text("succeeded", timeout=TRAINING_MS)
    visitor.expect_rounds(0, ROUNDS)
    visitor.assert_never_reloaded()


@pytest.mark.full
def test_a_stop_can_be_taken_back(visit: Visit, platform: Platform) -> None:
    with platform.slowly(WORKER):
        page = _watch(visit, platform).page
        page.get_by_test_id("stop-run").click()
        page.get_by_role("button", name="Undo stop").click()
        page.clock.fast_forward(UNDO_MS)
    expect(page.get_by_test_id("run-state")).to_have_text("succeeded", timeout=TRAINING_MS)


def test_a_round_that_a_stop_cut_short_is_told_as_interrupted(
    visit: Visit, platform: Platform
) -> None:
    run_id = platform.start_run(
        "Cut short", num_server_rounds=2, config={"local_epochs": 50, "batch_size": 4}
    )
    page = visit("admin").open_run(run_id)
    cell = page.locator("[data-round='1']")
    expect(cell).to_have_attribute("data-phase", "running")
    platform.call("POST", f"/api/runs/{run_id}/stop")
    expect(page.get_by_test_id("run-state")).to_have_text("cancelled")
    expect(cell).to_have_attribute("data-phase", "interrupted")
    expect(cell).to_have_accessible_name("Round 1: interrupted, not part of the model")
    page.get_by_role("tab", name="Rounds").click()
    cell.click()
    expect(page.get_by_test_id("site-map")).to_contain_text("interrupted")
    expect(page.get_by_role("button", name=re.compile("round 1: interrupted"))).not_to_have_count(0)
    expect(page.get_by_test_id("round-gantt")).to_contain_text("interrupted")
