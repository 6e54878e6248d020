"""Text that people typed is shown as typed, whatever a browser could make of it."""

import pytest
from playwright.sync_api import Page, expect

from harness.archives import csv_bytes
from harness.platform import Platform
from tests.browser.conftest import Stay

pytestmark = pytest.mark.browser

EVIL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "<svg/onload=alert(3)>",
    '"><script>alert(4)</script>',
    "'><img src=x onerror=alert(5)>",
    "javascript:alert(6)",
    "<iframe srcdoc='<script>alert(7)</script>'>",
    "<a href=javascript:alert(8)>x</a>",
    "{{constructor.constructor('alert(9)')()}}",
    "${alert(10)}",
    "</title><script>alert(11)</script>",
    "</textarea><script>alert(12)</script>",
    "<body onload=alert(13)>",
    "<details open ontoggle=alert(14)>",
    "<math><mi//xlink:href=data:x,alert(15)>",
    "<b style=background:url(//x.example)>16</b>",
    "&lt;script&gt;alert(17)&lt;/script&gt;",
    "{@html '<img src=x onerror=alert(18)>'}",
    "%3Cscript%3Ealert(19)%3C/script%3E",
    "<noscript><p title='</noscript><img src=x onerror=alert(20)>'>",
]
COLUMN = EVIL[2]
MAX_NAME_LENGTH = 200
HATCHED = """
() => [...document.querySelectorAll('main *')]
  .filter((one) => one.matches('script, iframe, math, noscript, [src=x], [style*="x.example"]')
    || [...one.attributes].some((has) => /^on/i.test(has.name)
      || (/href|src|action|data/i.test(has.name) && /^javascript:/i.test(has.value))))
  .map((one) => one.outerHTML)
"""


def _names() -> list[str]:
    """Join the strings to as few names as there may be."""
    names = [EVIL[0]]
    for text in EVIL[1:]:
        if len(names[-1]) + len(text) < MAX_NAME_LENGTH:
            names[-1] += " " + text
        else:
            names.append(text)
    return names


def _table() -> bytes:
    """Return a table of a dozen rows per hospital, whose names and classes are such strings."""
    return csv_bytes(
        [
            {"row": number, COLUMN: EVIL[number % 20], "Target": EVIL[number // 20 % 2]}
            for number in range(20 * 12)
        ]
    )


def _add_dataset(platform: Platform, name: str) -> int:
    fields = {"kind": "table", "name": name, "visibility": "team", "text_columns": COLUMN}
    file = {"file": ("table.csv", _table(), "text/csv")}
    return int(platform.call("POST", "/api/datasets", data=fields, files=file)["id"])


def _expect_harmless(page: Page) -> None:
    assert page.evaluate(HATCHED) == []


def test_names_of_runs_and_datasets_are_shown_as_typed(
    stay: Stay, platform: Platform, finished_run: int
) -> None:
    dataset, visitor = _add_dataset(platform, "plain"), stay("admin")
    page = visitor.page
    for name in _names():
        platform.call("PATCH", f"/api/runs/{finished_run}", json={"name": name})
        platform.call("PATCH", f"/api/datasets/{dataset}", json={"name": name})
        visitor.walk(f"/runs/{finished_run}")
        expect(page.locator("h1")).to_have_text(name)
        _expect_harmless(page)
        for path in ("/", "/runs", "/datasets"):
            visitor.walk(path)
            expect(page.get_by_text(name, exact=True).first).to_be_visible()
            _expect_harmless(page)
    platform.call("PATCH", f"/api/runs/{finished_run}", json={"name": "Finished training"})


def test_a_column_classes_hospitals_and_log_lines_are_shown_as_typed(
    stay: Stay, platform: Platform
) -> None:
    dataset = _add_dataset(platform, "From everywhere")
    config = {"partitioner": "column", "partition_column": COLUMN, "min_client_rows": 4}
    run_id = platform.start_run("Everywhere", dataset=dataset, num_server_rounds=1, config=config)
    visitor = stay("admin")
    page = visitor.walk(f"/datasets?id={dataset}")
    for text in EVIL[:3]:
        expect(page.locator("main")).to_contain_text(text)
    _expect_harmless(page)

    visitor.walk(f"/runs/{run_id}")
    expect(page.get_by_test_id("run-state")).to_have_text("succeeded", timeout=120_000)
    for text in EVIL:
        expect(page.get_by_role("rowheader", name=text, exact=True).first).to_be_visible()
        expect(page.get_by_role("log")).to_contain_text(text)
    expect(page.get_by_test_id("confusion-matrix")).to_contain_text(EVIL[1])
    _expect_harmless(page)
    page.get_by_role("tab", name="History").click()
    expect(page.get_by_role("tabpanel")).to_contain_text(EVIL[0])
    _expect_harmless(page)
