"""Sixty logged runs: every page and file against the API, and both against what was sent."""

import csv
import io
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from harness.platform import Platform, running_platform
from tests.browser.conftest import Stay
from tests.browser.profiles import Profiles
from tests.browser.residents import Residents
from tests.support.figures import (
    Cell,
    duration,
    figure,
    interval,
    signed,
    spellings,
    table_on,
    words,
)
from tests.support.logged_runs import (
    BY_CLIENT,
    GOALS,
    RESULTS,
    LoggedRun,
    goals_of,
    number_or_text,
    sixty_runs,
)
from tests.support.logging_runs import log_by_client, log_by_http

# a program logs sixty runs first
pytestmark = [pytest.mark.browser, pytest.mark.full, pytest.mark.timeout(600)]
TALL = {"width": 2400, "height": 4200}  # so that every row of the table is in the document


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """A platform of its own, as home and insights speak of all runs; none is trained here."""
    with running_platform(train_workers=0) as running:
        yield running


@pytest.fixture(scope="module")
def profiles(browser: Browser, platform: Platform) -> Profiles:
    """Profiles of the browser for the platform of this file."""
    return Profiles(browser, platform)


@pytest.fixture(scope="module")
def residents(profiles: Profiles, platform: Platform) -> Residents:
    """People who stay at the platform of this file."""
    return Residents(profiles, platform)


