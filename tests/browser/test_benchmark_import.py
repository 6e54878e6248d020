"""Ratings of another program are brought in: looked at, corrected, imported, and read as a run."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from harness.platform import Platform
from tests.browser.accessibility import ALL, faults_of
from tests.browser.conftest import Visit
from tests.factories.evaluation_logs import eval_log, header

pytestmark = pytest.mark.browser


def rated(number: int, order: str, rating: int, trait: str = "friendly") -> dict[str, object]:
    """Return a sample of Inspect about one of two dozen persons."""
    person = {"id": f"p{number}", "gender": ("female", "male")[number % 2]}
    return {
        "id": f"{number}-{order}-{trait}",
        "epoch": 1,
        "scores": {"rating": {"value": rating}},
        "metadata": {"who": person, "trait": trait, "order": order},
    }


def test_a_log_is_looked_at_mapped_imported_and_read(
    visit: Visit, platform: Platform, tmp_path: Path
) -> None:
    file = tmp_path / "ratings.eval"
    samples = [
        rated(
            n, order, 1 + (7 * n + 3 * len(trait) + n % 2 + (5 * n * n + len(order)) % 3) % 5, trait
        )
        for n in range(24)
        for order in ("in", "rev")
        for trait in ("friendly", "honest")
    ]
    file.write_bytes(eval_log(header(), *samples, rated(24, "sideways", 3)))
    page = visit(None).let_in(platform.add_person("member")).open("/benchmarks/import")
    page.locator("#f-file").set_input_files(file)
    expect(page.get_by_test_id("mapping-problem")).to_contain_text("the persona")
    page.get_by_label("Person", exact=True).select_option("metadata.who.id")
    expect(page.get_by_test_id("import-groups")).to_contain_text("female (12), male (12)")
    expect(page.get_by_test_id("import-left")).to_contain_text("1 sample is no item")
    faults = faults_of(page, ALL)
    button = page.get_by_test_id("import-ratings")
    expect(button).to_be_disabled()
    page.get_by_label(re.compile("Leave out the samples")).check()
    button.click()
    expect(page.get_by_test_id("origin")).to_have_text("imported")
    page.get_by_role("link", name="Setup").click()
    expect(page.get_by_test_id("source")).to_contain_text("96 of 97 samples")
    faults += faults_of(page, ALL)
    page.get_by_role("link", name="Bias").click()
    page.get_by_test_id("fit-mixed").click()
    expect(page.get_by_test_id("mixed").get_by_role("row", name="male")).to_be_visible()
    faults += faults_of(page, ALL)
    assert not faults, "\n".join(faults)
