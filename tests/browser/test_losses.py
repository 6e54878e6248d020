"""What a person sees when a part of the platform dies while a run goes on."""

from typing import Any

import pytest
from playwright.sync_api import expect

from harness.platform import Platform
from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.full]
ROUNDS, WORKER = 24, "worker-train"
TRAINING_MS = 120_000  # a worker imports its engines first
LONG: dict[str, Any] = {
    "num_server_rounds": ROUNDS,
    "visibility": "team",
    "config": {"num_clients": 2, "local_epochs": 3, "batch_size": 16},
}
TRAINED = "[data-testid=round-cell][data-phase=done]"


def _watch_a_long_run(visit: Visit, platform: Platform, name: str) -> tuple[Visitor, int]:
    """Start a run of the admin's and watch as somebody of the team until it has begun.

    It goes slowly until something has died, or it might be over by then.
    """
    run_id = platform.start_run(name, **LONG)
    visitor = visit()
    visitor.open_run(run_id)
    expect(visitor.page.locator(TRAINED).nth(2)).to_be_attached(timeout=TRAINING_MS)
    return visitor, run_id


def _expect_all(visitor: Visitor, run_id: int) -> None:
    """Expect the finished run whole on the page that was never reloaded."""
    expect(visitor.page.get_by_test_id("run-state")).to_have_text("succeeded", timeout=TRAINING_MS)
    visitor.expect_rounds(0, ROUNDS)
    visitor.assert_never_reloaded()
    seq = str(visitor.platform.last_seq(run_id))
    expect(visitor.page.get_by_test_id("live-seq")).to_have_text(seq)


def test_a_run_whose_workers_are_killed_is_shown_as_lost_and_then_completes(
    visit: Visit, platform: Platform
) -> None:
    with platform.slowly(WORKER):
        visitor, run_id = _watch_a_long_run(visit, platform, "Killed in the middle")
        with platform.without(WORKER):
            state = visitor.page.get_by_test_id("run-state")
            expect(state).to_have_text("lost", timeout=TRAINING_MS)
    expect(visitor.page.get_by_text("attempt 2")).to_be_visible(timeout=TRAINING_MS)
    _expect_all(visitor, run_id)
    told = visitor.recorded()
    # starting may be over before the page has painted it
    after = [state for state in told[told.index("lost") :] if state != "starting"]
    assert after == ["lost", "running", "succeeded"]


def test_a_page_whose_server_dies_says_so_and_catches_up_with_every_round(
    visit: Visit, platform: Platform
) -> None:
    with platform.slowly(WORKER):
        visitor, run_id = _watch_a_long_run(visit, platform, "Watched through an outage")
        visitor.expect_trouble("ERR_CONNECTION", "WebSocket", "Failed to fetch", "status of 503")
        with platform.without("web"):
            banner = visitor.page.get_by_test_id("stale-banner")
            expect(banner).to_contain_text("Live view paused")
    expect(visitor.page.get_by_test_id("stale-banner")).to_be_hidden()
    expect(visitor.page.get_by_test_id("caught-up-note")).to_contain_text("nothing is missing")
    _expect_all(visitor, run_id)


def test_a_browser_that_lost_its_network_catches_up_when_it_is_back(
    visit: Visit, platform: Platform
) -> None:
    with platform.slowly(WORKER):
        visitor, run_id = _watch_a_long_run(visit, platform, "Watched from a train")
        visitor.expect_trouble("ERR_INTERNET_DISCONNECTED", "WebSocket", "Failed to fetch")
        visitor.context.set_offline(True)
        expect(visitor.page.get_by_test_id("stale-banner")).to_be_visible()
    visitor.context.set_offline(False)
    expect(visitor.page.get_by_test_id("caught-up-note")).to_be_visible()
    _expect_all(visitor, run_id)
