"""Sixty logged runs: every page and file against the API, and both against what was sent."""

import csv
import io
import json
import math
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page, expect
from scipy import stats

from app.cli.accounts import ACCOUNTS
from app.cli.common import call_module
from app.supervisor.child import ROOT
from harness.platform import Platform, running_platform
from tests.browser.conftest import Visit
from tests.support.logged_runs import (
    BY_CLIENT,
    GOALS,
    RESULTS,
    LoggedRun,
    number_or_text,
    sixty_runs,
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
TALL = {"width": 2400, "height": 4200}  # so that every row of the table is in the document
PROGRAM = """
import json, sys, roundhouse
for told in json.load(sys.stdin):
    run = roundhouse.init(told["name"], params=told["params"], tags=told["tags"],
                          training_mode=told["mode"], visibility="team")
    for name, goal in told["goals"].items():
        run.define_metric(name, goal)
    for batch in told["batches"]:
        steps = {step for points in batch.values() for step, _ in points}
        for step in steps:
            run.log({name: float("nan") if value is None else value
                     for name, points in batch.items() for at, value in points if at == step}, step)
    for one in told["evaluations"]:
        run.log_evaluation(one["round"], {k: v for k, v in one.items() if k != "round"})
    run.finish("completed" if told["status"] == "in_progress" else told["status"])
    print(run.id)
"""


class Cell(NamedTuple):
    """A cell of a table: what it says, and whether it is marked as the best."""

    text: str
    is_best: bool


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """A platform of its own: home and insights speak of all runs that there are."""
    with running_platform() as running:
        yield running


@pytest.fixture(scope="module")
def runs(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> list[LoggedRun]:
    """The sixty runs, logged."""
    told = sixty_runs()
    _log_by_client(platform, told[:BY_CLIENT], tmp_path_factory.mktemp("spools"))
    for run in told[BY_CLIENT:]:
        _log_by_http(platform, run)
    return told


def _log_by_client(platform: Platform, told: Sequence[LoggedRun], folder: Path) -> None:
    arguments = ["token", "create", "--name", "script", "--scopes", "read,write", "--json"]
    token = json.loads(call_module(ACCOUNTS, arguments, platform.settings))["token"]
    names = ("name", "mode", "params", "tags", "goals", "batches", "evaluations", "status")
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "ROUNDHOUSE_URL": platform.url,
        "ROUNDHOUSE_TOKEN": token,
        "ROUNDHOUSE_DIR": str(folder),
        "ROUNDHOUSE_QUIET": "1",
    }
    ids = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps([{name: getattr(run, name) for name in names} for run in told]),
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    for run, run_id in zip(told, ids, strict=True):
        run.id = int(run_id)
        run.status = "completed" if run.status == "in_progress" else run.status


def _log_by_http(platform: Platform, run: LoggedRun) -> None:
    assert run.start is not None
    assert run.end is not None
    body = {"name": run.name, "training_mode": run.mode, "params": run.params, "tags": run.tags}
    body |= {"visibility": "team", "heartbeat_seconds": None, "start_time": run.start.isoformat()}
    run.id = platform.call("POST", "/api/runs", json=body)["id"]
    path = f"/api/runs/{run.id}"
    for number, batch in enumerate(run.batches):
        series = [
            {"name": name, "steps": [s for s, _ in points], "values": [v for _, v in points]}
            for name, points in batch.items()
        ]
        platform.call("POST", f"{path}/series", json={"batch_id": f"{number}", "series": series})
    if run.goals:
        platform.call("PUT", f"{path}/metric-definitions", json={"definitions": run.goals})
    if run.evaluations:
        told = {"evaluations": run.evaluations}
        platform.call("POST", f"{path}/server-evaluations", json=told)
    if run.status != "in_progress":
        end = {"status": run.status, "end_time": run.end.isoformat()}
        platform.call("PATCH", path, json=end)


# ---- the API and the files


def test_the_api_tells_of_each_run_what_was_sent(platform: Platform, runs: list[LoggedRun]) -> None:
    for run in runs:
        detail = platform.run(run.id)
        assert detail["params"] == {name: run.param(name) for name in run.params}
        assert {name: one["value"] for name, one in detail["results"].items()} == run.results()
        assert {one["measured_on"] for one in detail["results"].values()} <= {"reported"}
        assert detail["status"] == run.status
        if run.seconds is not None and run.status != "in_progress":
            assert detail["times"]["running_seconds"] == run.seconds


def test_the_api_tells_of_each_series_what_was_sent(
    platform: Platform, runs: list[LoggedRun]
) -> None:
    for run in runs:
        told = platform.call("GET", f"/api/runs/{run.id}/series/summary")["series"]
        assert {one["name"] for one in told} == run.series().keys()
        for one in told:
            name, best = one["name"], run.best(one["name"])
            points = run.curve(name)
            assert one["count"] == len(points)
            assert (one["last_step"], one["last"]) == run.last(name), (run.name, name)
            assert one["goal"] == run.goal(name)
            shown = None if one["best"] is None else (one["best_step"], one["best"])
            assert shown == best, (run.name, name)
        for one in platform.call("GET", f"/api/runs/{run.id}/series?max_points=1000")["series"]:
            assert list(zip(one["steps"], one["values"], strict=True)) == run.curve(one["name"])


def test_the_files_of_a_run_hold_what_was_sent(platform: Platform, runs: list[LoggedRun]) -> None:
    for run in runs:
        path = f"/api/runs/{run.id}/download"
        answer = platform.http.get(f"{path}/csv", params={"columns": "all"})
        known = run.series()
        if not known:
            assert answer.status_code == 404
            continue
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        steps = sorted({step for points in known.values() for step in points})
        assert [int(row["epoch"]) for row in rows] == steps
        for name, points in known.items():
            for row, step in zip(rows, steps, strict=True):
                cell = _column(row, name, run)
                assert (float(cell) if cell else None) == _in_files(name, points.get(step)), name
        document = platform.http.get(f"{path}/json").json()
        assert document["run"]["params"] == {name: run.param(name) for name in run.params}


def _column(row: Mapping[str, str], name: str, run: LoggedRun) -> str:
    """Return a cell of a series; what the server measured stands under the metric's usual name."""
    usual = {"global_accuracy": "val_acc", "global_loss": "val_loss"}
    if run.mode == "federated" and name in usual and name not in row:
        return row[usual[name]]
    return row.get(f"curve_{name}", row[name]) if name in usual.values() else row[name]


def _in_files(name: str, value: float | None) -> float | None:
    """Return what a column of the known metrics can hold: no accuracy of 75."""
    return None if name == "val_acc" and value is not None and value > 1 else value


# ---- the list and its groups


@pytest.mark.parametrize(
    "names",
    [
        ("accuracy", "rmse", "loss", "my score"),
        ("val_loss", "val_acc", "reward", "error_free_rate", "global_accuracy", "test_acc"),
    ],
)
def test_the_list_shows_what_was_sent(
    visit: Visit, platform: Platform, runs: list[LoggedRun], names: Sequence[str]
) -> None:
    results = [name for name in names if name in RESULTS]
    series = [name for name in names if name in GOALS]
    keys = [f"results.{name}" for name in results]
    keys += [f"{kind}.{name}" for name in series for kind in ("metrics", "best")]
    keys += ["params.lr", "params.optimizer", "duration", "points"]
    page = visit(viewport=TALL).open(f"/runs?columns={','.join(keys)}")
    rows = _table(page, "run-table", len(runs))
    right = {run.id: _row_by_hand(run, results, series) for run in runs}
    tops = _tops(right.values(), [*[(n, "result") for n in results], *_pairs(series)], runs)
    for run in runs:
        cells = next(cells for header, cells in rows.items() if header.endswith(f" {run.id}"))
        assert len(cells) == len(keys)
        for (key, value), cell in zip(right[run.id].items(), cells, strict=False):
            assert cell.text == value[1], (run.name, key)
            assert cell.is_best is (value[0] is not None and value[0] == tops.get(key)), (run, key)
        optimizer, points = cells[-3].text, cells[-1].text
        assert (cells[-4].text, optimizer) == (run.param("lr") or "–", _trimmed(run, "optimizer"))
        assert points == str(sum(len(one) for one in run.series().values()))
        if run.seconds is not None and run.status != "in_progress":
            assert cells[-2].text == duration(run.seconds)


def _trimmed(run: LoggedRun, name: str) -> str:
    return (run.param(name) or "–").strip()


def _pairs(series: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, kind) for name in series for kind in ("last", "best")]


