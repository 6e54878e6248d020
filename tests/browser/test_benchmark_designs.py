"""What the design of a run shows: steadiness, pairs, two attributes at once, traits by groups."""

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
from tests.factories.benchmarks import RuleAsker, make_benchmark_model, make_twins, performed

pytestmark = pytest.mark.browser
PAIRS, TRAITS = 24, 3


@pytest.fixture(scope="module")
def resources(platform: Platform) -> Iterator[Resources]:
    """What a worker has open."""
    opened = open_resources(platform.settings, OBSERVERS, pool_size=2)
    yield opened
    opened.close()


def favours_women(item) -> int:
    """Rate women one point better, and two pairs of three one point higher in the second wording."""
    is_moved = item.key.wording and item.persona.age % 3 > 0
    kind = 2 + (item.persona.gender == "female") + is_moved
    is_turned = (item.key.scale_order == "rev") is (item.trait["valence"] > 0)
    return 6 - kind if is_turned else kind


def retries_men(item) -> int:
    """Accept every second answer about a man at the second attempt."""
    return 2 if item.persona.gender == "male" and item.key.repeat else 1


def make_run(resources: Resources, person: Person) -> int:
    """Write a run of pairs that was asked in two wordings, both orders, twice."""
    make_benchmark_model(resources, person.id)
    with resources.database.read() as session:
        traits = session.scalars(select(Trait.id).order_by(Trait.id).limit(TRAITS)).all()
    request = BenchmarkRequest(
        dataset_id=make_twins(resources, person.id, PAIRS),
        model_name="tiny",
        trait_ids=traits,
        wordings=("a", "b"),
        repeats=2,
        dual_fraction=1.0,
    )
    run_id = start_benchmark(resources.database, Actor(user_id=person.id, role="member"), request)
    performed(resources, run_id, RuleAsker(favours_women, tries=retries_men))
    return run_id


def _tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Parts of the benchmark run").get_by_role(
        "link", name=name
    ).click()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def test_what_the_design_shows_is_read_tab_by_tab(
    visit: Visit, platform: Platform, resources: Resources
) -> None:
    person = platform.add_person("member")
    page = visit(None).let_in(person).open(f"/benchmarks/{make_run(resources, person)}")
    _tab(page, "Stability")
    _read_stability(page)
    faults = faults_of(page, ALL)
    _tab(page, "Intersections")
    page.get_by_label("Second attribute").select_option("religion")
    heat = page.get_by_test_id("crossed-heat")
    expect(heat.get_by_role("row", name="Muslims")).to_contain_text("n = 8")
    expect(heat.locator("td.few").first).to_be_visible()
    expect(page.locator(".stale")).to_have_count(0)
    expect(page.get_by_test_id("crossed-table").locator("tbody tr")).to_have_count(6)
    faults += faults_of(page, ALL)
    _tab(page, "Bias")
    _read_bias(page)
    faults += faults_of(page, ALL)
    _tab(page, "Setup")
    _warm_up(page)
    _tab(page, "Pairs")
    _read_pairs(page)
    faults += faults_of(page, ALL)
    page.get_by_test_id("widest-pairs").get_by_role("link").first.click()
    expect(page.get_by_test_id("of-persona")).to_be_visible()
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(TRAITS * 2 * 2 * 2)
    assert not faults, "\n".join(faults)


def _read_stability(page: Page) -> None:
    wording = page.locator("[data-factor=wording]")
    expect(wording).to_contain_text(re.compile(r"\d+ %.*\d+ % to \d+ %"))
    expect(page.locator("[data-factor=cue]")).to_contain_text("Choose two ways of showing groups")
    retest = page.get_by_test_id("retest")
    expect(retest).to_contain_text(f"{2 * PAIRS * TRAITS * 4} questions of 48 persons")
    expect(retest).to_contain_text("95 % interval over persons –.")
    men = page.get_by_test_id("retries").locator("[data-group=male]")
    expect(men).to_contain_text("50 %")
    expect(page.get_by_test_id("retries").get_by_role("table")).to_contain_text("★")


def _read_bias(page: Page) -> None:
    radar = page.get_by_test_id("radar")
    expect(radar.get_by_role("img")).to_have_accessible_name(re.compile("gender: at least 100.0"))
    expect(page.get_by_test_id("in-words")).to_contain_text("1.00 points")
    row = page.get_by_test_id("delta-table").locator("[data-group=male]")
    page.get_by_label("Baseline").select_option("female")
    expect(row).to_contain_text("different")
    expect(row).to_contain_text(re.compile(r"−1\.00.*−1\.\d\d to −0\.\d\d"))
    expect(page.get_by_test_id("trait-heat").locator("td")).to_have_count(TRAITS)
    expect(page.locator(".stale")).to_have_count(0)


def _read_pairs(page: Page) -> None:
    expect(page.get_by_test_id("strongest-pair")).to_contain_text(
        "“female” is rated 1.00 points more favorably than “male”"
    )
    directions = page.get_by_test_id("directions")
    expect(directions.get_by_role("img")).to_be_visible()
    row = directions.get_by_role("row", name="male → female")
    expect(row).to_contain_text("different")


def _warm_up(page: Page) -> None:
    """Start it with the keyboard and see its steps."""
    card = page.get_by_test_id("warm-up")
    card.get_by_role("button", name="Compute all tables").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-testid=warm-up][data-status=done]")).to_be_visible()
    expect(card.get_by_role("status")).to_contain_text("tables were computed in")
    card.get_by_text("steps with times").click()
    expect(card.locator("[data-step='forest:gender']")).to_contain_text("done")


@pytest.mark.full
def test_the_designs_fit_a_phone_and_speak_german(
    visit: Visit, platform: Platform, resources: Resources
) -> None:
    person = platform.add_person("member")
    page = visit(None, viewport={"width": 360, "height": 740}, locale="de-DE").let_in(person)
    shown = page.open(f"/benchmarks/{make_run(resources, person)}?tab=pairs")
    expect(shown.get_by_test_id("strongest-pair")).to_contain_text(
        "„weiblich“ wird 1,00 Punkte günstiger bewertet als „männlich“"
    )
    faults = faults_of(shown, COLOURS)
    shown.get_by_role("link", name="Beständigkeit").click()
    expect(shown.get_by_test_id("retest")).to_contain_text("Fragen zu 48 Personen")
    shown.emulate_media(color_scheme="dark")
    faults += faults_of(shown, COLOURS)
    shown.get_by_role("link", name="Kreuzungen").click()
    expect(shown.get_by_test_id("crossed-heat")).to_be_visible()
    faults += faults_of(shown, COLOURS)
    assert not faults, "\n".join(faults)
