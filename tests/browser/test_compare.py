"""Runs side by side, and studies: what a person asks after the training."""

import re

import pytest
from playwright.sync_api import expect

from app.db.engine import Database
from harness.platform import Platform
from tests.browser.accessibility import faults_of
from tests.browser.conftest import Stay
from tests.factories.finished_studies import make_finished_study

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def two_runs(platform: Platform) -> list[int]:
    """Two centralised trainings that differ in one setting."""
    config = {"epochs": 2, "early_stopping_patience": 0}
    runs = [
        platform.start_run(
            f"Rate {rate}",
            mode="centralized",
            visibility="team",
            config=config | {"learning_rate": rate},
        )
        for rate in (0.001, 0.01)
    ]
    for run_id in runs:
        platform.wait_for_run(run_id)
    return runs


@pytest.fixture(scope="module")
def study(platform: Platform) -> int:
    """A study of two seeds and two sites, over."""
    database = Database(platform.settings.database_url)
    made = make_finished_study(database, platform.admin_id, "Two sites")
    database.close()
    return made


def test_what_differs_between_two_runs_is_seen_first(stay: Stay, two_runs: list[int]) -> None:
    page = stay("member").walk(f"/compare?ids={two_runs[0]},{two_runs[1]}")
    table = page.get_by_test_id("param-table")
    expect(table.get_by_role("row")).to_have_count(2)  # the heading and the one that differs
    expect(table).to_contain_text("learning_rate")
    page.get_by_label(re.compile("Also show the")).check()
    expect(table.get_by_role("row", name="batch_size")).to_be_visible()


@pytest.fixture
def both_modes(finished_run: int, two_runs: list[int]) -> list[int]:
    """A federated run beside a centralised one, as the demo trains them."""
    return [finished_run, two_runs[0]]


def test_what_both_modes_measure_lies_in_one_chart(stay: Stay, both_modes: list[int]) -> None:
    page = stay("member").walk(f"/compare?ids={both_modes[0]},{both_modes[1]}")
    chart = page.get_by_test_id("chart-accuracy")
    for run_id in both_modes:
        expect(chart).to_contain_text(f"({run_id})")
    expect(page.get_by_test_id("chart-clients_val_recall")).to_contain_text(f"({both_modes[0]})")


def test_curves_of_two_runs_lie_over_each_other(stay: Stay, two_runs: list[int]) -> None:
    page = stay("member").walk(f"/compare?ids={two_runs[0]},{two_runs[1]}")
    chart = page.get_by_test_id("chart-val_loss")
    expect(chart.locator("canvas")).to_be_visible()
    for run_id in two_runs:
        expect(chart).to_contain_text(f"({run_id})")


def test_the_baseline_can_be_changed_and_stands_in_the_address(
    stay: Stay, two_runs: list[int]
) -> None:
    page = stay("member").walk(f"/compare?ids={two_runs[0]},{two_runs[1]}")
    page.get_by_role("button", name="Use as baseline Rate 0.01").click()
    expect(page.get_by_role("button", name="Use as baseline Rate 0.001")).to_be_visible()
    expect(page).to_have_url(re.compile(f"baseline={two_runs[1]}"))


def test_nothing_to_compare_says_what_to_do(stay: Stay) -> None:
    page = stay("member").walk("/compare")
    expect(page.get_by_role("heading", name="Nothing to compare yet")).to_be_visible()
    expect(page.get_by_role("link", name="Go to runs")).to_be_visible()


def test_what_cannot_be_compared_says_what_would_be_right(stay: Stay) -> None:
    visitor = stay("member")
    visitor.expect_trouble("status of 422")
    page = visitor.walk("/compare?ids=1")
    expect(page.get_by_role("alert")).to_contain_text("name 2 to 20 runs")
    expect(page.get_by_role("link", name="Go to runs")).to_be_visible()


def test_a_study_answers_in_one_sentence(stay: Stay, study: int) -> None:
    page = stay("member").walk(f"/studies/{study}")
    expect(page.get_by_test_id("study-sentence")).to_contain_text("needs 3 seeds or more")
    expect(page.get_by_test_id("arm-chart").first).to_contain_text("Local-only: the smallest site")
    expect(page.get_by_test_id("contrast-table").get_by_role("row")).to_have_count(4)
    expect(page.get_by_role("link", name=re.compile("local client_1 · seed"))).to_have_count(2)


def test_a_study_is_started_from_the_form_of_a_federated_run(stay: Stay) -> None:
    visitor = stay("member")
    page = visitor.walk("/new?preset=demo_federated")
    page.get_by_test_id("as-study").check()
    page.get_by_label("Seeds").fill("1")
    visitor.expect_trouble("status of 422")
    page.get_by_test_id("start-run").click()
    expect(page.get_by_test_id("form-problem")).to_contain_text("seeds")
    page.get_by_label("Seeds").fill("2")
    page.get_by_label("Rounds", exact=True).fill("1")
    page.get_by_test_id("start-run").click()
    expect(page).to_have_url(re.compile(r"/studies/\d+$"))
    expect(page.get_by_text("runs finished")).to_be_visible()
    study = visitor.call("GET", f"/api/studies/{page.url.rpartition('/')[2]}")
    visitor.stop_runs(*(training["run_id"] for training in reversed(study["trainings"])))


@pytest.mark.full
def test_comparison_and_study_can_be_used_by_everybody_on_every_screen(
    stay: Stay, two_runs: list[int], study: int
) -> None:
    visitor = stay("member")
    for path in (f"/compare?ids={two_runs[0]},{two_runs[1]}", f"/studies/{study}"):
        for width in (360, 1280):
            visitor.page.set_viewport_size({"width": width, "height": 900})
            visitor.walk(path)
            assert faults_of(visitor.settle()) == [], width