def _row_by_hand(
    run: LoggedRun, results: Sequence[str], series: Sequence[str]
) -> dict[tuple[str, str], tuple[float | None, str]]:
    """Return number and text of each cell, in the order of the columns."""
    found: dict[tuple[str, str], tuple[float | None, str]] = {}
    own, known = run.results(), run.series()
    for name in results:
        found[name, "result"] = (own.get(name), figure(own.get(name)))
    for name in series:
        last = run.last(name)[1] if name in known else None
        best = run.best(name) if name in known else None
        missing = "NaN" if name in known else "–"
        found[name, "last"] = (last, missing if last is None else figure(last))
        found[name, "best"] = (None, "–") if best is None else (best[1], figure(best[1]))
    return found


def _tops(
    rows: Any, columns: Sequence[tuple[str, str]], runs: Sequence[LoggedRun]
) -> dict[tuple[str, str], float]:
    """Return the one best value of each column; ties and unknown directions have none."""
    tops = {}
    every = list(rows)
    for name, kind in columns:
        goals = _goals(name, kind, runs)
        values = [row[name, kind][0] for row in every if row[name, kind][0] is not None]
        if len(goals) != 1 or None in goals or len(values) < 2:
            continue
        best = (min if goals == {"min"} else max)(values)
        if values.count(best) == 1:
            tops[name, kind] = best
    return tops


