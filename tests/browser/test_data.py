"""Bringing data, reading what is wrong with it, and training on it."""

import random

import pytest
from playwright.sync_api import Page, expect

from harness.archives import csv_bytes, image_members, image_rows, image_zip, zip_bytes
from tests.browser.conftest import Stay

pytestmark = pytest.mark.browser


def _choose(page: Page, name: str, content: bytes) -> None:
    kind = "text/csv" if name.endswith(".csv") else "application/zip"
    page.get_by_label("File to upload").set_input_files(
        {"name": name, "mimeType": kind, "buffer": content}
    )


def _upload(page: Page, name: str, content: bytes) -> None:
    _choose(page, name, content)
    page.get_by_role("button", name="Upload", exact=True).click()


def _patients(rows: int) -> bytes:
    """Return a table in which the dose tells the two classes apart."""
    draw = random.Random(3)
    table = [
        {"dose": round(i % 2 + draw.random() / 2, 3), "age": draw.randint(20, 80), "Target": i % 2}
        for i in range(rows)
    ]
    return csv_bytes(table)


def test_an_uploaded_table_shows_its_classes_and_can_be_trained_on(stay: Stay) -> None:
    page = stay("member").walk("/datasets")
    _upload(page, "ward_seven.csv", _patients(120))
    card = page.get_by_test_id("dataset-card").filter(has_text="ward seven")
    expect(card).to_contain_text("120 rows × 2 features")
    expect(card.get_by_label("Rows per class in ward seven")).to_contain_text("60 50 %")

    card.get_by_role("link", name="Train on it").click()
    expect(page.locator("#f-dataset")).to_have_value(str(page.url.partition("dataset=")[2]))
    page.locator("#f-num_clients").fill("2")
    page.locator("#f-num_rounds").fill("2")
    page.get_by_test_id("start-run").click()
    expect(page.get_by_test_id("run-state")).to_have_text("succeeded", timeout=120_000)
    expect(page.get_by_role("link", name="ward seven")).to_be_visible()


def test_roles_are_chosen_from_the_columns_of_the_file_and_shown_with_what_was_changed(
    stay: Stay,
) -> None:
    page = stay("member").walk("/datasets")
    rows = [
        {"age": 20 + i, "plz": f"0{i}", "male": bool(i % 2), "phone": f"t{i}",
         "outcome": "?" if i == 3 else "ab"[i % 2]}
        for i in range(30)
    ]  # fmt: skip
    _choose(page, "roles.csv", csv_bytes([*rows, rows[0]]))
    table = page.get_by_role("table", name="Columns of roles.csv")
    expect(table.get_by_role("row")).to_have_count(6)
    table.get_by_label("Use outcome as").select_option(label="Target (class)")
    table.get_by_label("Use plz as").select_option(label="Site or text, not learned from")
    table.get_by_label("Use phone as").select_option(label="Ignored")
    page.get_by_label("Rows with missing cells").select_option(label="Leave these rows out")
    page.get_by_label("Keep repeated rows").check()
    page.get_by_role("button", name="Upload", exact=True).click()

    card = page.get_by_test_id("dataset-card").filter(has_text="roles")
    expect(card).to_contain_text("30 rows × 2 features")
    notes = card.get_by_label("What was changed or left out in roles")
    expect(notes).to_contain_text("1 of 31 rows are left out because a cell is missing")
    expect(notes).to_contain_text("True and False are read as 1 and 0: 'male'")
    expect(notes).to_contain_text("1 column is left out of the dataset: 'phone'")
    expect(notes).to_contain_text("1 row repeats another one exactly")
    shown = card.get_by_role("table", name="Columns of roles")
    for column, role in {
        "age": "Feature", "male": "Feature", "plz": "Site", "phone": "Ignored", "outcome": "Target",
    }.items():  # fmt: skip
        row = shown.get_by_role("row").filter(
            has=page.get_by_role("rowheader", name=column, exact=True)
        )
        expect(row).to_contain_text(role)


def test_a_choice_that_a_refusal_names_is_in_the_form(stay: Stay) -> None:
    visitor = stay("member")
    visitor.expect_trouble("status of 422")
    page = visitor.walk("/datasets")
    rows = [{"dose": i % 5, "Target": i % 2} for i in range(20)]
    _upload(page, "repeated.csv", csv_bytes(rows))
    expect(page.get_by_test_id("upload-error")).to_contain_text("choose to keep repeated rows")
    page.get_by_label("Keep repeated rows").check()
    page.get_by_role("button", name="Upload", exact=True).click()
    card = page.get_by_test_id("dataset-card").filter(has_text="repeated")
    expect(card).to_contain_text("20 rows × 1 features")


def test_an_uploaded_image_archive_shows_its_images_and_patients(stay: Stay) -> None:
    page = stay("member").walk("/datasets")
    _upload(page, "scans.zip", image_zip(image_rows(12)))
    card = page.get_by_test_id("dataset-card").filter(has_text="scans")
    expect(card).to_contain_text("12 images")
    expect(card.get_by_label("Rows per class in scans")).to_contain_text("6 50 %")


def test_a_bad_archive_is_refused_by_the_name_of_its_member(stay: Stay) -> None:
    visitor = stay("member")
    visitor.expect_trouble("status of 422")
    page = visitor.walk("/datasets")
    members = image_members(image_rows(6))
    _upload(page, "broken.zip", zip_bytes(members | {"Images/p3.png": b"not an image"}))
    expect(page.get_by_test_id("upload-error")).to_contain_text("p3.png")
    expect(page.get_by_test_id("dataset-card").filter(has_text="broken")).to_have_count(0)
