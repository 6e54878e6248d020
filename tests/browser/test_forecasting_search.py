"""A search over settings on the page of a session: its ranges, its trials, and the one that is used."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import ALL, faults_of
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
TRAINING_MS = 60_000


def test_settings_are_searched_and_the_best_becomes_a_model(visit: Visit) -> None:
    page = visit().open("/sessions?new=1")
    page.get_by_role("button", name="Open a sample session").click()
    expect(page.get_by_test_id("step-training")).to_be_visible()
    page.get_by_text("New search").click()
    page.get_by_label("Model family").select_option("LIN")
    start = page.get_by_test_id("search")
    page.get_by_label("Trials").fill("101")
    expect(start).to_be_disabled()
    page.get_by_label("Trials").fill("2")
    ranges = page.get_by_label("Features: values, separated by semicolons")
    ranges.fill("auto; sinus")
    expect(start).to_be_disabled()
    ranges.fill("auto; window")
    assert faults_of(page, ALL) == []
    start.click()
    board = page.get_by_test_id("search-board")
    expect(board).to_contain_text("Finished: 2 trials", timeout=TRAINING_MS)
    expect(board).to_contain_text(re.compile(r"scaled values on \d+ validation samples"))
    expect(page.get_by_test_id("leaderboard")).to_have_count(0)
    board.get_by_role("button", name=re.compile(r"^Use trial \d$")).click()
    expect(board).to_contain_text("Used")
    models = page.get_by_test_id("leaderboard")
    expect(models).to_contain_text("succeeded", timeout=TRAINING_MS)
    expect(models.get_by_role("link", name="Evaluation of Linear")).to_be_visible()
    assert faults_of(page, ALL) == []
