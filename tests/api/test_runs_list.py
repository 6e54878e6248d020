"""Listing runs over HTTP: filters, orders, pages, and what is nobody else's business."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import event

from app.db.engine import Database
from tests.factories.callers import Caller
from tests.factories.runs import (
    LONG_AGO,
    add_client,
    add_curve,
    add_evaluation,
    make_job,
    make_known_centralized,
    make_known_federated,
    make_run,
)
from tests.support.databases import ON_ONE_DATABASE


async def ids(caller: Caller, query: str = "") -> list[int]:
    """Return the ids of the list in its order."""
    return [run["id"] for run in (await caller.get(f"/api/runs/list{query}"))["runs"]]


async def test_a_federated_run_is_summed_up_by_its_trained_rounds(member: Caller) -> None:
    run = make_known_federated(member.database, member.id)
    add_client(member.database, run, "site-1")
    (summary,) = (await member.get("/api/runs/list"))["runs"]
    assert summary["federated_info"] == {
        "num_rounds": 2,
        "num_clients": 1,
        "has_server_evaluation": True,
        "best_accuracy": 0.7433,
        "best_recall": 0.8533,
        "latest_round": 2,
        "latest_accuracy": 0.7,
    }
    assert summary["best_val_recall"] == 0.8533
    assert summary["final_epoch_stats"]["sensitivity"] == 0.8533


async def test_a_centralized_run_is_summed_up_by_its_curves(member: Caller) -> None:
    make_known_centralized(member.database, member.id)
    (summary,) = (await member.get("/api/runs/list"))["runs"]
    assert summary["federated_info"] is None
    assert (summary["best_val_recall"], summary["best_val_accuracy"]) == (0.875, 0.7789)
    assert summary["metrics_count"] == 130
    assert summary["final_epoch_stats"]["f1_cm"] == 0.6723


async def test_only_the_untrained_model_is_no_round(member: Caller) -> None:
    run = make_run(member.database, member.id, training_mode="federated")
    add_evaluation(member.database, run, 0, recall=1.0, accuracy=0.25)
    (summary,) = (await member.get("/api/runs/list"))["runs"]
    assert summary["federated_info"]["num_rounds"] == 0
    assert summary["federated_info"]["has_server_evaluation"] is False
    assert summary["federated_info"]["best_recall"] is None
    assert summary["best_val_recall"] == 0.0
    assert summary["missing"] == ["best_val_recall", "best_val_accuracy"]


async def test_a_best_value_of_zero_is_not_missing(member: Caller) -> None:
    run = make_run(member.database, member.id)
    add_curve(member.database, run, "val_recall", [0.0, 0.0])
    (summary,) = (await member.get("/api/runs/list"))["runs"]
    assert (summary["best_val_recall"], summary["missing"]) == (0.0, ["best_val_accuracy"])


async def test_counts_of_an_older_epoch_are_no_final_stats(member: Caller) -> None:
    run = make_run(member.database, member.id)
    for name in ("val_cm_tp", "val_cm_tn", "val_cm_fp"):
        add_curve(member.database, run, name, [1.0, 1.0])
    add_curve(member.database, run, "val_cm_fn", [1.0])
    (summary,) = (await member.get("/api/runs/list"))["runs"]
    assert summary["final_epoch_stats"] is None


async def test_the_newest_job_is_shown(member: Caller) -> None:
    run = make_run(member.database, member.id)
    error = {"type": "poison", "detail": "Given up."}
    make_job(member.database, run, "failed", error=error)
    make_job(member.database, run, "succeeded", progress=1.0)
    (summary,) = (await member.get("/api/runs/list"))["runs"]
    assert summary["job"]["state"] == "succeeded"
    assert summary["job"]["error"] is None


async def test_filters_count_before_paging(member: Caller) -> None:
    for number in range(5):
        make_run(member.database, member.id, status="failed" if number % 2 else "completed")
    page = await member.get("/api/runs/list?status=completed&limit=2&offset=2")
    assert (len(page["runs"]), page["total"]) == (1, 3)


async def test_the_mode_filters(member: Caller) -> None:
    run = make_known_federated(member.database, member.id)
    make_run(member.database, member.id)
    assert await ids(member, "?training_mode=federated") == [run.id]


async def test_pages_are_stable_under_ties(member: Caller) -> None:
    made = [make_run(member.database, member.id).id for _ in range(7)]
    seen: list[int] = []
    for offset in range(0, 7, 2):
        seen += await ids(member, f"?limit=2&offset={offset}")
    assert seen == made[::-1]


@pytest.mark.parametrize(
    ("key", "first", "second"),
    [("best_val_recall", 0.9, 0.1), ("best_val_accuracy", 0.9, 0.1)],
)
async def test_runs_are_sorted_by_their_best_with_unknown_last(
    member: Caller, key: str, first: float, second: float
) -> None:
    series = {"best_val_recall": "val_recall", "best_val_accuracy": "val_acc"}[key]
    unknown = make_run(member.database, member.id)
    low, high = (make_run(member.database, member.id) for _ in range(2))
    add_curve(member.database, low, series, [second])
    add_curve(member.database, high, series, [first])
    assert await ids(member, f"?sort_by={key}") == [high.id, low.id, unknown.id]
    assert await ids(member, f"?sort={key}") == [low.id, high.id, unknown.id]


async def test_both_modes_are_sorted_together(member: Caller) -> None:
    federated = make_known_federated(member.database, member.id)
    centralized = make_known_centralized(member.database, member.id)
    assert await ids(member, "?sort=-best_val_recall") == [centralized.id, federated.id]
    assert await ids(member, "?sort=best_val_accuracy") == [federated.id, centralized.id]


async def test_runs_are_sorted_by_duration(member: Caller) -> None:
    going_on = make_run(member.database, member.id, status="in_progress")
    short, long = (
        make_run(member.database, member.id, end_time=LONG_AGO + timedelta(hours=hours))
        for hours in (1, 30)
    )
    assert await ids(member, "?sort_by=duration") == [long.id, short.id, going_on.id]
    assert await ids(member, "?sort_by=duration&sort_order=asc") == [
        short.id,
        long.id,
        going_on.id,
    ]


async def test_the_shorthand_is_the_default_order(member: Caller) -> None:
    old = make_run(member.database, member.id)
    new = make_run(member.database, member.id, start_time=LONG_AGO + timedelta(days=1))
    assert await ids(member) == await ids(member, "?sort=-start_time") == [new.id, old.id]


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=1001",
        "limit=ten",
        "offset=-1",
        "status=running",
        "training_mode=both",
        "sort_by=name",
        "sort_by=owner_id",
        "sort_order=down",
        "sort=--id",
        "colour=red",
        "limit=1&limit=2",
    ],
)
async def test_a_wrong_parameter_is_named(member: Caller, query: str) -> None:
    answer = await member.get(f"/api/runs/list?{query}", 422)
    assert list(answer["errors"]) == [query.partition("=")[0]]


async def test_people_see_their_own_and_the_teams(
    member: Caller, colleague: Caller, viewer: Caller, admin: Caller
) -> None:
    private = make_run(member.database, member.id).id
    team = make_run(member.database, member.id, visibility="team").id
    assert await ids(member) == [team, private]
    assert await ids(colleague) == [team]
    assert await ids(viewer) == [team]
    assert await ids(admin) == [team, private]


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Collect what is read from the database; now and then a token's last use is written."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.engine, "before_cursor_execute", note)


SEARCH = "metrics.val_acc > 0.1 or status = 'completed' and params.lr is null"
COUNTED = (
    "/api/runs/list",
    "/api/runs/list?columns=metrics,params,tags&sort=-best_val_accuracy",
    f"/api/runs/list?filter={quote(SEARCH)}&columns=metrics&sort=-metrics.val_acc",
    f"/api/runs/list?filter={quote('metrics.val_acc > 0.1')}&limit=5&offset=3&sort=params.lr",
    "/api/runs/columns",
    "/api/runs/groups?by=status&metrics=val_acc",
    "/api/runs/ids",
    "/api/home",
    "/api/experiments/list",
)


@ON_ONE_DATABASE
async def test_one_run_needs_no_fewer_statements_than_two_hundred(member: Caller) -> None:
    costs: dict[str, list[int]] = {path: [] for path in COUNTED}
    for total in (1, 10, 200):
        have = len(await ids(member, "?limit=1000"))
        for number in range(total - have):
            mode = "federated" if number % 2 else "centralized"
            status = "completed" if number % 3 else "in_progress"
            run = make_run(member.database, member.id, training_mode=mode, status=status)
            make_job(member.database, run, "running")
            if number < 12:
                add_curve(member.database, run, "val_acc", [0.5])
                add_evaluation(member.database, run, 1)
        if total == 1:
            add_evaluation(member.database, run, 2)
        for path, seen in costs.items():
            with counted(member.resources.database) as statements:
                await member.get(path)
            seen.append(len(statements))
    assert {path: seen for path, seen in costs.items() if not max(seen) == seen[0] < 25} == {}