@pytest.fixture(scope="module")
def runs(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> list[LoggedRun]:
    """The sixty runs, logged."""
    told = sixty_runs()
    log_by_client(platform, told[:BY_CLIENT], tmp_path_factory.mktemp("spools"))
    for run in told[BY_CLIENT:]:
        log_by_http(platform, run)
    return told


def test_the_api_tells_of_each_run_what_was_sent(platform: Platform, runs: list[LoggedRun]) -> None:
    for run in runs:
        detail = platform.run(run.id)
        assert detail["params"] == {name: run.param(name) for name in run.params}
        assert {name: one["value"] for name, one in detail["results"].items()} == run.results()
        rows = {(one["measured_on"], one["num_rows"]) for one in detail["results"].values()}
        assert {measured_on for measured_on, _ in rows} <= {run.measured_on}
        if run.said is not None:
            assert rows == {(run.said["measured_on"], run.said["num_rows"])}
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
        told = {name: one["value"] for name, one in document["results"].items()}
        assert told == run.results()
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


@pytest.mark.parametrize(
    "names",
    [
        ("accuracy", "rmse", "loss", "my score"),
        ("val_loss", "val_acc", "reward", "error_free_rate", "global_accuracy", "test_acc"),
    ],
)
def test_the_list_shows_what_was_sent(
    stay: Stay, platform: Platform, runs: list[LoggedRun], names: Sequence[str]
) -> None:
    results = [name for name in names if name in RESULTS]
    series = [name for name in names if name in GOALS]
    keys = [f"results.{name}" for name in results]
    keys += [f"{kind}.{name}" for name in series for kind in ("metrics", "best")]
    keys += ["params.lr", "params.optimizer", "duration", "points"]
    page = stay("member", viewport=TALL).walk(f"/runs?columns={','.join(keys)}")
    rows = table_on(page, "run-table", len(runs))
    right = {run.id: _row_by_hand(run, results, series) for run in runs}
    tops = _tops(right.values(), [*[(n, "result") for n in results], *_pairs(series)], runs)
    for run in runs:
        cells = next(cells for header, cells in rows.items() if header.endswith(f" {run.id}"))
        assert len(cells) == len(keys)
        for (key, value), cell in zip(right[run.id].items(), cells, strict=False):
            assert cell.text == value[1], (run.name, key)
            assert cell.is_best is (value[0] is not None and value[0] == tops.get(key)), (run, key)
        optimizer, points = cells[-3].text, cells[-1].text
        assert (cells[-4].text, optimizer) == (
            run.param("lr") or "–",
            (run.param("optimizer") or "–").strip(),
        )
        assert points == str(sum(len(one) for one in run.series().values()))
        if run.seconds is not None and run.status != "in_progress":
            assert cells[-2].text == duration(run.seconds)


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
        goals = goals_of(name, kind, runs)
        rows = {run.measured_on for run in runs if run.results().get(name) is not None}
        if kind == "result" and len(rows) > 1:
            continue
        values = [row[name, kind][0] for row in every if row[name, kind][0] is not None]
        if len(goals) != 1 or None in goals or len(values) < 2:
            continue
        best = (min if goals == {"min"} else max)(values)
        if values.count(best) == 1:
            tops[name, kind] = best
    return tops


@pytest.mark.parametrize("by", ["params.lr", "tags.team", "status", "training_mode"])
@pytest.mark.parametrize("value", ["result", "best", "last"])
def test_groups_show_the_means_of_what_was_sent(
    stay: Stay, runs: list[LoggedRun], by: str, value: str
) -> None:
    names = ("accuracy", "rmse", "my score") if value == "result" else ("val_loss", "test_acc")
    kind = "results" if value == "result" else "metrics"
    columns = ",".join(f"{kind}.{name}" for name in names)
    page = stay("member").walk(f"/runs?group={by}&value={value}&columns={columns}")
    groups: dict[Any, list[LoggedRun]] = {}
    for run in runs:
        groups.setdefault(_group_of(run, by), []).append(run)
    rows = table_on(page, "group-table", len(groups))
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
    mean_as_text = cell.text.split()[0]
    assert mean_as_text in spellings(mean), (name, told)
    low, high = None, None
    is_share = name in ("accuracy", "test_acc")
    if len(told) > 1 and (is_share or len(set(told)) > 1):  # equal values say nothing of an error
        low, high = interval(told, is_share=is_share)
    ends = "" if low is None or high is None else f" from {figure(low)} to {figure(high)}"
    assert cell.text == f"{mean_as_text}{ends}", (name, told)


def test_insights_count_and_average_what_was_sent(stay: Stay, runs: list[LoggedRun]) -> None:
    page = stay("member").walk("/analytics")
    states = Counter(run.status for run in runs)
    done, failed = states["completed"], states["failed"]
    cards = page.get_by_test_id("stat-cards")
    expect(cards).to_contain_text(f"{done} of {done + failed} ended runs")
    expect(cards).to_contain_text(f"{round(100 * done / (done + failed))} %")
    expect(cards).to_contain_text(f"{states['cancelled']} stopped")
    expect(cards).to_contain_text(f"{states['in_progress']} running")
    completed = [run for run in runs if run.status == "completed"]
    with_result = [run for run in completed if run.results() and run.said is None]
    section = page.get_by_test_id("results").filter(has_text="as reported")
    shown = ("accuracy", "f1_score", "auroc", "loss")
    cells = section.get_by_role("row").nth(1).get_by_role("cell")
    expect(cells.first).to_have_text(str(len(with_result)))
    for place, metric in enumerate(shown, start=1):
        values = [run.results().get(metric) for run in with_result]
        told = [value for value in values if value is not None]
        mean = round(math.fsum(told) / len(told), 4)
        expect(cells.nth(place)).to_have_text(f"{figure(mean)} n {len(told)}")
    expect(cells.last).to_contain_text(f"n {len(with_result)}")
    tested = [run for run in completed if run.measured_on == "test"]
    section = page.get_by_test_id("results").filter(has_text="test rows")
    mean = math.fsum(run.results()["accuracy"] or 0.0 for run in tested) / len(tested)
    cells = section.get_by_role("row").nth(1).get_by_role("cell")
    expect(cells.nth(1)).to_have_text(f"{figure(round(mean, 4))} n {len(tested)}")
    expect(page.get_by_test_id("top-runs")).to_have_count(0)  # nobody knows on which rows


def test_home_shows_the_newest_by_their_results(stay: Stay, runs: list[LoggedRun]) -> None:
    page = stay("member").walk("/")
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
def test_compare_shows_what_was_sent(stay: Stay, runs: list[LoggedRun], first: int) -> None:
    chosen = runs[first : first + 12]
    page = stay("member").walk(f"/compare?ids={','.join(str(run.id) for run in chosen)}")
    found = table_on(page, "result-table", None)
    for metric in RESULTS:
        values = [run.results().get(metric, "none") for run in chosen]
        if set(values) == {"none"}:
            continue
        cells = next(c for text, c in found.items() if text.removesuffix(LOWER) == words(metric))
        rows = {run.measured_on for run in chosen if run.results().get(metric) is not None}
        told = [None if value == "none" or len(rows) > 1 else value for value in values]
        winner = _winner(told, goals_of(metric, "result", chosen))
        for place, (value, cell) in enumerate(zip(values, cells, strict=True)):
            shown = "–" if value in ("none", None) else figure(value)
            assert cell.text.split()[0] == shown, (chosen[place].name, metric)
            assert cell.is_best is (place == winner), (chosen[place].name, metric)
            same = chosen[place].measured_on == chosen[0].measured_on
            assert (ROWS[chosen[place].measured_on] in cell.text) is (value != "none")
            base = values[0]
            if place and same and isinstance(value, float) and isinstance(base, float):
                assert cell.text.endswith(signed(value - base)), (chosen[place].name, metric)
    best = table_on(page, "metric-table", None)
    for name, goal in GOALS.items():
        having = [run for run in chosen if name in run.series()]
        if not having:
            continue
        goals = {run.goal(name) for run in having}
        points = [run.best(name) if name in run.series() else None for run in chosen]
        values = [None if one is None else one[1] for one in points]
        cells = next(c for text, c in best.items() if _without_rows(text) == words(name))
        for place, (value, cell) in enumerate(zip(values, cells, strict=True)):
            assert cell.text.split()[0] == ("–" if value is None else figure(value)), (name, goal)
            assert cell.is_best is (place == _winner(values, goals)), (name, goal)


LOWER = " lower is better"
ROWS = {"reported": "as reported", "test": "test rows", "validation": "validation rows"}
TITLES = {
    "reported": "Result as reported by the script",
    "test": "Result on the test rows",
    "validation": "Result on the validation rows",
}


def _without_rows(heading: str) -> str:
    """Return the name of a metric without the rows that stand behind it."""
    name = heading.removesuffix(LOWER)
    said = (
        " validation rows of the sites",
        " training rows",
        *(f" {one}" for one in ROWS.values()),
    )
    return next((name.removesuffix(one) for one in said if name.endswith(one)), name)


def _winner(values: Sequence[Any], goals: set[str | None]) -> int | None:
    told = [value for value in values if value is not None]
    if len(goals) != 1 or None in goals or len(told) < 2:
        return None
    best = (min if goals == {"min"} else max)(told)
    return values.index(best) if told.count(best) == 1 else None


def test_the_page_of_a_run_shows_what_was_sent(stay: Stay, runs: list[LoggedRun]) -> None:
    visitor = stay("member")
    for run in [*runs[3:52:6], *runs[-8:]]:
        page = visitor.walk(f"/runs/{run.id}?tab=charts")
        for name in run.series():
            if name == "test_acc" and len(run.curve(name)) == 1:
                continue  # one point is no curve: it is a result
            row = page.locator("figure table.legend tbody tr").filter(
                has=page.get_by_role("button", name=_legend(name, run), exact=True)
            )
            value, best = run.last(name)[1], run.best(name)
            latest = "NaN" if value is None else figure(value)
            expect(row.get_by_role("cell").first).to_have_text(latest)
            if best is not None and _alone(run, name):
                step, number = best
                expect(row.get_by_role("cell").nth(1)).to_have_text(f"{figure(number)} @{step}")
        page = visitor.walk(f"/runs/{run.id}")
        results = run.results()
        told = page.get_by_test_id("test-result")
        expect(told).to_have_count(1 if results and run.status != "in_progress" else 0)
        for metric, value in results.items() if run.status != "in_progress" else ():
            expect(told).to_contain_text(TITLES[run.measured_on])
            pair = told.locator("dl > div").filter(has=page.get_by_text(words(metric), exact=True))
            expect(pair.locator("dd")).to_have_text(figure(value))


def _alone(run: LoggedRun, name: str) -> bool:
    """Return whether all curves that share its chart get better the same way."""
    losses = {one for one in run.series() if "loss" in one and "/" not in one}
    scores = {"val_acc", "test_acc", "accuracy", "val_auroc", "f1", "global_accuracy"}
    panel = next((group for group in (losses, scores) if name in group), {name})
    return len({run.goal(one) for one in panel & run.series().keys()}) == 1


def _legend(name: str, run: LoggedRun) -> str:
    if "/" in name:
        return words(name.split("/")[-1])
    if name == "global_loss":
        return "server"
    if name == "global_accuracy" and "accuracy" in run.series():
        return "server accuracy"
    return words(name.removeprefix("global_"))
