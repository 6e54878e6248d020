"""Two models side by side: from the list to shared items, by keyboard and in German."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.auth.actor import Actor
from app.models.persona import Trait
from app.resources import Resources, open_resources
from harness.platform import Person, Platform
from services.benchmarks.runs.create import start_benchmark
from services.benchmarks.runs.types import BenchmarkRequest
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
PERSONAS, TRAITS = 24, 4


@pytest.fixture(scope="module")
def resources(platform: Platform) -> Iterator[Resources]:
    """What a worker has open."""
    opened = open_resources(platform.settings, OBSERVERS, pool_size=2)
    yield opened
    opened.close()


@pytest.fixture
def person(platform: Platform) -> Person:
    """A member."""
    return platform.add_person("member")


def fair(item) -> int | str:
    """Rate everybody by the trait alone; of the youngest say nothing."""
    if item.persona.age == 20:
        return "refusal"
    return _turned(item, 3)


def unfair(item) -> int:
    """Rate women two points better."""
    best = (item.persona.gender == "female") is (item.trait["valence"] > 0)
    return _turned(item, 4 if best else 2)


def _turned(item, rating: int) -> int:
    return rating if item.key.scale_order == "in" else 6 - rating


@pytest.fixture
def runs(person: Person, resources: Resources) -> list[int]:
    """A fair model and an unfair one, asked the same, and an unfair one asked otherwise."""
    dataset = make_persona_set(resources, person.id, PERSONAS)
    with resources.database.read() as session:
        query = select(Trait.id).where(Trait.is_active).order_by(Trait.id).limit(TRAITS)
        traits = session.scalars(query).all()
    actor, numbers = Actor(user_id=person.id, role="member"), []
    for name, rule, more in (
        ("fair-7b", fair, {}),
        ("unfair-7b", unfair, {}),
        ("warm-7b", unfair, {"temperature": 0.8}),
    ):
        make_benchmark_model(resources, person.id, name=name)
        request = BenchmarkRequest(
            dataset_id=dataset, model_name=name, name=f"Run of {name}", trait_ids=traits,
            scale_mode="in", dual_fraction=0.5, **more,
        )  # fmt: skip
        numbers.append(start_benchmark(resources.database, actor, request))
        performed(resources, numbers[-1], RuleAsker(rule))
    return numbers


def test_two_runs_are_selected_compared_and_read_item_by_item(
    visit: Visit, person: Person, runs: list[int]
) -> None:
    page = visit(None).let_in(person).open(f"/benchmarks/{runs[0]}")
    page.get_by_role("link", name="Compare with other runs").click()
    table = page.get_by_test_id("benchmark-table")
    expect(table.get_by_role("checkbox", name="Run of fair-7b")).to_be_checked()
    expect(page.get_by_test_id("compare-bar")).to_contain_text("Select at least two runs.")
    expect(page.get_by_role("button", name="Compare", exact=True)).to_be_disabled()
    table.get_by_role("checkbox", name="Run of warm-7b").focus()
    page.keyboard.press("j")
    page.keyboard.press("Space")
    expect(table.get_by_role("checkbox", name="Run of unfair-7b")).to_be_checked()
    page.keyboard.press("c")
    expect(page).to_have_url(re.compile(rf"/benchmarks/compare\?runs={runs[0]}(,|%2C){runs[1]}$"))

    finding = page.get_by_test_id("finding")
    expect(finding).to_contain_text("against “male” (gender)")
    expect(finding).to_contain_text("fair-7b is 2.00 points less favorable than unfair-7b")
    expect(page.get_by_test_id("fair")).to_be_visible()
    expect(page.get_by_test_id("differences")).to_have_count(0)
    row = page.get_by_test_id("group-differences").locator("[data-group=female]")
    expect(row).to_contain_text("−2.00")
    expect(row).to_contain_text("★")
    expect(page.get_by_test_id("outcome-pairs").locator("[data-outcome=accepted]")).to_contain_text(
        re.compile(r"9\d[.]\d %")
    )
    expect(page.get_by_test_id("intensities").get_by_role("img").first).to_be_visible()
    expect(page.get_by_test_id("orders")).to_contain_text("unfair-7b")
    _walk(page)
    faults = faults_of(page, ALL)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    assert download.value.suggested_filename == f"bias-intensity-{runs[0]}-{runs[1]}.csv"
    assert not faults, "\n".join(faults)


def _walk(page: Page) -> None:
    """Filter shared items, and go from one to the next with the keyboard."""
    part = page.get_by_test_id("pair-items")
    part.get_by_label("Group", exact=True).select_option("gender:female")
    part.get_by_label("Difference of ratings").select_option("1")
    detail = page.get_by_test_id("pair-item")
    expect(detail).to_contain_text("fair-7b is one point less favorable than unfair-7b")
    listed = part.get_by_role("option").filter(has_text="persona")
    first = detail.text_content()
    listed.first.focus()
    page.keyboard.press("j")
    expect(listed.nth(1)).to_be_focused()
    expect(detail).not_to_have_text(str(first))
    page.keyboard.press("k")
    expect(listed.first).to_be_focused()
    part.get_by_label("Difference of ratings").select_option("2")
    expect(part.get_by_text("No matching items")).to_be_visible()
    part.get_by_label("Difference of ratings").select_option("")
    part.get_by_label("Outcome").select_option("one_refused")
    expect(detail).to_contain_text("I would rather not say.")
    expect(detail).to_contain_text("no difference: not both rated it")


@pytest.mark.full
def test_a_comparison_fits_a_phone_speaks_german_and_says_what_is_unfair(
    visit: Visit, person: Person, runs: list[int]
) -> None:
    visitor = visit(None, viewport={"width": 360, "height": 740}, locale="de-DE").let_in(person)
    visitor.expect_trouble("status of 404", "status of 422")
    page = visitor.open(
        f"/benchmarks/compare?runs={','.join(map(str, runs))}&pair={runs[1]},{runs[2]}"
    )
    finding = page.get_by_test_id("finding")
    expect(finding).to_contain_text("dies vergleicht also nicht die Modelle allein")
    expect(finding).to_contain_text("nicht nachgewiesen. Das zeigt nicht, dass beide gleich")
    different = page.get_by_test_id("differences").locator("[data-field=temperature]")
    expect(different).to_contain_text("0,8")
    expect(page.get_by_test_id("intensities").get_by_role("img").first).to_be_visible()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    faults = faults_of(page, COLOURS)
    assert not faults, "\n".join(faults)
    visitor.walk(f"/benchmarks/compare?runs={runs[0]},999999")
    expect(page.get_by_text("Einen Benchmark-Lauf 999999 gibt es nicht.")).to_be_visible()
    visitor.walk(f"/benchmarks/compare?runs={runs[0]}")
    expect(page.get_by_role("heading", name="Noch nichts zu vergleichen")).to_be_visible()
