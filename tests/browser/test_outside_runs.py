"""Runs that were logged from outside or brought from elsewhere, as people see them."""

import html
import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from harness.platform import Platform
from tests.browser.conftest import Stay
from tests.browser.test_foreign_text import EVIL, HATCHED
from tests.factories.evaluation_logs import CASES
from tests.factories.event_files import write_scalars, zipped
from tests.factories.mlflow_files import TrackingFile

pytestmark = pytest.mark.browser
CURVES = [
    {"name": "train/loss", "steps": [0, 10, 20], "values": [1.0, None, 0.5]},
    {"name": "val/accuracy", "steps": [0, 10, 20], "values": [0.5, 0.7, 0.9]},
]
RESULT = {
    "evaluate_metrics_serverapp": {
        str(n): {"server_loss": 1 / (n + 1), "server_accuracy": 0.5 + n / 10} for n in range(4)
    }
}


def _logged(platform: Platform, name: str, **fields: object) -> int:
    body = {"name": name, "visibility": "team", **fields}
    run_id = int(platform.call("POST", "/api/runs", json=body)["id"])
    batch = {"batch_id": name[:40], "series": CURVES}
    platform.call("POST", f"/api/runs/{run_id}/series", json=batch)
    return run_id


def test_a_logged_run_shows_its_curves_in_sections_and_is_finished_by_hand(
    stay: Stay, platform: Platform
) -> None:
    run_id = _logged(platform, "Elsewhere", params={"lr": 0.1})
    page = stay("admin").walk(f"/runs/{run_id}")
    expect(page.get_by_test_id("run-origin")).to_have_text("logged externally")
    expect(page.get_by_test_id("resume-run")).to_be_hidden()
    expect(page.get_by_role("tab", name="Rounds")).to_be_hidden()
    page.get_by_role("tab", name="Charts").click()
    expect(page.get_by_role("heading", name="train", exact=True)).to_be_visible()
    expect(page.get_by_test_id("chart-loss").locator("canvas")).to_be_visible()
    page.get_by_role("tab", name="Config").click()
    expect(page.get_by_role("tabpanel")).to_contain_text("roundhouse.init")
    page.get_by_label("More actions").click()
    page.get_by_role("button", name="Mark as finished").click()
    expect(page.get_by_test_id("run-state")).to_have_text("succeeded")


def test_metrics_with_names_that_every_object_inherits_have_curves_like_others(
    stay: Stay, platform: Platform
) -> None:
    names = ["constructor", "toString", "valueOf", "__proto__", "loss"]
    run_id = platform.call("POST", "/api/runs", json={"name": "Names", "visibility": "team"})["id"]
    series = [{"name": name, "steps": [0, 1], "values": [1.0, 2.0]} for name in names]
    path = f"/api/runs/{run_id}/series"
    platform.call("POST", path, json={"batch_id": "all", "series": series})
    page = stay("member").walk(f"/runs/{run_id}?tab=charts")
    for name in names:
        expect(page.get_by_test_id(f"chart-{name}").locator("canvas")).to_be_visible()
    stay("member").walk("/runs")
    expect(page.get_by_role("link", name="Names", exact=True)).to_be_visible()


def test_a_log_scale_says_what_it_cannot_show(stay: Stay, platform: Platform) -> None:
    run_id = platform.call("POST", "/api/runs", json={"name": "Below zero", "visibility": "team"})[
        "id"
    ]
    series = [{"name": "margin", "steps": [0, 1, 2], "values": [-1.0, 0.0, None]}]
    path = f"/api/runs/{run_id}/series"
    platform.call("POST", path, json={"batch_id": "all", "series": series})
    page = stay("member").walk(f"/runs/{run_id}?tab=charts")
    page.get_by_label("Log scale").check()
    expect(page.get_by_test_id("lost-in-log")).to_contain_text("2 values are zero or below")
    page.get_by_label("Log scale").uncheck()  # which is kept for other charts


def test_a_curve_says_its_best_point_however_few_are_drawn(stay: Stay, platform: Platform) -> None:
    run_id = platform.call("POST", "/api/runs", json={"name": "Long", "visibility": "team"})["id"]
    values = [2.0] * 20_000
    values[12_345] = 0.5
    series = [{"name": "loss", "steps": list(range(20_000)), "values": values}]
    path = f"/api/runs/{run_id}/series"
    platform.call("POST", path, json={"batch_id": "all", "series": series})
    for tab in ("overview", "charts"):
        page = stay("member").walk(f"/runs/{run_id}?tab={tab}")
        expect(page.get_by_test_id("chart-loss")).to_contain_text("0.5000 @12345")


