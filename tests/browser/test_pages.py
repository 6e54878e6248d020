"""What every page owes everybody: a title, landmarks, names, contrast, and room on a small screen."""

import gzip
import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from harness.eventually import eventually
from harness.platform import Platform
from tests.browser.accessibility import ALL, COLOURS, faults_of
from tests.browser.conftest import Stay, Visit
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
SMALL_SCREEN = ViewportSize(width=360, height=740)
WIDE_SCREEN = ViewportSize(width=1280, height=900)
SMALL = {"viewport": SMALL_SCREEN, "has_touch": True}
LONG = ("a_name_without_a_space_" + "x" * 70 + " and words after it " * 9)[:199] + "."
MAX_SCRIPT_BYTES = 155_000
WATCH_MOTION = """
() => new Promise((resolve) => {
  let moved = false, frames = 0;
  const look = () => {
    const running = document.querySelector('[data-phase=running]');
    if (running) frames += 1;
    moved ||= document.getAnimations().some((one) => one.effect.getComputedTiming().endTime > 50);
    if (frames < 20) requestAnimationFrame(look); else resolve(moved);
  };
  look();
})
"""


def test_no_width_between_phone_and_desk_makes_a_page_scroll_sideways(stay: Stay) -> None:
    page = stay("admin").walk("/runs")
    for width in (721, 768, 960, 1080):
        page.set_viewport_size({"width": width, "height": 700})
        expect(page.get_by_role("banner").get_by_role("button", name="New")).to_be_visible()
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), width


def _paths(run_id: int) -> list[str]:
    names = ("charts", "logs", "rounds", "artifacts", "events", "reproduce")
    tabs = ["", *(f"?tab={name}" for name in names)]
    plain = ["/", "/runs", "/new", "/datasets", "/account", "/users", "/audit", "/health"]
    plain += ["/analytics", "/runs?group=training_mode", "/federations", "/studies", "/compare"]
    plain += ["/new?study=1", "/inbox", "/models", "/tokens", "/sessions", "/connections"]
    plain += ["/sites", "/schedules", "/schedules/new", "/flags"]
    plain += ["/benchmarks", "/benchmarks/new", "/benchmarks/compare", "/personas"]
    return [*plain, *(f"/runs/{run_id}{tab}" for tab in tabs), "/nowhere", "/runs/999999"]


@pytest.mark.full
# thirty pages: a time-out in the middle of one closes the browser for all
@pytest.mark.timeout(900)
def test_every_page_can_be_used_by_everybody_and_fits_every_screen(
    visit: Visit, finished_run: int
) -> None:
    visitor = visit("admin", **SMALL)
    visitor.expect_trouble("status of 404")
    page = visitor.open("/")
    visitor.mark_load()
    faults: list[str] = []
    for path in _paths(finished_run):
        page.set_viewport_size(SMALL_SCREEN)
        visitor.walk(path)
        visitor.settle()
        assert page.title().endswith("Roundhouse"), f"{path}: {page.title()!r}"
        expect(page.locator("h1")).to_have_count(1)
        faults += _faults_in_both_colours(page, "light", "dark")
        page.set_viewport_size(WIDE_SCREEN)
        faults += _faults_in_both_colours(page, "dark", "light")
    visitor.assert_never_reloaded()
    assert not faults, "\n".join(faults)


def _faults_in_both_colours(page: Page, first: str, second: str) -> list[str]:
    """Return what all rules find in the first colours, and those of colours in the second."""
    faults: list[str] = []
    for scheme, rules in ((first, ALL), (second, COLOURS)):
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("html")).to_have_attribute("data-theme", scheme)
        faults += faults_of(page, rules)
    return faults


def _settled(visitor: Visitor, path: str) -> Page:
    visitor.walk(path)
    return visitor.settle()


@pytest.mark.full
def test_names_of_two_hundred_characters_fit_a_small_screen(
    visit: Visit, platform: Platform
) -> None:
    body = {"name": LONG, "visibility": "team", "run_description": LONG}
    body |= {"tags": {LONG[:60]: LONG}, "params": {LONG[:60]: LONG}}
    runs = [platform.call("POST", "/api/runs", json=body)["id"] for _ in range(2)]
    series = [{"name": f"{LONG[:80]}/loss", "steps": [0, 1], "values": [1.0, 0.5]}]
    for run in runs:
        told = {"batch_id": "one", "series": series}
        platform.call("POST", f"/api/runs/{run}/series", json=told)
    visitor = visit("admin", **SMALL)
    visitor.open("/")
    paths = ["/", "/runs", f"/runs/{runs[0]}", f"/runs/{runs[0]}?tab=charts"]
    paths += [f"/runs/{runs[0]}?tab=reproduce", f"/compare?ids={runs[0]},{runs[1]}"]
    faults = [fault for path in paths for fault in faults_of(_settled(visitor, path))]
    assert not faults, "\n".join(faults)


