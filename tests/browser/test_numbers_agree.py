"""One run, five pages: each shows the same figures, and they follow from the model's own matrix."""

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from harness.platform import Platform
from tests.browser.conftest import Stay
from tests.support.figures import duration, figure

pytestmark = pytest.mark.browser
NAMES = {"federated": "Counted across sites", "centralized": "Counted in one place"}


@dataclass(frozen=True)
class Figures:
    """What must be seen of a run, as text."""

    run_id: int
    name: str
    accuracy: str
    recall: str
    duration: str


@pytest.fixture(scope="module")
def figures(platform: Platform) -> list[Figures]:
    """A run of each mode, and its figures counted from its confusion matrix and its times."""
    rounds = {"federated": {"num_server_rounds": 3}, "centralized": {"config": {"epochs": 3}}}
    runs = {
        name: platform.start_run(name, mode=mode, visibility="team", **rounds[mode])
        for mode, name in NAMES.items()
    }
    for run_id in runs.values():
        platform.wait_for_run(run_id)
    return [_counted(platform.run(run_id), name) for name, run_id in runs.items()]


def _counted(run: dict[str, Any], name: str) -> Figures:
    (tn, fp), (fn, tp) = run["manifest"]["test"]["confusion"]
    seconds = run["times"]["running_seconds"]
    return Figures(
        run_id=run["id"],
        name=name,
        accuracy=figure((tp + tn) / (tp + tn + fp + fn)),
        recall=figure(tp / (tp + fn)),
        duration=duration(seconds),
    )


def _row(page: Page, within: str, name: str) -> Locator:
    return page.locator(within).get_by_role("row").filter(has_text=name).first


def test_the_page_of_a_run_shows_what_its_matrix_and_its_times_give(
    stay: Stay, figures: list[Figures]
) -> None:
    visitor = stay("member")
    for run in figures:
        page = visitor.walk(f"/runs/{run.run_id}")
        result = page.get_by_test_id("test-result")
        for word, value in (("accuracy", run.accuracy), ("recall", run.recall)):
            pair = result.locator("dl > div").filter(has_text=word)
            expect(pair.locator("dd").first).to_have_text(value)
        duration = page.locator("dl > div").filter(has_text="Duration").locator("dd")
        expect(duration).to_have_text(run.duration)


def test_home_the_list_and_insights_show_the_same(stay: Stay, figures: list[Figures]) -> None:
    visitor = stay("member")
    page = visitor.walk("/")
    for run in figures:
        expect(_row(page, "main", run.name)).to_contain_text(run.accuracy)
        expect(_row(page, "main", run.name)).to_contain_text(run.duration)
    visitor.walk("/runs?columns=results.accuracy,results.recall,duration")
    for run in figures:
        row = _row(page, "[data-testid=run-table]", run.name)
        for text in (run.accuracy, run.recall, run.duration):
            expect(row).to_contain_text(text)
    visitor.walk("/analytics")
    for run in figures:
        row = _row(page, "[data-testid=top-runs]", run.name)
        expect(row).to_contain_text(run.accuracy)
        expect(row).to_contain_text(run.duration)


def test_compare_shows_the_same(stay: Stay, figures: list[Figures]) -> None:
    page = stay("member").walk(f"/compare?ids={','.join(str(run.run_id) for run in figures)}")
    row = _row(page, "[data-testid=result-table]", "accuracy")
    for place, run in enumerate(figures):
        expect(row.get_by_role("cell").nth(place)).to_contain_text(run.accuracy)