def _goals(name: str, kind: str, runs: Sequence[LoggedRun]) -> set[str | None]:
    """Return every direction that runs with the figure have."""
    if kind != "result":
        return {run.goal(name) for run in runs if name in run.series()}
    found = set()
    for run in runs:
        source = next((one for one in RESULTS[name] if one in run.series()), None)
        found |= set() if source is None else {run.goal(source)}
    return found


@pytest.mark.parametrize("by", ["params.lr", "tags.team", "status", "training_mode"])
@pytest.mark.parametrize("value", ["result", "best", "last"])
def test_groups_show_the_means_of_what_was_sent(
    visit: Visit, runs: list[LoggedRun], by: str, value: str
) -> None:
    names = ("accuracy", "rmse", "my score") if value == "result" else ("val_loss", "test_acc")
    kind = "results" if value == "result" else "metrics"
    columns = ",".join(f"{kind}.{name}" for name in names)
    page = visit().open(f"/runs?group={by}&value={value}&columns={columns}")
    groups: dict[Any, list[LoggedRun]] = {}
    for run in runs:
        groups.setdefault(_group_of(run, by), []).append(run)
    rows = _table(page, "group-table", len(groups))
    assert Counter(int(cells[0].text) for cells in rows.values()) == Counter(
        len(members) for members in groups.values()
    )
    for key, members in groups.items():
        cells = next(c for text, c in rows.items() if _is_label(text, key, members, by))
        assert cells[0].text == str(len(members))
        for place, name in enumerate(names, start=1):
            _expect_mean(cells[place], [_number(run, name, value) for run in members], name)


def _group_of(run: LoggedRun, by: str) -> Any:
    if by == "params.lr":
        return number_or_text(run.param("lr"))
    return {"tags.team": run.tags["team"], "status": run.status, "training_mode": run.mode}[by]


def _is_label(text: str, key: Any, members: Sequence[LoggedRun], by: str) -> bool:
    words = {
        "completed": "succeeded",
        "in_progress": "running",
    }
    if key is None:
        return text == "not set"
    if by == "params.lr":
        return text in {run.param("lr") for run in members}
    return text == words.get(key, key)


def _number(run: LoggedRun, name: str, value: str) -> float | None:
    if value == "result":
        return run.results().get(name)
    if name not in run.series():
        return None
    best = run.best(name)
    return run.last(name)[1] if value == "last" else None if best is None else best[1]


def _expect_mean(cell: Cell, values: Sequence[float | None], name: str) -> None:
    told = [value for value in values if value is not None]
    if not told:
        assert cell.text == "–"
        return
    mean = math.fsum(told) / len(told)
    assert cell.text.split()[0] == figure(mean), (name, told)
    low, high = None, None
    if len(told) > 1:
        low, high = interval(told, is_share=name in ("accuracy", "test_acc"))
    ends = "" if low is None or high is None else f" from {figure(low)} to {figure(high)}"
    assert cell.text == f"{figure(mean)}{ends}", (name, told)


def interval(values: Sequence[float], *, is_share: bool) -> tuple[float | None, float | None]:
    """Return Student's 95 % interval of a mean; of a share Wilson's with the same error."""
    n, mean = len(values), math.fsum(values) / len(values)
    error = float(stats.sem(values))
    t = float(stats.t.ppf(0.975, n - 1))
    if not is_share:
        return mean - t * error, mean + t * error
    if error == 0 or not 0 < mean < 1:
        return None, None
    size = mean * (1 - mean) / error**2
    centre = (mean + t**2 / (2 * size)) / (1 + t**2 / size)
    half = t / (1 + t**2 / size) * math.sqrt(mean * (1 - mean) / size + t**2 / (4 * size**2))
    return centre - half, centre + half


