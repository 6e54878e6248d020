"""Bringing data, reading what is wrong with it, and training on it."""

import random

import pytest
from playwright.sync_api import Page, expect

from harness.archives import csv_bytes, image_members, image_rows, image_zip, zip_bytes
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def _upload(page: Page, name: str, content: bytes) -> None:
    kind = "text/csv" if name.endswith(".csv") else "application/zip"
    page.get_by_label("File to upload").set_input_files(
        {"name": name, "mimeType": kind, "buffer": content}
    )
    page.get_by_role("button", name="Upload", exact=True).click()


def _patients(rows: int) -> bytes:
    """Return a table in which the dose tells the two classes apart."""
    draw = random.Random(3)
    table = [
        {"dose": round(i % 2 + draw.random() / 2, 3), "age": draw.randint(20, 80), "Target": i % 2}
        for i in range(rows)
    ]
    return csv_bytes(table)


def test_an_uploaded_table_shows_its_classes_and_can_be_trained_on(visit: Visit) -> None:
    page = visit().open("/datasets")
    _upload(page, "ward_seven.csv", _patients(120))
    card = page.get_by_test_id("dataset-card").filter(has_text="ward seven")
    expect(card).to_contain_text("120 rows × 2 features")
    expect(card.get_by_label("Rows per class in ward seven")).to_contain_text("60 50 %")

    card.get_by_role("link", name="Train on it").click()
    expect(page.locator("#f-dataset")).to_have_value(str(page.url.partition("dataset=")[2]))
    page.locator("#f-num_clients").fill("2")
    page.locator("#f-num_rounds").fill("2")
    page.get_by_test_id("start-run").click()
    expect(page.get_by_test_id("run-state")).to_have_text("succeeded", timeout=60_000)
    expect(page.get_by_role("link", name="ward seven")).to_be_visible()


def test_an_uploaded_image_archive_shows_its_images_and_patients(visit: Visit) -> None:
    page = visit().open("/datasets")
    _upload(page, "scans.zip", image_zip(image_rows(12)))
    card = page.get_by_test_id("dataset-card").filter(has_text="scans")
    expect(card).to_contain_text("12 images")
    expect(card.get_by_label("Rows per class in scans")).to_contain_text("6 50 %")


def test_a_bad_archive_is_refused_by_the_name_of_its_member(visit: Visit) -> None:
    visitor = visit()
    visitor.expect_trouble("status of 422")
    page = visitor.open("/datasets")
    members = image_members(image_rows(6))
    _upload(page, "broken.zip", zip_bytes(members | {"Images/p3.png": b"not an image"}))
    expect(page.get_by_test_id("upload-error")).to_contain_text("p3.png")
    expect(page.get_by_test_id("dataset-card").filter(has_text="broken")).to_have_count(0)
