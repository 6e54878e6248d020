"""What an operator looks at: health, who works on what, where a run was computed, what one costs."""

import re

import pytest
from playwright.sync_api import expect

from harness.platform import Platform
from tests.browser.conftest import Stay

pytestmark = pytest.mark.browser
TRAINED = {"network": "mlp", "learning_rate": 0.003}


def test_health_shows_parts_disks_versions_and_processes(stay: Stay, platform: Platform) -> None:
    page = stay("member").walk("/health")
    parts = page.get_by_test_id("parts")
    expect(parts.get_by_role("row").filter(has_text="Clock")).to_contain_text("Last tick")
    expect(parts.get_by_role("row").filter(has_text="Workers of train")).to_contain_text("ok")
    disks = page.get_by_test_id("disks")
    expect(disks.get_by_role("img").first).to_have_attribute("aria-label", re.compile("7 days"))
    expect(disks).to_contain_text(re.compile(r"GB of .* used \(\d+ %\)"))
    versions = page.get_by_test_id("versions")
    expect(versions).to_contain_text("sqlalchemy")
    expect(versions).to_contain_text(re.compile(r"Database schema\s*\d{4}"))
    expect(
        page.get_by_test_id("processes").get_by_role("row").filter(has_text="clock")
    ).to_be_visible()


def test_who_runs_what_names_the_run_for_those_who_may_see_it(
    stay: Stay, platform: Platform
) -> None:
    run_id = platform.start_run("Kept private", num_server_rounds=400)
    with platform.slowly("worker-train"):
        mine = stay("admin").walk("/health").get_by_test_id("current-work")
        row = mine.get_by_role("row").filter(has_text="Kept private")
        expect(row).to_contain_text(re.compile("running|starting"))
        expect(row.get_by_role("link")).to_have_attribute("href", f"/runs/{run_id}")
        theirs = stay("member").walk("/health").get_by_test_id("current-work")
        expect(theirs).to_contain_text("private job")
        expect(theirs).not_to_contain_text("Kept private")
    platform.call("POST", f"/api/runs/{run_id}/stop")
    platform.wait_for_run(run_id, "cancelled")


def test_a_run_says_where_it_was_computed_and_how_sure_its_figures_are(
    stay: Stay, finished_run: int
) -> None:
    page = stay("member").walk(f"/runs/{finished_run}")
    accuracy = page.get_by_test_id("test-result").locator("dl > div").filter(has_text="accuracy")
    value = float(accuracy.locator("dd").first.inner_text())
    interval = accuracy.locator("dd.interval")
    expect(interval).to_contain_text(re.compile(r"95 % interval from 0\.\d+ to [01]"))
    low, high = re.findall(r"\d\.?\d*", interval.locator("[aria-hidden]").inner_text())
    assert float(low) < value <= float(high)
    page.get_by_role("tab", name="System").click()
    environment = page.get_by_test_id("environment")
    for name in ("Host", "Device", "Threads", "Peak memory of the training", "Python"):
        expect(environment.get_by_text(name, exact=True)).to_be_visible()
    expect(page.get_by_test_id("usage")).to_be_visible()


def test_the_cost_of_a_run_is_known_from_earlier_ones_and_never_made_up(
    stay: Stay, platform: Platform
) -> None:
    visitor = stay("admin")
    page = visitor.walk("/new?preset=digits_cnn")
    page.locator("#f-network").select_option("densenet121")
    known = page.get_by_test_id("estimated-from")
    expect(known).to_have_text(re.compile("the time is not known"))
    expect(page.get_by_test_id("start-summary")).not_to_contain_text("about")
    body = {"dataset": "digits", "experiment_name": "quick", "config": TRAINED | {"epochs": 2}}
    started = platform.call("POST", "/api/experiments/centralized/train", json=body)
    platform.wait_for_run(started["run_id"])
    visitor.walk("/new?preset=digits_cnn")
    page.locator("#f-network").select_option("mlp")
    expect(known).to_have_text(re.compile(r"Time from \d+ earlier runs? with this data"))
    expect(page.get_by_test_id("start-summary")).to_contain_text(
        re.compile(r"1 run · about \d+.*s")
    )