# ---- insights, home, compare, the page of a run


def test_insights_count_and_average_what_was_sent(visit: Visit, runs: list[LoggedRun]) -> None:
    page = visit().open("/analytics")
    states = Counter(run.status for run in runs)
    done, failed = states["completed"], states["failed"]
    cards = page.get_by_test_id("stat-cards")
    expect(cards).to_contain_text(f"{done} of {done + failed} ended runs")
    expect(cards).to_contain_text(f"{round(100 * done / (done + failed))} %")
    expect(cards).to_contain_text(f"{states['cancelled']} stopped")
    expect(cards).to_contain_text(f"{states['in_progress']} running")
    completed = [run for run in runs if run.status == "completed"]
    with_result = [run for run in completed if run.results()]
    section = page.get_by_test_id("results").filter(has_text="as reported")
    shown = ("accuracy", "f1_score", "auroc", "loss")
    cells = section.get_by_role("row").nth(1).get_by_role("cell")
    expect(cells.first).to_have_text(str(len(with_result)))
    for place, metric in enumerate(shown, start=1):
        values = [run.results().get(metric) for run in completed]
        told = [value for value in values if value is not None]
        mean = round(math.fsum(told) / len(told), 4)
        expect(cells.nth(place)).to_have_text(f"{figure(mean)} n {len(told)}")
    expect(cells.last).to_contain_text(f"n {len(with_result)}")
    expect(page.get_by_test_id("top-runs")).to_have_count(0)  # nobody knows on which rows


def test_home_shows_the_newest_by_their_results(visit: Visit, runs: list[LoggedRun]) -> None:
    page = visit().open("/")
    order = ("accuracy", "f1_score", "auroc", "mase", "rmse", "mae", "r2", "perplexity", "loss")
    over = [run for run in runs if run.by_client]
    row_of = page.locator("main").get_by_role("row")
    for run in [run for run in reversed(over) if run.status != "in_progress"][:8]:
        row = row_of.filter(has=page.get_by_role("link", name=run.name, exact=True))
        results = run.results()
        metric = next((one for one in order if results.get(one) is not None), None)
        result = "–" if metric is None else figure(results[metric])
        expect(row.get_by_role("cell").nth(1)).to_contain_text(result)


@pytest.mark.parametrize("first", range(0, 60, 12))
def test_compare_shows_what_was_sent(visit: Visit, runs: list[LoggedRun], first: int) -> None:
    chosen = runs[first : first + 12]
    page = visit().open(f"/compare?ids={','.join(str(run.id) for run in chosen)}")
    found = _table(page, "result-table", None)
    for metric in RESULTS:
        values = [run.results().get(metric, "none") for run in chosen]
        if set(values) == {"none"}:
            continue
        cells = next(c for text, c in found.items() if text.removesuffix(LOWER) == words(metric))
        winner = _winner(
            [v if v != "none" else None for v in values], _goals(metric, "result", chosen)
        )
        for place, (value, cell) in enumerate(zip(values, cells, strict=True)):
            shown = "–" if value in ("none", None) else figure(value)
            assert cell.text.split()[0] == shown, (chosen[place].name, metric)
            assert cell.is_best is (place == winner), (chosen[place].name, metric)
            assert ("as reported" in cell.text) is (value != "none")
            base = values[0]
            if place and isinstance(value, float) and isinstance(base, float):
                assert cell.text.endswith(signed(value - base)), (chosen[place].name, metric)
    best = _table(page, "metric-table", None)
    for name, goal in GOALS.items():
        having = [run for run in chosen if name in run.series()]
        if not having:
            continue
        goals = {run.goal(name) for run in having}
        points = [run.best(name) if name in run.series() else None for run in chosen]
        values = [None if one is None else one[1] for one in points]
        cells = next(c for text, c in best.items() if text.removesuffix(LOWER) == words(name))
        for place, (value, cell) in enumerate(zip(values, cells, strict=True)):
            assert cell.text.split()[0] == ("–" if value is None else figure(value)), (name, goal)
            assert cell.is_best is (place == _winner(values, goals)), (name, goal)


LOWER = " lower is better"