def test_the_sign_in_page_has_no_accessibility_fault(visit: Visit) -> None:
    visitor = visit(None)
    visitor.expect_trouble("status of 401")
    visitor.open("/signin")
    assert not faults_of(visitor.settle())


def test_the_first_load_is_small(platform: Platform) -> None:
    names = set(re.findall(r"/assets/[\w-]+\.js", platform.http.get("/").text))
    size = sum(len(gzip.compress(platform.http.get(name).content)) for name in names)
    assert 50_000 < size <= MAX_SCRIPT_BYTES


def test_a_page_that_does_not_arrive_says_so(visit: Visit) -> None:
    visitor = visit()
    visitor.expect_trouble("ERR_FAILED")
    visitor.page.route("**/assets/Studies-*.js", lambda route: route.abort())
    page = visitor.open("/")
    page.get_by_role("link", name="Studies").click()
    expect(page.get_by_role("heading", name="This page did not load")).to_be_visible()
    visitor.page.unroute_all()
    page.get_by_role("button", name="Reload").click()
    expect(page.get_by_role("heading", name="Studies", exact=False).first).to_be_visible()


def test_the_menus_of_a_small_screen_lead_everywhere(visit: Visit) -> None:
    visitor = visit("admin", **SMALL)
    page = visitor.open("/")
    below = page.get_by_label("Main, small screens")
    below.get_by_role("link", name="Inbox").tap()
    expect(page).to_have_url("/inbox")
    below.get_by_role("button", name="Menu").tap()
    page.get_by_role("dialog", name="Menu").get_by_role("link", name="Users").tap()
    expect(page.get_by_role("heading", name="Users", level=1)).to_be_visible()
    expect(page.get_by_role("dialog", name="Menu")).to_be_hidden()
    below.get_by_role("button", name="New").tap()
    page.get_by_role("option", name="New study").tap()
    expect(page).to_have_url("/new?study=1")


def test_the_side_bar_folds_to_icons_and_remembers_it(visit: Visit) -> None:
    page = visit("admin").open("/")
    page.get_by_role("button", name="Collapse side bar").click()
    page.reload()
    link = page.get_by_label("Main", exact=True).get_by_role("link", name="Federations")
    eventually(lambda: (link.bounding_box() or {})["width"] < 60)
    assert not faults_of(page)
    link.click()
    expect(page).to_have_url("/federations")
    expect(link).to_have_attribute("aria-current", "page")
    page.get_by_role("button", name="Expand side bar").click()
    eventually(lambda: (link.bounding_box() or {})["width"] > 180)


def test_an_old_address_leads_to_where_its_page_lies_now(stay: Stay) -> None:
    page = stay("member").walk("/system")
    expect(page).to_have_url("/health")
    expect(page.get_by_role("heading", name="Health", level=1)).to_be_visible()


def test_failures_of_one_cause_are_acknowledged_together(visit: Visit, platform: Platform) -> None:
    person = platform.add_person("member")
    page = visit(None).let_in(person).open("/inbox")
    expect(page.get_by_role("heading", name="Nothing needs attention.")).to_be_visible()
    headers = {"X-Roundhouse": "1", "Origin": platform.url}
    for number in (1, 2):
        body = {"name": f"Broken {number}", "heartbeat_seconds": None}
        made = page.request.post("/api/runs", data=body, headers=headers).json()
        page.request.patch(f"/api/runs/{made['id']}", data={"status": "failed"}, headers=headers)
    incident = page.get_by_test_id("incident")
    expect(incident.get_by_role("heading", name="2 runs failed")).to_be_visible()
    expect(incident).to_have_count(1)
    expect(page.get_by_test_id("inbox-count").first).to_contain_text("2")
    incident.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_role("heading", name="Nothing needs attention.")).to_be_visible()
    expect(page.get_by_test_id("inbox-count")).to_have_count(0)


def test_the_theme_follows_the_system_until_a_person_chooses(visit: Visit) -> None:
    page = visit(color_scheme="dark").open("/")
    shown = page.locator("html")
    expect(shown).to_have_attribute("data-theme", "dark")
    page.get_by_label("Use the light theme").click()
    page.reload()
    expect(shown).to_have_attribute("data-theme", "light")


def test_a_round_in_progress_moves_only_for_those_who_do_not_mind(
    stay: Stay, platform: Platform
) -> None:
    run_id = platform.start_run("Under way", num_server_rounds=200, visibility="team")
    with platform.slowly("worker-train"):
        page = stay("member").walk(f"/runs/{run_id}")
        page.emulate_media(reduced_motion="no-preference")
        assert page.evaluate(WATCH_MOTION)
        page.emulate_media(reduced_motion="reduce")
        assert not page.evaluate(WATCH_MOTION)
    platform.call("POST", f"/api/runs/{run_id}/stop")
