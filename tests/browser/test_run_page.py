"""A finished run: its charts, its ledger, its notes, and how to get it again."""

import re

import pytest
from playwright.sync_api import Page, expect

from harness.platform import Platform
from tests.browser.conftest import Stay, Visit
from tests.browser.test_foreign_text import EVIL, HATCHED

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def own_run(platform: Platform) -> int:
    """A run of the first admin that the tests may change."""
    run_id = platform.start_run("To be noted", num_server_rounds=3, visibility="team")
    platform.wait_for_run(run_id)
    return run_id


def test_a_brush_over_a_curve_looks_closer_and_a_button_leads_back(
    stay: Stay, own_run: int
) -> None:
    page = stay("member").walk(f"/runs/{own_run}?tab=charts")
    plot = page.locator("[data-testid=chart-scores] .u-over")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    with page.expect_request("**/series?**from_step=1**"):
        page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 40, steps=5)
        page.mouse.up()
    page.get_by_role("button", name="Show all rounds").click()
    expect(page.get_by_role("button", name="Show all rounds")).to_be_hidden()


def test_a_chart_is_also_a_table_and_follows_the_clock(stay: Stay, own_run: int) -> None:
    page = stay("member").walk(f"/runs/{own_run}?tab=charts")
    page.get_by_role("button", name="Loss as table").click()
    expect(page.get_by_role("region", name="Loss as table").get_by_role("row")).to_have_count(5)
    page.get_by_label("X axis").select_option("clock")
    expect(page.get_by_role("region", name="Loss as table")).to_contain_text("Time")
    page.get_by_label("X axis").select_option("step")  # which is kept for other charts


def test_the_ledger_shows_sites_by_rounds_and_one_round_in_time(stay: Stay, own_run: int) -> None:
    page = stay("member").walk(f"/runs/{own_run}?tab=rounds")
    cells = page.get_by_test_id("site-map").get_by_role("button")
    expect(cells.filter(has_text="")).not_to_have_count(0)
    page.get_by_role("button", name="seconds", exact=True).click()
    page.get_by_role("button", name="client_1, round 2").click()
    expect(page).to_have_url(f"/runs/{own_run}?tab=rounds&round=2")
    expect(page.get_by_role("heading", name="Round 2, site by site")).to_be_visible()
    expect(page.get_by_test_id("round-gantt").get_by_role("row").nth(1)).to_contain_text("KB")
    expect(page.get_by_test_id("skew").get_by_role("row")).not_to_have_count(1)
    with page.expect_download() as download:
        page.get_by_test_id("round-model").click()
    assert download.value.suggested_filename.endswith("round-2.safetensors")


def test_notes_and_tags_are_changed_where_they_stand(
    stay: Stay, platform: Platform, own_run: int
) -> None:
    page = stay("admin").walk(f"/runs/{own_run}")
    page.keyboard.press("e")
    page.get_by_label("Notes", exact=True).fill("Looks right.\nKeep it.")
    page.get_by_role("button", name="Save notes").click()
    expect(page.get_by_role("region", name="Notes", exact=True)).to_have_text(
        "Looks right.\nKeep it."
    )
    page.get_by_role("button", name="Tag", exact=True).click()
    page.get_by_label("Name of the tag").fill("paper")
    page.get_by_label("Value of the tag").fill("2")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_test_id("run-tags")).to_contain_text("paper 2")
    assert platform.run(own_run)["tags"] == {"paper": "2"}
    page.get_by_role("button", name="Remove tag paper").click()
    expect(page.get_by_test_id("run-tags")).not_to_contain_text("paper")


def test_notes_are_read_as_markdown_and_stay_text_to_be_changed(
    stay: Stay, platform: Platform, own_run: int
) -> None:
    notes = "## Plan\n\n- **bold**\n- [paper](https://example.org/p)\n\n|a|b|\n|-|-:|\n|1|2|"
    platform.call("PATCH", f"/api/runs/{own_run}", json={"notes": notes})
    page = stay("admin").walk(f"/runs/{own_run}")
    shown = page.get_by_role("region", name="Notes", exact=True)
    expect(shown.get_by_role("heading", name="Plan", level=4)).to_be_visible()
    expect(shown.get_by_role("listitem").locator("strong")).to_have_text("bold")
    expect(shown.get_by_role("cell", name="2")).to_be_visible()
    expect(shown.get_by_role("link", name="paper")).to_have_attribute("rel", "noopener nofollow")
    page.keyboard.press("e")
    expect(page.get_by_label("Notes", exact=True)).to_have_value(notes)


def test_hostile_notes_stay_text_and_lead_nowhere(
    stay: Stay, platform: Platform, own_run: int
) -> None:
    links = [f"[{n}]({text})" for n, text in enumerate(("javascript:alert(1)", "data:,x", "//x.y"))]
    picture = "![seen](https://tracker.example/pixel.gif)"
    deep = "> " * 20_000
    notes = "\n\n".join([*EVIL, *links, picture, deep])
    platform.call("PATCH", f"/api/runs/{own_run}", json={"notes": notes})
    page = stay("admin").walk(f"/runs/{own_run}")
    shown = page.get_by_role("region", name="Notes", exact=True)
    expect(shown.locator("blockquote")).not_to_have_count(0)
    for text in EVIL[:16]:  # the others hold entities, which Markdown reads
        expect(shown).to_contain_text(text)
    expect(shown.get_by_role("link")).to_have_text(["seen"])
    expect(shown.locator("img")).to_have_count(0)
    assert page.evaluate(HATCHED) == []
    platform.call("PATCH", f"/api/runs/{own_run}", json={"notes": ""})