def _winner(values: Sequence[Any], goals: set[str | None]) -> int | None:
    told = [value for value in values if value is not None]
    if len(goals) != 1 or None in goals or len(told) < 2:
        return None
    best = (min if goals == {"min"} else max)(told)
    return values.index(best) if told.count(best) == 1 else None


def test_the_page_of_a_run_shows_what_was_sent(visit: Visit, runs: list[LoggedRun]) -> None:
    visitor = visit()
    for run in [*runs[1:54:6], *runs[-6:]]:
        page = visitor.open(f"/runs/{run.id}?tab=charts")
        for name in run.series():
            row = page.locator("figure table.legend tbody tr").filter(
                has=page.get_by_role("button", name=_legend(name), exact=True)
            )
            value, best = run.last(name)[1], run.best(name)
            latest = "NaN" if value is None else figure(value)
            expect(row.get_by_role("cell").first).to_have_text(latest)
            if best is not None and _alone(run, name):
                step, number = best
                expect(row.get_by_role("cell").nth(1)).to_have_text(f"{figure(number)} @{step}")
        page = visitor.open(f"/runs/{run.id}")
        results = run.results()
        told = page.get_by_test_id("test-result")
        expect(told).to_have_count(1 if results and run.status != "in_progress" else 0)
        for metric, value in results.items() if run.status != "in_progress" else ():
            expect(told).to_contain_text("Result as reported by the script")
            pair = told.locator("dl > div").filter(has=page.get_by_text(words(metric), exact=True))
            expect(pair.locator("dd")).to_have_text(figure(value))


def _alone(run: LoggedRun, name: str) -> bool:
    """Return whether all curves that share its chart get better the same way."""
    losses = {one for one in run.series() if "loss" in one and "/" not in one}
    scores = {"val_acc", "test_acc", "accuracy", "val_auroc", "f1", "global_accuracy"}
    panel = next((group for group in (losses, scores) if name in group), {name})
    return len({run.goal(one) for one in panel & run.series().keys()}) == 1


def _legend(name: str) -> str:
    if "/" in name:
        return name.split("/")[-1]
    if name == "global_loss":
        return "server"
    return words(name.removeprefix("global_"))


# ---- reading pages


READ = """
(table) => [...table.querySelectorAll("tbody tr:not([aria-hidden])")].map((row) => [
  row.querySelector("th").innerText, [...row.querySelectorAll("td:not(.tick)")].map((cell) => {
    const copy = cell.cloneNode(true);
    for (const one of copy.querySelectorAll("b .sr")) one.remove();
    for (const one of copy.querySelectorAll("span, b")) one.append(" ");
    return [copy.textContent, cell.querySelector("b") !== null];
  })])
"""


def _table(page: Page, test_id: str, rows: int | None) -> dict[str, list[Cell]]:
    """Return the cells of a table by the header of their row."""
    table = page.get_by_test_id(test_id)
    body = table.locator("tbody tr:not([aria-hidden])")
    if rows is not None:
        expect(body).to_have_count(rows)
    expect(body.first.get_by_role("cell").first).to_be_visible()
    expect(page.get_by_text("loading")).to_have_count(0)
    found = table.evaluate(READ)
    return {
        " ".join(head.split()): [Cell(" ".join(text.split()), best) for text, best in cells]
        for head, cells in found
    }


def words(name: str) -> str:
    """Return the name of a metric as pages write it."""
    known = {
        "acc": "accuracy",
        "accuracy": "accuracy",
        "auroc": "AUROC",
        "f1": "F1",
        "f1_score": "F1",
        "val": "validation",
        "train": "training",
        "global": "server",
    }
    if name in known:
        return known[name]
    return " ".join(known.get(part, part) for part in name.replace("-", "_").split("_") if part)


def figure(value: float | None) -> str:
    """Return a measured value as pages write it."""
    if value is None:
        return "–"
    if value == 0:
        return "0"
    if abs(value) >= 10_000 or abs(value) < 0.0005:
        mantissa, power = f"{value:.2e}".split("e")
        return f"{mantissa}e{int(power):+d}"
    return f"{value:.1f}" if abs(value) >= 100 else f"{value:.4f}"


def signed(value: float) -> str:
    """Return a difference with its sign."""
    return "0" if value == 0 else f"{'−' if value < 0 else '+'}{figure(abs(value))}"


def duration(seconds: float) -> str:
    """Return a length of time as pages write it."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    total = int(seconds + 0.5)
    if total < 60:
        return f"{total} s"
    minutes = total // 60
    if minutes < 60:
        return f"{minutes} min {total % 60:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"