def test_of_many_series_the_overview_draws_the_first_and_leads_to_all(
    stay: Stay, platform: Platform
) -> None:
    run_id = platform.call("POST", "/api/runs", json={"name": "Many", "visibility": "team"})["id"]
    series = [{"name": f"part, {n}", "steps": [0, 1], "values": [n, n + 1]} for n in range(30)]
    path = f"/api/runs/{run_id}/series"
    platform.call("POST", path, json={"batch_id": "all", "series": series})
    page = stay("member").walk(f"/runs/{run_id}")
    expect(page.locator("canvas")).to_have_count(12)
    page.get_by_role("button", name="All 30 charts").click()
    expect(page.locator("canvas")).to_have_count(24)
    page.get_by_role("button", name="Show more (6 left)").click()
    expect(page.locator("canvas")).to_have_count(30)


def test_foreign_text_in_every_label_is_shown_as_typed(stay: Stay, platform: Platform) -> None:
    tags = {text[:200]: text for text in EVIL if "\n" not in text}
    run_id = _logged(platform, EVIL[0], params=tags, tags=tags)
    platform.call("PATCH", f"/api/runs/{run_id}", json={"notes": "\n".join(EVIL)})
    page = stay("admin").walk(f"/runs/{run_id}")
    for text in EVIL:
        notes = page.get_by_role("region", name="Notes", exact=True)
        expect(notes).to_contain_text(html.unescape(text))  # Markdown reads entities
        expect(page.get_by_test_id("run-tags")).to_contain_text(text)
    assert page.evaluate(HATCHED) == []
    stay("admin").walk(f"/runs/{run_id}?tab=reproduce")
    expect(page.get_by_role("heading", name="Parameters")).to_be_visible()
    assert page.evaluate(HATCHED) == []
    stay("admin").walk("/runs")
    page.locator("summary").filter(has_text="Columns").click()
    page.get_by_label("Search columns").fill("onerror=alert(2)")
    page.get_by_role("group", name="Columns").get_by_role("checkbox").last.check()
    expect(page.get_by_test_id("run-table")).to_contain_text(EVIL[1])
    assert page.evaluate(HATCHED) == []
    with page.expect_response(lambda answer: "/api/preferences" in answer.url):
        page.get_by_role("button", name="Reset to default").click()  # who stays chose nothing


def _import(page: Page, file: Path) -> Locator:
    """Choose a file in the form, which tells by its name where it comes from, and send it."""
    page.get_by_role("button", name="Import", exact=True).click()
    dialog = page.get_by_role("dialog", name="Import runs")
    dialog.get_by_label("File", exact=True).set_input_files(file)
    return dialog


def _send(dialog: Locator) -> None:
    dialog.get_by_role("button", name="Import", exact=True).click()


def test_a_flower_result_is_brought_in_by_a_form(stay: Stay, tmp_path: Path) -> None:
    file = tmp_path / "results_7.json"
    file.write_text(json.dumps(RESULT))
    page = stay("admin").walk("/runs")
    dialog = _import(page, file)
    dialog.get_by_label("Name").fill("From Flower")
    _send(dialog)
    expect(dialog.get_by_test_id("import-result")).to_contain_text("1 imported")
    dialog.get_by_role("link", name="From Flower").click()
    expect(page.get_by_test_id("run-origin")).to_have_text("imported")
    expect(page.locator("[data-testid=round-cell][data-phase=done]")).not_to_have_count(0)


def test_a_tensorboard_folder_is_brought_in_as_a_zip(stay: Stay, tmp_path: Path) -> None:
    events = tmp_path / "events"
    for name in ("north", "south"):
        write_scalars(events / name, {"train/loss": [1.0, 0.5, 0.25]}, hparams={"lr": 0.1})
    (tmp_path / "logs.zip").write_bytes(zipped(events))
    page = stay("member").walk("/runs")
    dialog = _import(page, tmp_path / "logs.zip")
    expect(dialog.get_by_role("radio", name="TensorBoard")).to_be_checked()
    dialog.get_by_label("The whole team may see them").check()
    _send(dialog)
    expect(dialog.get_by_test_id("import-result")).to_contain_text("2 imported")
    dialog.get_by_role("link", name="north").click()
    expect(page.get_by_test_id("run-origin")).to_have_text("imported")
    expect(page.get_by_text("team", exact=True)).to_be_visible()
    page.get_by_role("tab", name="Charts").click()
    expect(page.get_by_role("heading", name="train", exact=True)).to_be_visible()
    page.get_by_role("button", name="Loss as table").click()
    expect(page.get_by_role("region", name="Loss as table")).to_contain_text("0.25")