def test_notes_are_plain_text_when_their_reader_cannot_be_had(
    visit: Visit, platform: Platform, own_run: int
) -> None:
    platform.call("PATCH", f"/api/runs/{own_run}", json={"notes": "**as typed**"})
    visitor = visit("admin")
    visitor.expect_trouble("ERR_FAILED")
    visitor.page.route("**/assets/markdown-*.js", lambda route: route.abort())
    page = visitor.open(f"/runs/{own_run}")
    expect(page.get_by_role("region", name="Notes", exact=True)).to_have_text("**as typed**")
    platform.call("PATCH", f"/api/runs/{own_run}", json={"notes": ""})


def test_a_run_is_archived_with_undo(stay: Stay, own_run: int) -> None:
    page = stay("admin").walk(f"/runs/{own_run}")
    page.get_by_label("More actions").click()
    page.get_by_role("button", name="Archive", exact=True).click()
    expect(page.get_by_test_id("run-archived")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_test_id("run-archived")).to_be_hidden()


def test_a_run_is_deleted_only_after_its_number_is_typed(visit: Visit, platform: Platform) -> None:
    body = {"name": "Of no use", "visibility": "team"}
    run_id = platform.call("POST", "/api/runs", json=body)["id"]
    platform.call("PATCH", f"/api/runs/{run_id}", json={"status": "completed"})
    visitor = visit("admin")
    visitor.expect_trouble("status of 404")  # the page may ask for the log once more
    page = visitor.open(f"/runs/{run_id}")
    page.get_by_label("More actions").click()
    page.get_by_role("button", name="Delete…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Type").fill(f"{run_id}0")
    expect(dialog.get_by_role("button", name="Delete permanently")).to_be_disabled()
    dialog.get_by_label("Type").fill(str(run_id))
    dialog.get_by_role("button", name="Delete permanently").click()
    expect(page).to_have_url("/runs")
    assert platform.http.get(f"/api/runs/{run_id}").status_code == 404


def test_a_finished_run_goes_on_from_a_round_only_after_it_was_said_what_is_lost(
    stay: Stay, platform: Platform, own_run: int
) -> None:
    page = stay("admin").walk(f"/runs/{own_run}?tab=rounds&round=1")
    page.get_by_role("button", name="Resume from this round").click()
    dialog = page.get_by_role("dialog", name="Train again from round 1?")
    expect(dialog).to_contain_text("rounds 2 to 3: their measurements")
    expect(dialog).to_contain_text("the result on the test rows")
    expect(dialog.get_by_role("button", name="Keep the run as it is")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    assert platform.run(own_run)["status"] == "completed"

    page.get_by_role("button", name="Resume from this round").click()
    dialog.get_by_role("button", name="Delete and resume").click()
    expect(page.get_by_text("resumes after round 1")).to_be_visible()
    expect(page.get_by_text("attempt 2")).to_be_visible()
    expect(page.get_by_test_id("run-state")).to_have_text("succeeded")
    expect(page.locator("[data-testid=round-cell][data-phase=done]")).to_have_count(4)


def test_the_same_again_is_a_command_and_a_filled_form(stay: Stay, own_run: int) -> None:
    page = stay("admin").walk(f"/runs/{own_run}?tab=reproduce")
    script = page.get_by_role("region", name="Script")
    expect(script).to_contain_text("/api/experiments/federated/train")
    page.get_by_role("button", name="Python", exact=True).click()
    expect(script).to_contain_text("httpx.post")
    page.get_by_role("link", name="Start again with these settings").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("To be noted")
    expect(page.locator("#f-num_rounds")).to_have_value("3")


def test_a_viewer_reads_everything_and_changes_nothing(stay: Stay, own_run: int) -> None:
    page = stay("viewer").walk(f"/runs/{own_run}")
    expect(page.get_by_test_id("run-notes")).to_be_visible()
    for name in ("Add notes", "Edit notes", "Tag"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_hidden()
    page.get_by_label("More actions").click()
    expect(page.get_by_role("button", name="Delete…")).to_be_hidden()
    expect(page.get_by_role("link", name="Report")).to_be_visible()


def test_results_stand_side_by_side_in_the_analytics(stay: Stay, own_run: int) -> None:
    page = stay("member").walk("/runs")
    page.keyboard.press("g")
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="Insights")).to_be_visible()
    expect(page.get_by_test_id("stat-cards")).to_contain_text("Success rate")
    expect(page.get_by_test_id("top-runs").get_by_role("link").first).to_be_visible()
    expect(page.get_by_test_id("results").first).to_contain_text(re.compile(r"n \d"))
    page.get_by_label("State", exact=True).select_option("queued")
    _expect_query(page, "status=queued")


def _expect_query(page: Page, part: str) -> None:
    page.wait_for_url(f"**/analytics?{part}")


def test_the_split_is_seen_before_anything_starts(stay: Stay) -> None:
    page = stay("member").walk("/new")
    preview = page.get_by_test_id("skew-preview")
    expect(preview.get_by_role("row")).to_have_count(3)
    page.locator("#f-num_clients").fill("3")
    expect(preview.get_by_role("row")).to_have_count(4)
