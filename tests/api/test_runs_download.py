"""Runs as files."""

import csv
import io
import json
import re
from html.parser import HTMLParser
from typing import Any

import polars as pl
import pytest

from app.models.run import Run
from tests.factories.callers import Caller
from tests.factories.runs import (
    EPOCHS,
    add_client,
    add_curve,
    make_known_centralized,
    make_known_federated,
    make_run,
)
from tests.support.databases import ON_ONE_DATABASE

HEADER = (
    "epoch,train_acc,train_f1,train_loss,val_acc,val_auroc,val_f1,val_loss,val_precision,val_recall"
)
FORMS = {
    "csv": ("text/csv; charset=utf-8", "metrics", "csv"),
    "json": ("application/json", "run", "json"),
    "summary": ("text/plain; charset=utf-8", "summary", "txt"),
    "parquet": ("application/vnd.apache.parquet", "metrics", "parquet"),
    "html": ("text/html; charset=utf-8", "report", "html"),
}
HOSTILE = "<script>alert(1)</script> $\\frac{ =cmd|\" ' & é"


async def fetched(caller: Caller, path: str, status: int = 200) -> Any:
    response = await caller.call("GET", path)
    assert response.status_code == status, response.body
    return response


async def content(caller: Caller, path: str) -> bytes:
    return bytes(await (await fetched(caller, path)).get_data())


async def text(caller: Caller, path: str) -> str:
    return (await content(caller, path)).decode()


def rows_of(table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table, newline="")))


@pytest.mark.parametrize("form", FORMS)
async def test_every_form_is_an_attachment_with_a_type_and_a_dated_name(
    member: Caller, form: str
) -> None:
    run = make_known_centralized(member.database, member.id)
    response = await fetched(member, f"/api/runs/{run.id}/download/{form}")
    content_type, prefix, extension = FORMS[form]
    assert response.headers["Content-Type"] == content_type
    name = rf"attachment; filename={prefix}_{run.id}_metrics_\d{{8}}_\d{{6}}\.{extension}"
    assert re.fullmatch(name, response.headers["Content-Disposition"])


async def test_a_csv_has_the_known_header_and_a_row_per_epoch(member: Caller) -> None:
    run = make_known_centralized(member.database, member.id)
    table = await text(member, f"/api/runs/{run.id}/download/csv")
    assert table.split("\r\n")[0] == HEADER
    assert table.endswith("\r\n")
    assert table.replace("\r\n", "").count("\n") == 0
    rows = rows_of(table)
    assert [row["epoch"] for row in rows] == [str(number) for number in range(1, 11)]
    for name in HEADER.split(",")[1:]:
        assert [float(row[name]) for row in rows] == list(EPOCHS[name])


async def test_a_federated_csv_has_its_rounds_and_empty_cells_for_what_nobody_measured(
    member: Caller,
) -> None:
    run = make_known_federated(member.database, member.id)
    rows = rows_of(await text(member, f"/api/runs/{run.id}/download/csv"))
    assert [(row["epoch"], row["val_recall"]) for row in rows] == [
        ("0", "1.0"), ("1", "0.36"), ("2", "0.8533")]  # fmt: skip
    assert {row["train_loss"] for row in rows} == {""}


async def test_zero_is_a_value_in_a_table_and_unknown_is_none(member: Caller) -> None:
    run = make_run(member.database, member.id)
    add_curve(member.database, run, "val_acc", [0.0])
    (row,) = rows_of(await text(member, f"/api/runs/{run.id}/download/csv"))
    assert (row["val_acc"], row["val_loss"]) == ("0.0", "")
    table = pl.read_parquet(
        io.BytesIO(await content(member, f"/api/runs/{run.id}/download/parquet"))
    )
    assert (table["val_acc"].item(), table["val_loss"].item()) == (0.0, None)


@pytest.mark.parametrize("form", ["csv", "parquet"])
async def test_a_table_of_nothing_is_not_found(member: Caller, form: str) -> None:
    run = make_run(member.database, member.id, status="queued")
    response = await fetched(member, f"/api/runs/{run.id}/download/{form}", 404)
    assert response.body["detail"] == "No training history available"