def test_an_mlflow_database_is_brought_in_with_what_was_left_out_and_why(
    stay: Stay, tmp_path: Path
) -> None:
    tracking = TrackingFile(tmp_path / "mlflow.db")
    tracking.run("a" * 32, "Baseline")
    tracking.metric("a" * 32, "val_recall", (0, 0.6), (1, 0.8))
    tracking.insert("params", ("lr", "0.01", "a" * 32))
    tracking.insert("tags", ("mlflow.note.content", "Kept **this** one.", "a" * 32))
    tracking.run("b" * 32, "Thrown away", lifecycle_stage="deleted")
    page = stay("member").walk("/runs")
    dialog = _import(page, tracking.close())
    expect(dialog.get_by_role("radio", name="MLflow")).to_be_checked()
    _send(dialog)
    result = dialog.get_by_test_id("import-result")
    expect(result).to_contain_text("1 imported")
    dialog.get_by_role("link", name="Baseline").click()
    expect(page.get_by_test_id("run-state")).to_have_text("succeeded")
    notes = page.get_by_role("region", name="Notes", exact=True)
    expect(notes.locator("strong")).to_have_text("this")
    page.get_by_role("tab", name="Config").click()
    expect(page.get_by_role("tabpanel")).to_contain_text("0.01")


def test_a_log_of_inspect_is_brought_in_and_reached_from_the_benchmarks(stay: Stay) -> None:
    page = stay("member").walk("/runs")
    dialog = _import(page, CASES / "colours.eval")
    expect(dialog.get_by_role("radio", name="Inspect")).to_be_checked()
    dialog.get_by_label("Name").fill("Colours of Inspect")
    _send(dialog)
    result = dialog.get_by_test_id("import-result")
    expect(result).to_contain_text("1 imported")
    expect(result).to_contain_text("not kept of the samples: events (170)")
    dialog.get_by_role("button", name="Close").last.click()
    stay("member").walk("/benchmarks")
    page.get_by_role("link", name="Imported evaluations").click()
    table = page.get_by_test_id("run-table")
    table.get_by_role("link", name="Colours of Inspect").click()
    expect(page.get_by_test_id("run-origin")).to_have_text("imported")
    expect(page.get_by_text("measured on 5 rows")).to_be_visible()
    page.get_by_role("tab", name="Files").click()
    expect(page.get_by_text("samples.parquet")).to_be_visible()


def test_any_of_many_rounds_is_found_by_its_number(stay: Stay, platform: Platform) -> None:
    body = {"name": "Many rounds", "training_mode": "federated", "visibility": "team"}
    run_id = platform.call("POST", "/api/runs", json=body)["id"]
    told = [{"round": n, "loss": 1 / n, "accuracy": 1 - abs(n - 40) / 500} for n in range(1, 401)]
    path = f"/api/runs/{run_id}/server-evaluations"
    platform.call("POST", path, json={"evaluations": told})
    page = stay("member").walk(f"/runs/{run_id}?tab=rounds")
    expect(page.locator("[data-round='400']")).to_be_in_viewport()
    expect(page.locator("[data-round='40']")).to_have_count(0)
    page.get_by_role("button", name="Best round").click()
    expect(page.locator("[data-round='40']")).to_be_in_viewport()
    page.get_by_label("Round", exact=True).fill("301")
    page.get_by_label("Round", exact=True).press("Enter")
    expect(page).to_have_url(f"/runs/{run_id}?tab=rounds&round=301")
    expect(page.locator("[data-round='301']")).to_be_in_viewport()


def test_an_import_goes_on_without_its_form_and_is_found_again(stay: Stay, tmp_path: Path) -> None:
    tracking = TrackingFile(tmp_path / "many_runs.db")
    for number in range(30):
        tracking.run(f"again{number:027}", f"Run {number}")
    file = tracking.close()
    page = stay("member").walk("/runs")
    dialog = _import(page, file)
    _send(dialog)
    expect(dialog.get_by_test_id("import-result")).to_be_visible()
    dialog.get_by_role("button", name="Close").last.click()
    page.get_by_role("button", name="Import", exact=True).click()
    before = dialog.get_by_role("listitem").filter(has_text="many_runs")
    expect(before).to_contain_text("30 imported")
    before.get_by_role("button").click()
    result = dialog.get_by_test_id("import-result")
    expect(result).to_contain_text("Run 0")
    expect(result).to_contain_text("and 10 more")


def test_a_file_that_is_no_result_is_refused_with_the_reason(stay: Stay, tmp_path: Path) -> None:
    file = tmp_path / "nothing.json"
    file.write_text("[1, 2")
    dialog = _import(stay("admin").walk("/runs"), file)
    _send(dialog)
    expect(dialog.get_by_test_id("import-result")).to_contain_text("Failed")
    expect(dialog.get_by_test_id("import-result")).to_contain_text("JSON")
