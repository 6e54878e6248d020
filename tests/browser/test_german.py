"""A person whose browser speaks German finds every page in German, and may choose English."""

import re

from playwright.sync_api import expect

PAGES = {
    "/": "Startseite",
    "/inbox": "Eingang",
    "/runs": "Runs",
    "/studies": "Studien",
    "/federations": "Föderationen",
    "/datasets": "Datensätze",
    "/models": "Modelle",
    "/health": "Zustand",
    "/new": "Neuer Run",
}


def test_a_german_browser_is_spoken_to_in_german(visit, finished_run):
    visitor = visit(locale="de-DE")
    page = visitor.open("/")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    for path, heading in PAGES.items():
        visitor.open(path)
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(heading))
    visitor.open(f"/runs/{finished_run}")
    expect(page.get_by_test_id("run-state")).to_have_text("erfolgreich")
    expect(page.get_by_role("tab", name="Übersicht")).to_be_visible()


def test_numbers_dates_and_plurals_follow_the_language(visit, finished_run):
    visitor = visit(locale="de-DE")
    page = visitor.open(f"/runs/{finished_run}?tab=rounds")
    expect(page.get_by_test_id("client-table").locator("tbody")).to_contain_text(
        re.compile(r"0,\d{4}")
    )
    expect(page.get_by_role("heading", name=re.compile("Clients in Runde"))).to_be_visible()


def test_a_chosen_language_wins_over_that_of_the_browser(visit):
    visitor = visit(locale="de-DE")
    page = visitor.open("/account")
    page.get_by_label("Sprache").select_option("en")
    expect(page.get_by_label("Language")).to_have_value("en")
    expect(page.get_by_role("heading", name="Active sessions")).to_be_visible()
    visitor.open("/runs")
    expect(page.locator("html")).to_have_attribute("lang", "en")
