"""A benchmark run from the form to its results, followed live, judged by keyboard and in German."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from app.models.benchmark import BenchmarkRun
from app.resources import Resources, open_resources
from harness.platform import Person, Platform
from services.benchmarks.simulated import SIMULATED_URL
from services.domains import OBSERVERS
from tests.browser.accessibility import ALL, COLOURS, faults_of
from tests.browser.conftest import Visit
from tests.factories.benchmarks import (
    RuleAsker,
    make_benchmark_model,
    make_persona_set,
    performed,
)

pytestmark = pytest.mark.browser
PERSONAS, TRAITS = 12, 8
PAIRS = PERSONAS * TRAITS


@pytest.fixture(scope="module")
def resources(platform: Platform) -> Iterator[Resources]:
    """What a worker has open."""
    opened = open_resources(platform.settings, OBSERVERS, pool_size=2)
    yield opened
    opened.close()


@pytest.fixture
def person(platform: Platform, resources: Resources) -> Person:
    """A member with twelve personas and a model that has prices."""
    person = platform.add_person("member")
    make_persona_set(resources, person.id, PERSONAS)
    prices = {"input_price": 1.0, "output_price": 2.0}
    make_benchmark_model(resources, person.id, base_url=SIMULATED_URL, **prices)
    return person


def favours_women(item) -> int | str:
    """Rate women two points better in either order; of one trait say nothing."""
    if item.trait["adjective"] == "lazy":
        return "refusal"
    best = item.persona.gender == "female"
    rating = 4 if (item.trait["valence"] > 0) is best else 2
    return rating if item.key.scale_order == "in" else 6 - rating


def _tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Parts of the benchmark run").get_by_role(
        "link", name=name
    ).click()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def _start(page: Page) -> int:
    """Fill in the form, see what it costs and what is wrong, and start."""
    page.get_by_label("Personas").select_option(label=f"{_people(page)}")
    for category in ("morality", "sociability"):
        page.get_by_role("checkbox", name=category).uncheck()
    page.get_by_label("Model", exact=True).select_option(index=1)
    page.get_by_label("Asked in both orders [%]").fill("100")
    expect(page.get_by_test_id("item-count")).to_have_text(f"{2 * PAIRS} items")
    expect(page.get_by_test_id("start-summary")).to_contain_text(re.compile(r"About [\d.<]+.* EUR"))
    expect(page.get_by_test_id("smallest-effect")).to_contain_text(re.compile(r"from \d\.\d\d"))
    page.get_by_label("Baseline of gender").select_option("female")
    expect(page.get_by_test_id("detectable")).to_contain_text("rating points")
    page.get_by_label("Equivalence margin [rating points]").fill("9")
    page.get_by_test_id("start-benchmark").click()
    margin = page.get_by_label("Equivalence margin [rating points]")
    expect(margin).to_be_focused()
    expect(margin).to_have_attribute("aria-invalid", "true")
    margin.fill("0,25")
    page.get_by_test_id("start-benchmark").click()
    expect(page).to_have_url(re.compile(r"/benchmarks/\d+$"))
    return int(page.url.rpartition("/")[2])


def _people(page: Page) -> str:
    options = page.get_by_label("Personas").locator("option").all_text_contents()
    return next(one for one in options if one.startswith("People"))


def test_a_run_is_started_followed_and_judged(
    visit: Visit, person: Person, resources: Resources
) -> None:
    visitor = visit(None).let_in(person)
    visitor.expect_trouble("status of 422")
    page = visitor.open("/benchmarks")
    expect(page.get_by_role("heading", name="No benchmark runs yet")).to_be_visible()
    page.get_by_role("link", name="New benchmark run").first.click()
    expect(page.get_by_label("Personas")).to_be_visible()
    run_id = _start(page)
    expect(page.locator("[data-state=queued]").first).to_be_visible()
    expect(page.get_by_test_id("count-open")).to_have_text(str(2 * PAIRS))

    performed(resources, run_id, RuleAsker(favours_women))
    expect(page.get_by_test_id("count-done")).to_have_text(str(2 * PAIRS - 24))
    expect(page.get_by_test_id("failures")).to_contain_text("refused to rate: 24")
    finding = page.get_by_test_id("finding")
    expect(finding).to_contain_text("“male” (gender) 2.00 points less favorably than “female”")
    expect(finding).to_contain_text("24 of 192 items have no answer")
    card = page.get_by_test_id("validity")
    expect(card).to_contain_text("Anything about migration status: no prompt shows it.")
    expect(card).to_contain_text("24 failed, 0 not asked")
    with page.expect_download() as download:
        page.get_by_test_id("exports").get_by_role("link", name="Report (HTML)").click()
    assert "2.00 points less favorably" in download.value.path().read_text(encoding="utf-8")
    faults = faults_of(page, ALL)
    page.get_by_text("Newest answers").click()
    expect(page.get_by_test_id("newest-answers").locator("tbody tr").first).to_be_visible()

    _judge_groups(page)
    faults += faults_of(page, ALL)
    _tab(page, "Order")
    expect(page.locator("[data-grade=good]").first).to_contain_text("100 %")
    expect(page.get_by_test_id("order-traits").locator("tbody tr")).to_have_count(TRAITS - 1)
    _walk_through_items(page)
    faults += faults_of(page, ALL)
    _tab(page, "Missing")
    expect(page.get_by_test_id("missing-items")).to_contain_text("24 failed, 0 were not asked yet")
    _tab(page, "Setup")
    expect(page.get_by_test_id("manifest-hash")).to_have_text(re.compile(r"^[0-9a-f]{64}$"))
    row = page.get_by_test_id("visibility").get_by_role("row", name="migration status")
    expect(row).to_contain_text("not shown")
    faults += faults_of(page, ALL)
    assert not faults, "\n".join(faults)
    _ask_again_and_delete(page, run_id, resources)


def _judge_groups(page: Page) -> None:
    """Choose attribute and baseline with the keyboard."""
    _tab(page, "Bias")
    table = page.get_by_test_id("delta-table")
    expect(table.locator("[data-group=male]")).to_contain_text("−2.00")
    expect(table.locator("[data-group=male]")).to_contain_text("★")
    page.get_by_label("Baseline").focus()
    page.keyboard.press("m")
    expect(table.locator("[data-group=female]")).to_contain_text("+2.00")
    expect(page.get_by_test_id("forest").get_by_role("img")).to_be_visible()
    hidden = page.get_by_role("button", name="migration status")
    hidden.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("not-shown")).to_be_visible()


def _walk_through_items(page: Page) -> None:
    _tab(page, "Items")
    page.get_by_label("Rating", exact=True).select_option("4")
    detail = page.get_by_test_id("item-detail")
    expect(detail).to_contain_text("rating 4")
    expect(page.get_by_test_id("items").locator(".stale")).to_have_count(0)
    first = detail.text_content()
    listed = page.get_by_role("listbox", name="Items with their answers").get_by_role("option")
    listed.first.focus()
    page.keyboard.press("ArrowDown")
    expect(listed.nth(1)).to_be_focused()
    expect(detail).not_to_have_text(str(first))


def _ask_again_and_delete(page: Page, run_id: int, resources: Resources) -> None:
    with resources.database.write() as unit:
        run = unit.session.get_one(BenchmarkRun, run_id)
        run.endpoint = run.endpoint | {"cost_limit": 0.000_001}
    page.get_by_role("button", name="Ask 24 missing items").click()
    limit = page.get_by_label("New cost limit (empty: none)")
    expect(page.get_by_test_id("raise-limit")).to_contain_text("may cost 1e-06")
    limit.fill("2,5")
    limit.press("Enter")
    expect(limit).to_be_hidden()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    performed(resources, run_id)
    expect(page.get_by_test_id("count-failed")).to_have_text("0")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete permanently").click()
    expect(page.get_by_role("heading", name="No benchmark runs yet")).to_be_visible()


@pytest.mark.full
def test_a_run_fits_a_phone_and_speaks_german(
    visit: Visit, person: Person, platform: Platform, resources: Resources
) -> None:
    page = visit(None, viewport={"width": 360, "height": 740}, locale="de-DE").let_in(person)
    body = {"model_name": "tiny", "language": "de", "dual_fraction": 1.0, "visibility": "team"}
    body["dataset_id"] = make_persona_set(resources, 1, 4, "team")
    make_benchmark_model(resources, 1, "team", base_url=SIMULATED_URL)
    run_id = platform.call("POST", "/api/benchmarks/start", json=body)["run_id"]
    performed(resources, run_id, RuleAsker(favours_women))
    shown = page.open(f"/benchmarks/{run_id}")
    expect(shown.get_by_role("heading", name="Was nachgewiesen wurde")).to_be_visible()
    assert not shown.evaluate("document.documentElement.scrollWidth > innerWidth")
    shown.get_by_role("link", name="Verzerrung").click()
    expect(shown.get_by_test_id("forest").get_by_role("img")).to_be_visible()
    assert not shown.evaluate("document.documentElement.scrollWidth > innerWidth")
    faults = faults_of(shown, COLOURS)
    assert not faults, "\n".join(faults)
