"""Texts about personas: written, followed live, read, shown in a run that waits in the queue."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from app.resources import Resources, open_resources
from harness.platform import Person, Platform
from services.benchmarks.errors import CannotScore
from services.benchmarks.generations.topics import generation_subject
from services.benchmarks.simulated import SIMULATED_URL
from services.domains import OBSERVERS
from tests.browser.accessibility import ALL, faults_of
from tests.browser.conftest import Visit
from tests.factories.benchmarks import fail_job, make_benchmark_model, make_persona_set
from tests.factories.generations import RuleWriter, performed_generation, plain

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def resources(platform: Platform) -> Iterator[Resources]:
    """What a worker has open."""
    opened = open_resources(platform.settings, OBSERVERS, pool_size=2)
    yield opened
    opened.close()


@pytest.fixture
def person(platform: Platform, resources: Resources) -> Person:
    """A member with four personas and a model."""
    person = platform.add_person("member")
    make_persona_set(resources, person.id)
    make_benchmark_model(resources, person.id, base_url=SIMULATED_URL)
    return person


def _choose(page: Page, label: str, start: str) -> None:
    """Choose the option that begins with ``start``."""
    field = page.get_by_label(label, exact=True)
    option = field.locator("option").filter(has_text=re.compile(f"^{start}")).first
    expect(option).to_be_attached()
    field.select_option(value=option.get_attribute("value"))


def _write(page: Page) -> int:
    page.get_by_role("button", name="Write texts").click()
    form = page.get_by_role("form", name="Write texts")
    _choose(page, "Personas", "People")
    _choose(page, "Model", "tiny")
    with page.expect_response("**/attrgen/start") as answer:
        form.get_by_role("button", name="Write texts").click()
    return int(answer.value.json()["attrgen_run_id"])


def reveals(writing):
    return plain(writing) | {"biography": "A Muslim woman of 20 years."}


def test_texts_are_written_read_and_shown_by_a_run_in_the_queue(
    visit: Visit, person: Person, resources: Resources
) -> None:
    visitor = visit(None).let_in(person)
    page = visitor.open("/personas")
    number = _write(page)
    row = page.get_by_test_id(f"generation-{number}")
    expect(row).to_contain_text("0 of 4 written")
    performed_generation(resources, number, RuleWriter(reveals))
    expect(row).to_contain_text("4 of 4 written")
    expect(row).to_contain_text("succeeded")
    row.get_by_role("button", name="Texts of").click()
    expect(page.get_by_test_id("reveals")).to_contain_text("religion (1)")
    expect(page.get_by_text("A Muslim woman of 20 years.").first).to_be_visible()
    faults = faults_of(page, ALL)

    visitor.walk("/benchmarks/new")
    _choose(page, "Personas", "People")
    _choose(page, "Generated texts", "tiny")
    _choose(page, "Model", "tiny")
    faults += faults_of(page, ALL)
    page.get_by_test_id("queue-benchmark").click()
    queue = page.get_by_test_id("benchmark-queue")
    expect(queue.locator("[data-status=running]")).to_be_visible()
    faults += faults_of(page, ALL)
    queue.get_by_role("button", name="Cancel tiny").click()
    expect(queue.locator("[data-status=cancelled]")).to_be_visible()
    queue.get_by_role("link", name="tiny").click()
    page.get_by_role("link", name="Setup").click()
    expect(page.get_by_test_id("shows-texts")).to_contain_text("that tiny wrote")
    assert not faults, "\n".join(faults)


def test_texts_that_failed_are_in_the_inbox_and_renamed_on_their_page(
    visit: Visit, person: Person, resources: Resources
) -> None:
    page = visit(None).let_in(person).open("/personas")
    number = _write(page)
    row = page.get_by_test_id(f"generation-{number}")
    row.get_by_role("button", name="Rename").click()
    row.get_by_label("Name").fill("Warm texts")
    row.get_by_role("button", name="Save").click()
    expect(row.get_by_role("rowheader")).to_contain_text("Warm texts")
    row.get_by_role("button", name="Share Warm texts with the team").click()
    expect(row.get_by_role("rowheader")).to_contain_text("team")
    error = CannotScore("The server does not know the model.")
    fail_job(resources, generation_subject(number), error)
    page.get_by_label("Main", exact=True).get_by_role("link", name="Inbox").click()
    incident = page.get_by_test_id("incident").filter(has_text="texts failed")
    expect(incident.get_by_role("heading")).to_have_text("1 generation of texts failed")
    expect(incident).to_contain_text("What was answered so far is kept.")
    incident.get_by_role("button", name="Details").click()
    expect(incident.get_by_role("link", name="Warm texts")).to_have_attribute("href", "/personas")
    assert not faults_of(page, ALL)
    incident.get_by_role("button", name="Acknowledge").click()
    expect(incident).to_have_attribute("data-state", "acknowledged")


def test_personas_traits_and_sets_are_changed_where_they_are_listed(
    visit: Visit, person: Person
) -> None:
    visitor = visit(None).let_in(person)
    visitor.expect_trouble("status of 422")  # an age that is none
    page = visitor.open("/personas")
    page.get_by_role("button", name="Personas of People").click()
    page.get_by_role("button", name="Edit persona").first.click()
    form = page.get_by_role("form", name="Edit persona")
    form.get_by_label("age").fill("old")
    form.get_by_role("button", name="Save").click()
    expect(form).to_contain_text("give whole years from 0 to 120")
    form.get_by_label("age").fill("44")
    form.get_by_label("gender").select_option("diverse")
    assert not faults_of(page, ALL)
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    listed = page.get_by_role("table", name="Personas of People").locator("tbody tr").first
    expect(listed).to_contain_text("44")
    expect(listed).to_contain_text("diverse")

    page.get_by_role("button", name="Rename People").click()
    page.get_by_label("Name").first.fill("Neighbors")
    page.keyboard.press("Enter")
    row = page.get_by_test_id("persona-sets").locator("tr[id]", has_text="Neighbors")
    row.get_by_role("button", name="Share Neighbors with the team").click()
    expect(row).to_contain_text("team")

    page.get_by_role("button", name="Add a trait").click()
    form = page.get_by_role("form", name="Add a trait")
    form.get_by_label("English").fill("patient")
    form.get_by_role("button", name="Add a trait").click()
    page.get_by_role("button", name="Edit patient").click()
    form = page.get_by_role("form", name="Edit patient")
    form.get_by_label("Category").fill("morality")
    form.get_by_label("Valence").select_option("-1")
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    trait = page.get_by_test_id("traits").get_by_role("row", name="patient")
    expect(trait).to_contain_text("morality")
    expect(trait).to_contain_text("unkind")
