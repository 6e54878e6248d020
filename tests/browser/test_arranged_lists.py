"""A study as one row, columns that the runs have, charts in groups by hand, and directions."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from app.db.engine import Database
from harness.platform import Platform
from tests.browser.conftest import Stay, Visit
from tests.factories.finished_studies import make_finished_study

pytestmark = pytest.mark.browser
STUDY = "Is a row enough"


@pytest.fixture(scope="module")
def study(platform: Platform) -> int:
    """A finished study of two seeds that the whole team may read: eight runs."""
    database = Database(platform.settings.database_url)
    made = make_finished_study(database, platform.admin_id, STUDY, seeds=(5, 6))
    database.close()
    return made


@pytest.fixture(scope="module")
def scripts(platform: Platform) -> list[int]:
    """Two runs of a script whose metric no catalogue knows."""
    runs = []
    for number in range(2):
        body = {"name": f"tuning {number}", "visibility": "team", "params": {"depth": number}}
        run = platform.call("POST", "/api/runs", json=body)["id"]
        values = [1.0 + number, 3.0 + number, 2.0]
        series = [
            {"name": name, "steps": [0, 1, 2], "values": values} for name in ("reward", "fit/gain")
        ]
        batch = {"batch_id": "one", "series": series}
        platform.call("POST", f"/api/runs/{run}/series", json=batch)
        platform.call("PATCH", f"/api/runs/{run}", json={"status": "completed"})
        runs.append(run)
    return runs


def _study_row(page: Page) -> Locator:
    return page.get_by_test_id("study-row").filter(has_text=STUDY)


def _heads(page: Page) -> Locator:
    return page.get_by_test_id("run-table").get_by_role("columnheader")


def test_a_study_is_one_row_that_opens_by_keyboard_and_is_selected_for_compare(
    stay: Stay, study: int
) -> None:
    page = stay("admin").walk(f"/runs?filter=name%20LIKE%20'{STUDY}%25'")
    expect(page.get_by_test_id("run-count")).to_have_text("8")
    row = _study_row(page)
    expect(row).to_contain_text("Study, 8 runs")
    expect(row.get_by_test_id("study-means")).to_contain_text("AUROC: federated")
    expander = row.get_by_role("button", name=f"Runs of the study {STUDY}")
    expect(expander).to_have_attribute("aria-expanded", "false")
    expander.focus()
    page.keyboard.press("Enter")
    expect(expander).to_have_attribute("aria-expanded", "true")
    expect(expander).to_be_focused()
    table = page.get_by_test_id("run-table")
    expect(table).to_have_attribute("aria-rowcount", "10")  # head, study and eight runs
    expect(table.get_by_role("link", name=f"{STUDY} · federated · seed 5")).to_be_visible()
    page.get_by_role("checkbox", name=f"Select all runs of {STUDY}").check()
    expect(page.get_by_test_id("bulk-bar")).to_contain_text("8 selected")
    page.get_by_test_id("bulk-bar").get_by_role("button", name="Compare").click()
    expect(page.get_by_role("list", name="Compared runs").get_by_role("listitem")).to_have_count(8)
    page.go_back()
    _study_row(page).get_by_role("link", name=STUDY).click()
    expect(page.get_by_role("heading", level=1, name=STUDY)).to_be_visible()


def test_who_wants_every_run_in_a_row_says_so_once(visit: Visit, study: int) -> None:
    visitor = visit("member")
    page = visitor.open(f"/runs?filter=name%20LIKE%20'{STUDY}%25'")
    expect(_study_row(page)).to_be_visible()
    with page.expect_response(lambda answer: "/api/preferences" in answer.url):
        page.get_by_label("One row per study").uncheck()
    expect(_study_row(page)).to_have_count(0)
    expect(page.get_by_test_id("run-table")).to_have_attribute("aria-rowcount", "9")
    page.reload()
    expect(page.get_by_test_id("run-table")).to_have_attribute("aria-rowcount", "9")


def test_home_and_search_show_a_study_once(stay: Stay, study: int) -> None:
    page = stay("member").walk("/")
    row = _study_row(page)
    row.get_by_role("button", name=f"Runs of the study {STUDY}").click()
    expect(page.get_by_role("link", name=f"{STUDY} · central · seed 6")).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_label("Search runs, pages and commands").fill(STUDY)
    options = page.get_by_role("listbox", name="Matches").get_by_role("option")
    expect(options.filter(has_text=STUDY)).to_have_count(1)


def test_columns_are_those_that_the_runs_have_until_somebody_chooses(
    visit: Visit, scripts: list[int], study: int
) -> None:
    visitor = visit("member")
    page = visitor.open("/runs?filter=name%20LIKE%20'tuning%25'")
    expect(_heads(page)).to_have_text(
        [
            "",
            "Run",
            "State",
            "fit/gain (result)",
            "reward (result)",
            "depth",
            "Duration",
            "Started↓",
        ]
    )
    cells = page.locator("[data-row='0']").get_by_role("cell")
    expect(cells).not_to_contain_text(["–"] * 7)
    page.get_by_text("Columns", exact=False).first.click()
    page.get_by_label("Search columns").fill("Origin")
    with page.expect_response(lambda answer: "/api/preferences" in answer.url):
        page.get_by_role("checkbox", name="Origin").check()
    expect(_heads(page).last).to_have_text("Origin")
    page.goto("/runs")  # without the choice in the address it is still this person's
    expect(_heads(page).last).to_have_text("Origin")
    page.get_by_text("Columns", exact=False).first.click()
    page.get_by_role("button", name="Reset to default").click()
    expect(_heads(page).last).to_have_text("Started↓")


def test_charts_are_pinned_named_and_grouped_by_hand_with_the_keyboard(
    visit: Visit, stay: Stay, scripts: list[int]
) -> None:
    visitor = visit("member")
    page = visitor.open(f"/runs/{scripts[0]}?tab=charts")
    groups = page.get_by_test_id("chart-group")
    expect(groups).to_have_count(2)
    page.get_by_label("Arrange Reward").focus()
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Title").fill("What it earned")
    page.get_by_role("combobox", name="Group", exact=True).fill("Earnings")
    with page.expect_response(lambda answer: "/api/preferences" in answer.url):
        page.keyboard.press("Enter")
    mine = groups.filter(has=page.get_by_role("heading", name="Earnings"))
    expect(mine.get_by_role("heading", name="What it earned")).to_be_visible()
    mine.get_by_role("button", name="Rename the group Earnings").click()
    page.get_by_label("Name of the group").fill("Money")
    with page.expect_response(lambda answer: "/api/preferences" in answer.url):
        page.keyboard.press("Enter")
    page.get_by_label("Arrange Gain").click()
    with page.expect_response(lambda answer: "/api/preferences" in answer.url):
        page.get_by_role("checkbox", name="Pin to the top").click()
    expect(page.get_by_label("Arrange Gain")).to_be_focused()
    visitor.walk(f"/compare?ids={scripts[0]},{scripts[1]}")  # the same on another page
    expect(groups.first.get_by_role("heading", name="Pinned")).to_be_visible()
    money = groups.filter(has=page.get_by_role("heading", name="Money"))
    expect(money.get_by_role("heading", name="What it earned")).to_be_visible()
    stranger = stay("member").walk(f"/runs/{scripts[0]}?tab=charts")
    expect(stranger.get_by_label("Arrange Reward")).to_be_visible()


def test_a_chosen_direction_brings_best_values_and_stars(
    stay: Stay, scripts: list[int], platform: Platform
) -> None:
    visitor = stay("admin")
    page = visitor.walk(f"/compare?ids={scripts[0]},{scripts[1]}")
    table = page.get_by_test_id("metric-table")
    reward = table.get_by_role("row").filter(has_text="reward")
    expect(reward.locator("b")).to_have_count(0)
    reward.get_by_label("Which is better of reward").select_option("max")
    expect(reward.locator("b")).to_have_text("4.000")
    visitor.walk(f"/runs/{scripts[1]}")
    chart = page.get_by_test_id("chart-reward")
    expect(chart.get_by_role("columnheader", name="Best")).to_be_visible()
    expect(chart.get_by_role("row").filter(has_text="reward")).to_contain_text("4.000 @1")
    page.get_by_label("Which is better of reward").select_option("min")
    expect(chart.get_by_role("row").filter(has_text="reward")).to_contain_text("2.000 @")
    told: dict[str, Any] = platform.call("GET", f"/api/runs/{scripts[1]}/series/summary")
    assert {one["name"]: one["goal"] for one in told["series"]}["reward"] == "min"


def test_the_palette_hands_a_comparison_to_the_list(stay: Stay, scripts: list[int]) -> None:
    visitor = stay("member")
    visitor.expect_trouble("status of 422")
    page = visitor.walk("/")
    for typed, answer in (
        ('status = "succeeded" and name LIKE "tuning%"', "2"),
        ("depth = 1", "A parameter is written params.depth"),
    ):
        page.keyboard.press("Control+k")
        page.get_by_label("Search runs, pages and commands").fill(typed)
        expect(page.get_by_role("option", name=f"Runs where {typed}")).to_be_visible()
        page.keyboard.press("Enter")
        place = "run-count" if answer == "2" else "filter-error"
        expect(page.get_by_test_id(place)).to_contain_text(answer)
