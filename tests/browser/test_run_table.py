"""The run table: hundreds of runs, found, chosen and changed without losing one's place."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from app.resources import open_resources
from harness.eventually import eventually
from harness.platform import Platform
from services.domains import OBSERVERS
from tests.browser.conftest import Stay, Visit
from tests.factories.many import make_many

pytestmark = pytest.mark.browser
MANY = 450
NAME = "row"
ONLY = "filter=name%20LIKE%20'row%20%25'"
LAST_ROW = "document.querySelector('[data-testid=run-table]').parentElement.scrollTop = 1e7"


@pytest.fixture(scope="module")
def rows(platform: Platform) -> Iterator[list[int]]:
    """Hundreds of runs that the whole team may read, owned by the first admin."""
    resources = open_resources(platform.settings, OBSERVERS, pool_size=1)
    try:
        make_many(resources.database, 1, 2, "useless")
        yield make_many(resources.database, 1, MANY, NAME)
    finally:
        resources.close()


@pytest.fixture
def page(stay: Stay, rows: list[int]) -> Page:
    """The table with these runs only, before an admin who may change them."""
    return _all_of(stay("admin").walk(f"/runs?{ONLY}"))


@pytest.fixture
def own_page(visit: Visit, rows: list[int]) -> Page:
    """The same before an admin who leaves something behind, or leaves at once."""
    return _all_of(visit("admin").open(f"/runs?{ONLY}"))


def _all_of(page: Page) -> Page:
    expect(page.get_by_test_id("run-count")).to_have_text(str(MANY))
    return page


def _row(page: Page, name: str) -> Locator:
    return (
        page.get_by_test_id("run-table")
        .get_by_role("row")
        .filter(has=page.get_by_role("link", name=name, exact=True))
    )


def _tick(page: Page, name: str) -> Locator:
    return page.get_by_role("checkbox", name=f"Select {name}", exact=True)


def _bar(page: Page) -> Locator:
    return page.get_by_test_id("bulk-bar")


def test_only_what_is_in_sight_is_drawn_and_the_last_row_is_a_scroll_away(page: Page) -> None:
    table = page.get_by_test_id("run-table")
    expect(table).to_have_attribute("aria-rowcount", str(MANY + 1))
    expect(_row(page, f"row {MANY - 1}")).to_have_attribute("aria-rowindex", "2")
    page.evaluate(LAST_ROW)
    expect(_row(page, "row 0")).to_have_attribute("aria-rowindex", str(MANY + 1))
    assert table.locator("tbody tr").count() < 60


def test_columns_are_found_by_name_kept_in_the_address_and_sorted_by(own_page: Page) -> None:
    page = own_page
    page.get_by_text("Columns", exact=False).first.click()
    page.get_by_label("Search columns").fill("val_loss")
    page.get_by_role("checkbox", name="val_loss metric", exact=True).check()
    page.get_by_label("Search columns").fill("site")
    page.get_by_role("checkbox", name="site tag").check()
    page.keyboard.press("Escape")
    page.get_by_role("heading", level=1).click()
    page.get_by_role("button", name="val_loss", exact=True).click()
    page.get_by_role("button", name="val_loss", exact=True).click()
    expect(page.locator("[data-row='0']")).to_contain_text("row 0")
    page.reload()
    expect(page.locator("[data-row='0']")).to_contain_text("row 0")
    head = page.get_by_role("columnheader", name="val_loss", exact=True)
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(_row(page, "row 1")).to_contain_text("south")
    expect(_row(page, "row 0").locator("b").first).to_contain_text("best")


def test_the_filter_completes_names_and_points_at_the_fault(stay: Stay, rows: list[int]) -> None:
    visitor = stay("admin")
    visitor.expect_trouble("status of 422")
    page = visitor.walk("/runs")
    box = page.get_by_label("Filter runs")
    box.click()
    box.press_sequentially("metrics.val_lo")
    page.get_by_role("option", name="metrics.val_loss").click()
    box.press_sequentially("< 0.1 and params.lr = '0.1'")
    box.press("Enter")
    expect(page.get_by_test_id("run-count")).to_have_text("15")
    box.fill("metrics.val_loss < < 3")
    box.press("Enter")
    fault = page.get_by_test_id("filter-error")
    expect(fault).to_contain_text("column 20")
    expect(fault.locator("mark")).to_have_text("<")
    expect(box).to_have_attribute("aria-invalid", "true")
    visitor.walk("/")  # the list is fetched again now and then, with the filter that is wrong
    visitor.settle()


def test_a_selection_survives_scrolling_and_grows_to_all_that_fit(page: Page) -> None:
    _tick(page, f"row {MANY - 1}").click()
    _tick(page, f"row {MANY - 5}").click(modifiers=["Shift"])
    expect(_bar(page)).to_contain_text("5 selected")
    page.evaluate(LAST_ROW)
    _tick(page, "row 0").click()
    page.evaluate(LAST_ROW.replace("1e7", "0"))
    expect(_tick(page, f"row {MANY - 3}")).to_be_checked()
    _bar(page).get_by_role("button", name=f"Select all {MANY} matching").click()
    expect(_bar(page)).to_contain_text(f"{MANY} selected")
    page.get_by_role("button", name="Select none").click()
    expect(_bar(page)).to_be_hidden()


def test_a_range_takes_in_the_rows_that_were_never_in_sight(page: Page) -> None:
    _tick(page, f"row {MANY - 1}").click()
    page.evaluate(LAST_ROW)
    _tick(page, "row 0").click(modifiers=["Shift"])
    expect(_bar(page)).to_contain_text(f"{MANY} selected")


def test_who_comes_back_from_a_run_finds_the_place_that_was_left(page: Page) -> None:
    page.evaluate(LAST_ROW.replace("1e7", "8000"))
    _row(page, f"row {MANY - 210}").get_by_role("link").click()
    expect(page.get_by_role("tab", name="Overview")).to_be_visible()
    page.go_back()
    expect(_row(page, f"row {MANY - 210}")).to_be_in_viewport()


def test_archiving_says_how_many_first_and_can_be_taken_back(page: Page) -> None:
    _tick(page, "row 440").click()
    _tick(page, "row 441").click()
    _bar(page).get_by_role("button", name="Archive", exact=True).click()
    notices = page.get_by_role("status").locator("> *")  # those of tests before may still be there
    notice = notices.filter(has_text="Archiving 2 runs in 10 s")
    notice.get_by_role("button", name="Undo").click()
    expect(notice).to_be_hidden()
    expect(page.get_by_test_id("run-count")).to_have_text(str(MANY))


def test_a_tag_is_given_to_many_and_found_by_the_filter(own_page: Page, platform: Platform) -> None:
    page = own_page
    _tick(page, "row 430").click()
    _tick(page, "row 428").click(modifiers=["Shift"])
    _bar(page).get_by_role("button", name="Tag…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("kept for")
    dialog.get_by_label("Value").fill("the paper")
    dialog.get_by_role("button", name="Tag", exact=True).click()
    expect(page.get_by_text("Tagging 3 runs in 10 s")).to_be_visible()
    page.close()  # leaving does it at once
    query = {"filter": "tags.`kept for` = 'the paper'"}
    eventually(lambda: platform.call("GET", "/api/runs/list", params=query)["total"] == 3)


def test_deleting_for_good_is_typed(stay: Stay, platform: Platform, rows: list[int]) -> None:
    page = stay("admin").walk("/runs?filter=name%20LIKE%20'useless%20%25'")
    page.get_by_label("Select all loaded rows").click()
    _bar(page).get_by_role("button", name="Delete…").click()
    dialog = page.get_by_role("dialog", name="Delete 2 runs permanently?")
    expect(dialog.get_by_role("button", name="Delete permanently")).to_be_disabled()
    dialog.get_by_label("Type").fill("delete 2")
    dialog.get_by_role("button", name="Delete permanently").click()
    expect(page.get_by_role("heading", name="No matching runs")).to_be_visible()
    query = {"filter": "name LIKE 'useless%'", "archived": "all"}
    assert platform.call("GET", "/api/runs/list", params=query)["total"] == 0


def test_groups_show_means_with_their_intervals_and_lead_to_their_runs(
    stay: Stay, rows: list[int]
) -> None:
    page = stay("admin").walk(f"/runs?{ONLY}&columns=metrics.val_loss&value=best")
    page.get_by_label("Group by").select_option(label="By lr")
    group = page.get_by_test_id("group-table").get_by_role("row").filter(has_text="0.1")
    expect(group.get_by_role("cell").first).to_have_text("150")
    expect(group).to_contain_text("from")
    group.get_by_role("button", name="0.1").click()
    expect(page.get_by_test_id("run-count")).to_have_text("150")


def test_groups_show_the_metrics_of_their_own_runs(
    stay: Stay, platform: Platform, rows: list[int]
) -> None:
    for name in ("accuracy", "loss", "recall"):  # of a run that the filter leaves out
        body = {"name": f"other {name}", "visibility": "team"}
        run = platform.call("POST", "/api/runs", json=body)["id"]
        series = [{"name": name, "steps": [0], "values": [0.5]}]
        told = {"batch_id": "one", "series": series}
        platform.call("POST", f"/api/runs/{run}/series", json=told)
    page = stay("admin").walk(f"/runs?{ONLY}&group=params.lr&value=best")
    heads = page.get_by_test_id("group-table").get_by_role("columnheader")
    expect(heads).to_have_text(["params.lr", "Runs", "val_loss best"])


def test_a_view_keeps_its_name_and_comes_back(page: Page) -> None:
    page.locator("#mode-filter").select_option("centralized")
    page.get_by_text("Views", exact=True).click()
    page.get_by_label("Name of this view").fill("Mine")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto("/runs")
    page.locator("summary").filter(has_text="Views").click()
    page.get_by_role("button", name="Mine", exact=True).click()
    expect(page.locator("#mode-filter")).to_have_value("centralized")
    expect(page.get_by_test_id("run-count")).to_have_text(str(MANY))


def test_rows_do_not_move_while_some_are_selected(page: Page, platform: Platform) -> None:
    _tick(page, f"row {MANY - 1}").click()
    page.mouse.move(5, 5)
    body = {"name": "row that is new", "visibility": "team"}
    run = platform.call("POST", "/api/runs", json=body)["id"]
    expect(page.get_by_test_id("held")).to_be_visible()
    expect(page.locator("[data-row='0']")).to_contain_text(f"row {MANY - 1}")
    page.get_by_role("button", name="Select none").click()
    expect(page.locator("[data-row='0']")).to_contain_text("row that is new")
    platform.call("PATCH", f"/api/runs/{run}", json={"status": "completed"})
    platform.call("DELETE", f"/api/runs/{run}")


def test_the_table_is_taken_along_as_it_is_shown(page: Page, tmp_path: Path) -> None:
    _tick(page, f"row {MANY - 1}").click()
    with page.expect_download() as download:
        _bar(page).get_by_role("button", name="CSV").click()
    download.value.save_as(tmp_path / "runs.csv")
    lines = (tmp_path / "runs.csv").read_text().splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("id,name,status,")
    assert f",row {MANY - 1},completed," in lines[1]


def test_keys_walk_select_and_compare(page: Page) -> None:
    for key in ("j", "x", "j", "j", "X"):
        page.keyboard.press(key)
    expect(_bar(page)).to_contain_text("3 selected")
    page.keyboard.press("c")
    page.wait_for_url("**/compare?ids=*")


def test_a_table_without_a_fit_says_what_to_do(stay: Stay) -> None:
    page = stay("member").walk("/runs?filter=name%20%3D%20'nobody'")
    expect(page.get_by_role("heading", name="No matching runs")).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    expect(page).to_have_url("/runs")