@pytest.mark.parametrize("form", ["json", "summary", "html"])
async def test_a_document_of_nothing_says_what_there_is(member: Caller, form: str) -> None:
    run = make_run(member.database, member.id, status="queued", name="Not begun")
    assert "Not begun" in await text(member, f"/api/runs/{run.id}/download/{form}")


async def test_parquet_is_the_same_table_with_types(member: Caller) -> None:
    run = make_known_centralized(member.database, member.id)
    table = pl.read_parquet(
        io.BytesIO(await content(member, f"/api/runs/{run.id}/download/parquet"))
    )
    assert table.columns == HEADER.split(",")
    assert table["epoch"].to_list() == list(range(1, 11))
    assert table["val_auroc"].to_list() == list(EPOCHS["val_auroc"])


async def test_all_columns_has_every_series_and_its_own_steps(member: Caller) -> None:
    run = make_known_centralized(member.database, member.id)
    add_curve(member.database, run, "mae", {0: 3.5, 20: 1.5})
    add_curve(member.database, run, "mae", {0: 9.0}, client="site-1")
    rows = rows_of(await text(member, f"/api/runs/{run.id}/download/csv?columns=all"))
    assert [row["epoch"] for row in rows] == [*map(str, range(1, 11)), "21"]
    assert [row["mae"] for row in rows if row["mae"]] == ["3.5", "1.5"]
    assert rows[-1]["val_acc"] == ""
    assert "mae" not in (await text(member, f"/api/runs/{run.id}/download/csv"))


async def test_all_columns_call_test_rows_test_and_round_0_is_no_round(member: Caller) -> None:
    run = make_known_federated(member.database, member.id)
    (row, *_) = rows_of(await text(member, f"/api/runs/{run.id}/download/csv?columns=all"))
    assert "test_auroc" in row
    assert not [name for name in row if name.startswith("val_")]
    report = json.loads(await text(member, f"/api/runs/{run.id}/download/json"))
    rounds = [one for one in report["training_history"] if one["epoch"] > 0]
    assert report["run"]["about"]["Rounds measured"] == str(len(rounds))


async def test_a_run_with_names_of_its_own_has_a_table_too(member: Caller) -> None:
    run = make_run(member.database, member.id, config={})
    add_curve(member.database, run, "perplexity", [30.5, 12.25])
    table = await text(member, f"/api/runs/{run.id}/download/csv")
    assert table == "epoch,perplexity\r\n1,30.5\r\n2,12.25\r\n"


