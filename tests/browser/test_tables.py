"""A laboratory table on the page: its columns chosen, its gaps settled, and read again."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Stay

pytestmark = pytest.mark.browser


def _lab() -> str:
    rows = (
        f"p{n};{'' if n % 5 == 0 else '<0,5' if n % 7 == 0 else f'{n},5'};{'0' if n % 3 else '2'}B;"
        f"{'sick' if n % 2 else 'well'}"
        for n in range(40)
    )
    return "\n".join(["patientId;crp;ward;outcome", *rows]) + "\n"


def test_gaps_limits_and_categories_are_chosen_in_the_table_of_columns(
    stay: Stay, tmp_path: Path
) -> None:
    (tmp_path / "lab.csv").write_text(_lab())
    page = stay("member").walk("/datasets")
    page.get_by_label("File to upload").set_input_files(tmp_path / "lab.csv")
    page.get_by_label("Use outcome as").select_option(label="Target (class)")
    page.get_by_label("Missing values of crp").select_option(label="Median of the training rows")
    page.get_by_label("Limits in crp").select_option(label="Half of a lower limit counts")
    page.get_by_role("button", name="Upload", exact=True).click()
    card = page.get_by_test_id("dataset-card").filter(has_text="lab")
    expect(card).to_contain_text("40 rows × 1 features")
    expect(card).to_contain_text("8 missing cells are filled in each training with the median")

    card.get_by_role("button", name="Change columns").click()
    card.get_by_label("Use ward as").select_option(label="Feature (categories)")
    card.get_by_role("button", name="Read the file again").click()
    expect(card).to_contain_text("40 rows × 2 features")
    expect(card.get_by_role("row", name="ward")).to_contain_text("Feature (categories)")
