"""A person whose browser speaks German finds every page in German, and may choose English."""

import re

from playwright.sync_api import expect

PAGES = {
    "/": "Startseite",
    "/inbox": "Eingang",
    "/runs": "Runs",
    "/studies": "Studien",
    "/federations": "Föderationen",
    "/sessions": "Sitzungen",
    "/datasets": "Datensätze",
    "/models": "Modelle",
    "/sites": "Websites",
    "/health": "Zustand",
    "/new": "Neuer Run",
}


def test_a_german_browser_is_spoken_to_in_german(visit, finished_run):
    visitor = visit(locale="de-DE")
    page = visitor.open("/")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    for path, heading in PAGES.items():
        visitor.walk(path)
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(heading))
    visitor.walk(f"/runs/{finished_run}")
    expect(page.get_by_test_id("run-state")).to_have_text("erfolgreich")
    expect(page.get_by_role("tab", name="Übersicht")).to_be_visible()


def test_numbers_dates_and_plurals_follow_the_language(stay, finished_run):
    page = stay("admin", locale="de-DE").walk(f"/runs/{finished_run}?tab=rounds")
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


# words that no German sentence has; names, logs and code are shown as they were written
ENGLISH = re.compile(
    r"(?<![\w-])(the|and|with|are|not|from|rows|rounds|trained|listening|ago|your)(?![\w-])",
    re.IGNORECASE,
)
SHOWN = """
() => {
  const main = document.querySelector('main').cloneNode(true);
  main.querySelectorAll('pre, code, [role=log], style, script').forEach((one) => one.remove());
  const spoken = [...main.querySelectorAll('[aria-label], [title], [placeholder]')].flatMap((one) =>
    ['aria-label', 'title', 'placeholder'].map((name) => one.getAttribute(name) ?? ''));
  const texts = [];
  const walk = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) texts.push(walk.currentNode.textContent.trim());
  return [...texts, ...spoken].filter(Boolean);
}
"""


def names(page) -> list[str]:
    """How people called what other tests of this platform made: longest first."""
    runs = page.request.get("/api/runs/list?limit=100").json()["runs"]
    datasets = page.request.get("/api/datasets?limit=100").json()["items"]
    return sorted({one["name"] for one in (*runs, *datasets)}, key=len, reverse=True)


def test_no_page_says_an_english_sentence_of_the_server(stay, finished_run):
    visitor = stay("admin", locale="de-DE")
    tabs = ("", "?tab=charts", "?tab=rounds", "?tab=system", "?tab=events")
    paths = ["/", "/health", "/new", "/datasets", "/users", "/tokens"]
    english = []
    for path in [*paths, *(f"/runs/{finished_run}{tab}" for tab in tabs)]:
        visitor.walk(path)
        page = visitor.settle()
        texts = page.evaluate(SHOWN)
        assert texts
        people = re.compile("|".join(map(re.escape, names(page))))
        english += [(path, text) for text in texts if ENGLISH.search(people.sub("", text))]
    assert english == []


def test_a_metric_is_german_or_its_own_name_and_a_sentence_has_its_code(stay, finished_run):
    visitor = stay("admin", locale="de-DE")
    page = visitor.walk(f"/runs/{finished_run}")
    expect(page.get_by_test_id("run-message")).to_have_text("Alle 2 Runden sind trainiert.")
    visitor.walk("/new")
    expect(page.get_by_label("Lernrate", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Ziffern in drei Runden")).to_be_visible()
