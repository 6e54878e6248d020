"""Files on their way from a page: cut, reloaded, and here already."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from harness.archives import csv_bytes
from tests.browser.conftest import Stay, Visit

pytestmark = pytest.mark.browser

UPLOADS = "**/api/uploads/*"


def _table(seed: int) -> bytes:
    return csv_bytes([{"dose": row * seed, "Target": row % 2} for row in range(40)])


def _choose(page: Page, file: Path, name: str) -> None:
    page.get_by_label("File to upload").set_input_files(file)
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Upload", exact=True).click()


def _no_bytes(route: Route) -> None:
    if route.request.method == "PATCH":
        route.abort()
    else:
        route.continue_()


def test_an_upload_that_is_cut_is_paused_and_goes_on_after_a_reload(
    visit: Visit, tmp_path: Path
) -> None:
    file = tmp_path / "cut.csv"
    file.write_bytes(_table(3))
    visitor = visit()
    visitor.expect_trouble("ERR_FAILED")
    page = visitor.open("/datasets")
    created: list[Request] = []
    page.on("request", lambda one: created.append(one) if _creates(one) else None)
    page.route(UPLOADS, _no_bytes)
    _choose(page, file, "cut and continued")
    progress = page.get_by_test_id("upload-progress")
    expect(progress).to_contain_text("Interrupted at")
    progress.get_by_role("button", name="Pause").click()
    expect(progress).to_contain_text("What was sent is kept")

    page.reload()
    page.unroute(UPLOADS)
    _choose(page, file, "cut and continued")
    card = page.get_by_test_id("dataset-card").filter(has_text="cut and continued")
    expect(card).to_contain_text("40 rows")
    assert len(created) == 1


def test_a_paused_upload_goes_on_by_a_press(visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / "paused.csv"
    file.write_bytes(_table(5))
    visitor = visit()
    visitor.expect_trouble("ERR_FAILED")
    page = visitor.open("/datasets")
    page.route(UPLOADS, _no_bytes)
    _choose(page, file, "paused and resumed")
    progress = page.get_by_test_id("upload-progress")
    expect(progress).to_contain_text("Interrupted at")
    progress.get_by_role("button", name="Pause").click()
    page.unroute(UPLOADS)
    progress.get_by_role("button", name="Resume").click()
    card = page.get_by_test_id("dataset-card").filter(has_text="paused and resumed")
    expect(card).to_contain_text("40 rows")


def test_the_same_bytes_are_not_sent_again(stay: Stay, tmp_path: Path) -> None:
    file = tmp_path / "twice.csv"
    file.write_bytes(_table(7))
    page = stay("member").walk("/datasets")
    _choose(page, file, "first time")
    expect(page.get_by_test_id("dataset-card").filter(has_text="first time")).to_be_visible()
    sent: list[Request] = []
    page.on("request", lambda one: sent.append(one) if _creates(one) else None)
    _choose(page, file, "second time")
    expect(page.get_by_test_id("dataset-card").filter(has_text="second time")).to_be_visible()
    assert sent == []


def _creates(request: Request) -> bool:
    return request.method == "POST" and request.url.endswith("/api/uploads")