@ON_ONE_DATABASE
@pytest.mark.parametrize("name", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\tx"])
async def test_no_spreadsheet_computes_a_name_unless_it_is_requested_raw(
    member: Caller, name: str
) -> None:
    run = make_run(member.database, member.id)
    add_curve(member.database, run, name, [-0.5])
    safe = rows_of(await text(member, f"/api/runs/{run.id}/download/csv"))
    raw = rows_of(await text(member, f"/api/runs/{run.id}/download/csv?variant=raw"))
    assert (safe, raw) == ([{"epoch": "1", f"'{name}": "-0.5"}], [{"epoch": "1", name: "-0.5"}])


async def test_names_with_commas_quotes_and_lines_come_back_complete(member: Caller) -> None:
    run = make_run(member.database, member.id)
    add_curve(member.database, run, 'a,"b"\nc é', [1.0])
    assert rows_of(await text(member, f"/api/runs/{run.id}/download/csv")) == [
        {"epoch": "1", 'a,"b"\nc é': "1.0"}]  # fmt: skip


async def test_json_is_what_the_api_answers_and_more(member: Caller) -> None:
    run = make_known_federated(member.database, member.id)
    document = await text(member, f"/api/runs/{run.id}/download/json")
    values = json.loads(document)
    answer = await member.get(f"/api/runs/{run.id}/metrics")
    assert {name: values[name] for name in answer} == answer
    assert document.startswith('{\n  "experiment_id": "run_')
    assert values["run"]["about"]["Training mode"] == "federated"


async def test_the_summary_has_every_epoch_and_what_the_run_was_made_of(member: Caller) -> None:
    manifest = {"python": "3.11.9", "versions": {"torch": "2.13.0"}, "git_commit": "abc",
                "data": {"classes": ["nein", "ja"]}}  # fmt: skip
    run = make_known_centralized(
        member.database, member.id, manifest=manifest, notes="Look: é", best_step=7
    )
    summary = await text(member, f"/api/runs/{run.id}/download/summary")
    said = [" ".join(line.split()) for line in summary.splitlines()]
    expected = {"precision 0.6359 63.6 % 303 validation rows", "loss 0.7199 303 validation rows"}
    expected |= {"sensitivity 0.8229", "NPV 0.8963"}
    expected |= {"torch 2.13.0", "Started 2026-03-01 12:00:00 UTC", "Seed 46", "Look: é"}
    expected |= {"Positive class ja"}
    assert expected <= set(said)
    assert any(line.startswith("Data SHA-256") for line in said)
    history = summary.partition("Training history by epoch")[2].partition("\n\n")[0]
    assert [line.split()[0] for line in history.splitlines()[3:]] == list(map(str, range(1, 11)))


async def test_the_summary_of_a_federation_names_clients_and_why_one_was_left_out(
    member: Caller,
) -> None:
    run = make_known_federated(member.database, member.id)
    add_client(member.database, run, "site-1", rounds={1: "completed", 2: "refused"})
    summary = await text(member, f"/api/runs/{run.id}/download/summary")
    assert "Clients (1): site-1" in summary
    assert "val" not in summary.partition("Training history")[2].partition("\n\n")[0]
    assert "Best values over rounds, on test rows" in summary
    assert "Round 2: loss 0.5879, accuracy 0.7000, precision 0.4476, recall 0.8533" in summary
    assert re.search(r"site-1\s+refused\s+20 rows", summary)


class Page(HTMLParser):
    """What a page holds."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.said: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.said.append(data.strip())


def offline(page: Page) -> None:
    """Hold that the page needs nothing but itself."""
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(page.tags)
    for name, value in page.attributes:
        assert not name.startswith("on")
        if name in ("href", "xlink:href", "src"):
            assert (value or "").startswith("#")
    ids = [value for name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))


async def test_the_report_is_one_page_with_its_pictures_inside(member: Caller) -> None:
    run = make_known_centralized(member.database, member.id)
    page = Page(await text(member, f"/api/runs/{run.id}/download/html"))
    offline(page)
    assert page.tags.count("svg") == 2
    assert {"0.5683", "79", "147", "predicted positive", "val_auroc"} <= set(page.said)
    assert "default-src 'none'; style-src 'unsafe-inline'" in str(page.attributes)


@ON_ONE_DATABASE
async def test_what_people_wrote_is_shown_and_never_run(member: Caller) -> None:
    run = make_known_federated(member.database, member.id, name=HOSTILE, notes=HOSTILE)
    add_client(member.database, run, HOSTILE, rounds={1: "completed"})
    add_curve(member.database, run, HOSTILE, [1.0])
    for form in ("html?columns=all", "json", "summary", "csv?columns=all", "parquet?columns=all"):
        await fetched(member, f"/api/runs/{run.id}/download/{form}")
    page = Page(await text(member, f"/api/runs/{run.id}/download/html?columns=all"))
    offline(page)
    assert HOSTILE in page.said


async def test_a_long_curve_keeps_its_spike_in_the_picture(member: Caller) -> None:
    run = make_run(member.database, member.id)
    values = [0.25] * 20_000
    values[12_345] = 0.75
    add_curve(member.database, run, "val_acc", values)
    report = await text(member, f"/api/runs/{run.id}/download/html")
    assert len(report) < 400_000
    assert "500 of 20000 epochs, evenly chosen" in report
    heights = {point.split()[1] for point in re.findall(r"[ML] (\d[\d.]* \d[\d.]*)", report)}
    assert len(heights) > 2


async def test_the_largest_numbers_are_drawn(member: Caller) -> None:
    run = make_run(member.database, member.id)
    add_curve(member.database, run, "val_loss", [1e308, -1e308])
    assert "<svg" in await text(member, f"/api/runs/{run.id}/download/html")


@pytest.mark.parametrize("form", ["summary", "html"])
async def test_nothing_measured_has_no_best_epoch(member: Caller, form: str) -> None:
    run = make_run(member.database, member.id)
    report = await text(member, f"/api/runs/{run.id}/download/{form}")
    assert re.search(r"by recall:? +—", report)


@ON_ONE_DATABASE
async def test_runs_are_compared_on_one_page(member: Caller) -> None:
    first = make_known_centralized(member.database, member.id, name="First")
    second = make_known_centralized(member.database, member.id, name=HOSTILE)
    path = f"/api/runs/compare/download/html?ids={first.id},{second.id}"
    response = await fetched(member, path)
    assert f"report_{first.id}-{second.id}_metrics_" in response.headers["Content-Disposition"]
    page = Page((await response.get_data()).decode())
    offline(page)
    assert {"First", HOSTILE, f"run_{first.id}", "val_recall"} <= set(page.said)
    assert page.tags.count("svg") >= 9


async def test_a_comparison_draws_what_both_modes_measure_and_says_what_measured_them(
    member: Caller,
) -> None:
    central = make_known_centralized(member.database, member.id)
    federated = make_run(member.database, member.id, training_mode="federated")
    with member.database.write() as unit:
        unit.session.get_one(Run, federated.id).dataset_id = None  # its sites have all rows
    for name in ("global_accuracy", "global_loss"):
        add_curve(member.database, federated, name, [0.5, 0.75, 0.25])
    path = f"/api/runs/compare/download/html?ids={central.id},{federated.id}"
    page = Page(await text(member, path))
    offline(page)
    assert page.tags.count("svg") == 2
    (sentence,) = [said for said in page.said if said.startswith("The global models")]
    assert f"those of run_{federated.id} on the sites' own validation rows" in sentence


async def test_the_keyboard_reaches_every_part_that_scrolls(member: Caller) -> None:
    run = make_known_federated(member.database, member.id)
    report = await text(member, f"/api/runs/{run.id}/download/html")
    scrolling = re.findall(r'<div class="scroll"([^>]*)>', report)
    assert len(scrolling) > 2
    assert all('tabindex="0" role="region" aria-label="' in one for one in scrolling)


@ON_ONE_DATABASE
@pytest.mark.parametrize("ids", ["", "1", "1,1", "x,2", ",".join(map(str, range(1, 30)))])
async def test_a_comparison_of_what_cannot_be_compared_is_invalid(member: Caller, ids: str) -> None:
    response = await fetched(member, f"/api/runs/compare/download/html?ids={ids}", 422)
    assert list(response.body["errors"]) == ["ids"]


async def test_an_unknown_form_is_invalid_and_the_nearest_is_named(member: Caller) -> None:
    run = make_known_centralized(member.database, member.id)
    response = await fetched(member, f"/api/runs/{run.id}/download/cvs", 422)
    assert "Did you mean csv?" in response.body["errors"]["format"][0]
    await fetched(member, f"/api/runs/{run.id}/download/csv?variant=wild", 422)
    await fetched(member, f"/api/runs/{run.id}/download/csv?colums=all", 422)


@pytest.mark.parametrize("form", FORMS)
async def test_what_is_not_yours_cannot_be_downloaded(
    member: Caller, colleague: Caller, form: str
) -> None:
    run = make_known_centralized(member.database, member.id)
    response = await fetched(colleague, f"/api/runs/{run.id}/download/{form}", 404)
    assert response.body["detail"] == f"Run {run.id} not found"
    await fetched(member, f"/api/runs/seven/download/{form}", 422)


async def test_percentages_and_infinities_leave_in_no_form(member: Caller) -> None:
    run = make_run(member.database, member.id)
    add_curve(member.database, run, "val_loss", [float("inf"), 0.5, float("nan")])
    add_curve(member.database, run, "val_acc", [75.0, 76.0, 77.0])
    for form in FORMS:
        body = await content(member, f"/api/runs/{run.id}/download/{form}")
        if form != "parquet":
            assert not re.search(rb"\b(nan|inf|infinity)\b", body, re.IGNORECASE)


async def test_openapi_names_every_type(member: Caller) -> None:
    paths = (await member.get("/api/openapi.json"))["paths"]
    answers = paths["/api/runs/{run_id}/download/{format}"]["get"]["responses"]["200"]["content"]
    assert set(answers) == {FORMS[form][0].partition(";")[0] for form in FORMS}
