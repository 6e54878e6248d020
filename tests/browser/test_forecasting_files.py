"""The step Files and the step Split: columns, recipes, new rows, periods that are left out."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from blueprints.uploads.headers import parse_metadata
from tests.browser.conftest import Visit
from tests.factories.sessions import BEGIN

pytestmark = pytest.mark.browser
HOURS = 24 * 10


def _table(first: int, last: int, more: float = 0) -> dict[str, object]:
    rows = [
        f"{BEGIN + timedelta(hours=hour):%Y-%m-%d %H:%M:%S};{hour % 24 + more};{hour % 7}"
        for hour in range(first, last)
    ]
    text = "\n".join(["UTC;load;weather", *rows, ""])
    return {"name": f"from {first}.csv", "mimeType": "text/csv", "buffer": text.encode()}


def _meter(year: int, days: int) -> dict[str, object]:
    """Return days of which nothing says whether the day or the month comes first."""
    rows = "".join(f"{day:02}/{day + 1:02}/{year} 00:00;{day},5\n" for day in range(1, days + 1))
    text = f"Zeit;Wert\n{rows}"
    return {"name": f"meter {year}.csv", "mimeType": "text/csv", "buffer": text.encode()}


def test_a_recipe_that_is_saved_here_answers_the_question_of_the_next_file(visit: Visit) -> None:
    page = visit().open("/sessions")
    page.get_by_role("button", name="New session").first.click()
    page.get_by_label("Name", exact=True).fill("Meters")
    page.get_by_role("button", name="Create session").click()
    with page.expect_request(
        lambda one: one.url.endswith("/api/uploads") and one.method == "POST"
    ) as sent:
        page.get_by_label("Input files").set_input_files([_meter(2024, 8)])
    said = parse_metadata(sent.value.headers["upload-metadata"])
    assert (set(said), said["filename"]) == ({"filename", "purpose", "sessionId"}, "meter 2024.csv")
    assert said["purpose"].startswith("forecast_session:")  # by which a full quota refuses at once
    page.get_by_role("button", name="Day first (31.12.2024)").click()
    page.get_by_text("Import recipe", exact=True).click()
    page.get_by_label("Name of the recipe").fill("Meters of the north")
    page.get_by_role("button", name="Save these answers as a recipe").click()
    expect(page.get_by_text("Your import recipes (1)")).to_be_visible()

    page.get_by_label("Output files").set_input_files([_meter(2025, 9)])
    following = page.get_by_test_id("file-output")
    expect(following.get_by_test_id("applied-recipe")).to_have_text(
        "Read by the import recipe “Meters of the north”."
    )
    expect(following).to_contain_text("9 of 9 rows")
    expect(following).to_contain_text("Oct 9, 2025")
    expect(page.get_by_test_id("file-question")).to_have_count(0)

    following.get_by_text("Missing values", exact=True).click()
    codes = following.get_by_test_id("missing-codes")
    again = codes.get_by_role("button", name="Read the file again")
    codes.get_by_label("Numbers that stand for no value").fill("8,5; x")
    expect(codes).to_contain_text("At most 20 numbers")
    expect(again).to_be_disabled()
    codes.get_by_label("Numbers that stand for no value").fill("8,5; -999")
    again.click()
    expect(following).to_contain_text("8 of 9 rows")
    expect(codes.get_by_label("Numbers that stand for no value")).to_have_value("8.5; -999")


def test_columns_are_chosen_rows_appended_and_periods_left_out(visit: Visit) -> None:
    page = visit().open("/sessions")
    page.get_by_role("button", name="New session").first.click()
    page.get_by_label("Name", exact=True).fill("Grid")
    page.get_by_role("button", name="Create session").click()
    page.get_by_label("Input files").set_input_files([_table(0, HOURS)])
    inputs = page.get_by_test_id("file-input")
    expect(inputs).to_have_count(2)

    card = inputs.first
    card.get_by_text("Columns of the file (2 of 2 used)").click()
    card.get_by_label("load as an output").check()
    card.get_by_label("load as an input").uncheck()
    card.get_by_label("weather as an input").uncheck()
    card.get_by_role("button", name="Use these columns").click()
    expect(page.get_by_test_id("file-output")).to_contain_text("240 of 240 rows")
    expect(inputs).to_have_count(0)

    rows = page.get_by_label(re.compile("^File with new rows"))
    rows.set_input_files([_table(HOURS - 1, HOURS + 12, more=1)])
    overlap = page.get_by_test_id("overlap")
    expect(overlap).to_contain_text("1 of 1 rows that are here already has another value.")
    overlap.get_by_role("button", name="Keep the values that are here").click()
    expect(page.get_by_test_id("file-output")).to_contain_text("252 of 252 rows")
    expect(page.get_by_text("Rows of 2 files:")).to_be_visible()

    page.get_by_text("Import recipe", exact=True).click()
    page.get_by_label("Name of the recipe").fill("Grid files")
    page.get_by_role("button", name="Save these answers as a recipe").click()
    page.get_by_text("Your import recipes (1)").click()
    expect(page.get_by_test_id("recipes")).to_contain_text("Grid files")
    page.get_by_role("button", name="Delete recipe Grid files").click()
    expect(page.get_by_test_id("recipes")).to_have_count(0)

    page.get_by_role("navigation", name="Steps of the session").get_by_role(
        "link", name=re.compile("^Split")
    ).click()
    page.get_by_role("button", name="Add a period").click()
    page.get_by_label("Start of period 1").fill("2024-01-03T00:00")
    page.get_by_label("End of period 1").fill("2024-01-02T00:00")
    expect(page.get_by_text("The end must be after the start.")).to_be_visible()
    page.get_by_label("End of period 1").fill("2024-01-04T00:00")
    page.get_by_label("End of period 1").blur()
    page.get_by_text("As a table").click()
    table = page.get_by_role("table", name="Blocks and gaps")
    expect(table).to_contain_text("Left outJan 3, 2024, 12:00 AMJan 4, 2024, 12:00 AM")
