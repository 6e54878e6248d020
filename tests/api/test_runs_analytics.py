"""All runs in a few numbers."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from app.clock import now
from app.db.engine import Database
from app.models.run import Run
from services.runs.results.domain.history import best_by_metric
from services.runs.results.measured import extractor_of
from services.tracking.domain.metric_names import STANDARD
from tests.factories.callers import Caller
from tests.factories.runs import (
    LONG_AGO,
    add_curve,
    add_evaluation,
    make_known_centralized,
    make_known_federated,
    make_run,
)
from tests.support.databases import ON_ONE_DATABASE

PATH = "/api/runs/analytics/summary"
EMPTY = {"count": 0} | dict.fromkeys(
    ("avg_accuracy", "avg_precision", "avg_recall", "avg_f1", "avg_duration_minutes")
)


def measured(caller: Caller, accuracy: float | None, **values: Any) -> Run:
    recall = values.pop("recall", None)
    run = make_run(caller.database, caller.id, **values)
    for name, value in (("val_acc", accuracy), ("val_recall", recall)):
        if value is not None:
            add_curve(caller.database, run, name, [value])
    return run


async def test_nothing_has_numbers_too(member: Caller) -> None:
    answer = await member.get(PATH)
    assert (answer["total_runs"], answer["success_rate"], answer["top_runs"]) == (0, 0.0, [])
    assert answer["centralized"] == answer["federated"] == EMPTY
    assert answer["filter_coverage"] == 0.0


async def test_the_known_runs_side_by_side(member: Caller) -> None:
    federated = make_known_federated(member.database, member.id)
    centralized = make_known_centralized(member.database, member.id)
    answer = await member.get(PATH)
    assert answer["total_runs"] == 2
    assert answer["federated"] == {
        "count": 1,
        "avg_accuracy": 0.7433,
        "avg_precision": 0.4821,
        "avg_recall": 0.8533,
        "avg_f1": 0.5872,
        "avg_duration_minutes": 10.0,
    }
    assert answer["centralized"] == {
        "count": 1,
        "avg_accuracy": 0.7789,
        "avg_precision": 0.6667,
        "avg_recall": 0.875,
        "avg_f1": 0.6794,
        "avg_duration_minutes": 10.0,
    }
    assert [run["run_id"] for run in answer["top_runs"]] == [centralized.id, federated.id]
    assert answer["top_runs"][1] | {"name": ""} == {
        "run_id": federated.id,
        "name": "",
        "training_mode": "federated",
        "best_accuracy": 0.7433,
        "best_precision": 0.4821,
        "best_recall": 0.8533,
        "best_f1": 0.5872,
        "duration_minutes": 10.0,
        "start_time": LONG_AGO.isoformat(),
        "status": "completed",
    }


async def test_success_is_completed_of_all_whatever_status_is_requested(member: Caller) -> None:
    for status in ("completed", "completed", "failed", "in_progress", "queued", "cancelled"):
        make_run(member.database, member.id, status=status)
    for status, count in {"completed": 2, "failed": 1}.items():
        answer = await member.get(f"{PATH}?status={status}")
        assert (answer["total_runs"], answer["total"]) == (count, 6)
        assert (answer["success_rate"], answer["filter_coverage"]) == (0.3333, 1.0)
        names = ("completed", "failed", "in_progress", "queued", "cancelled")
        assert [answer[name] for name in names] == [2, 1, 1, 1, 1]


async def test_mode_and_days_narrow_everything_and_coverage_says_how_far(member: Caller) -> None:
    measured(member, 0.5, start_time=now() - timedelta(hours=1))
    measured(member, 0.9)
    make_run(member.database, member.id, training_mode="federated")
    make_run(member.database, member.id, training_mode="federated", status="failed")
    answer = await member.get(f"{PATH}?training_mode=centralized&days=2")
    assert (answer["total_runs"], answer["total"], answer["failed"]) == (1, 1, 0)
    assert answer["centralized"]["avg_accuracy"] == 0.5
    assert (answer["success_rate"], answer["filter_coverage"]) == (1.0, 0.3333)
    assert answer["federated"] == EMPTY
    everything = await member.get(PATH)
    assert (everything["total"], everything["success_rate"]) == (4, 0.75)


async def test_zero_counts_and_unknown_does_not(member: Caller) -> None:
    measured(member, 0.0)
    measured(member, 0.5)
    measured(member, None)
    measured(member, 75.0)  # per cent: no accuracy
    answer = await member.get(PATH)
    assert (answer["centralized"]["count"], answer["centralized"]["avg_accuracy"]) == (4, 0.25)
    assert [run["best_accuracy"] for run in answer["top_runs"]] == [0.5, 0.0]
    assert answer["top_runs"][0]["best_recall"] is None


async def test_the_untrained_model_counts_only_where_it_is_alone(member: Caller) -> None:
    alone = make_run(member.database, member.id, training_mode="federated")
    add_evaluation(member.database, alone, 0, accuracy=0.25)
    trained = make_run(member.database, member.id, training_mode="federated")
    add_evaluation(member.database, trained, 0, accuracy=0.9)
    add_evaluation(member.database, trained, 1, accuracy=0.5)
    answer = await member.get(PATH)
    assert [run["best_accuracy"] for run in answer["top_runs"]] == [0.5, 0.25]


async def test_every_spelling_counts_and_clients_do_not(member: Caller) -> None:
    run = measured(member, 0.5)
    add_curve(member.database, run, "val_accuracy", [0.75])
    add_curve(member.database, run, "val_acc", [0.99], client="site-1")
    (top,) = (await member.get(PATH))["top_runs"]
    assert top["best_accuracy"] == 0.75


async def test_the_best_ten_by_accuracy_then_recall_then_age(member: Caller) -> None:
    third = measured(member, 0.9, recall=0.1)
    fourth = measured(member, 0.9)
    first = measured(member, 0.9, recall=0.5)
    second = measured(member, 0.9, recall=0.5)
    rest = [measured(member, 0.1).id for _ in range(8)]
    answer = await member.get(PATH)
    best = [run["run_id"] for run in answer["top_runs"]]
    assert best == [first.id, second.id, third.id, fourth.id, *rest[:6]]


async def test_a_run_that_has_not_ended_has_no_duration(member: Caller) -> None:
    measured(member, 0.5, status="in_progress")
    answer = await member.get(f"{PATH}?status=in_progress")
    assert answer["centralized"]["avg_duration_minutes"] is None
    assert answer["top_runs"][0]["duration_minutes"] is None


async def test_durations_are_minutes_with_two_decimals(member: Caller) -> None:
    for seconds in (100, 200):
        end = LONG_AGO + timedelta(seconds=seconds)
        measured(member, 0.5, end_time=end)
    answer = await member.get(PATH)
    assert [run["duration_minutes"] for run in answer["top_runs"]] == [1.67, 3.33]
    assert answer["centralized"]["avg_duration_minutes"] == 2.5


async def test_archived_runs_and_those_of_others_are_left_out(
    member: Caller, colleague: Caller, admin: Caller
) -> None:
    measured(member, 0.5, archived_at=now())
    measured(colleague, 0.9)
    measured(colleague, 0.8, visibility="team")
    assert (await member.get(PATH))["total"] == 1
    assert (await member.get(PATH))["top_runs"][0]["best_accuracy"] == 0.8
    assert (await admin.get(PATH))["total"] == 2


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    "query",
    ["status=done", "training_mode=x", "days=0", "days=-1", "days=1e9", "days=x", "day=1",
     "days=99999999999999999999", "status=", "status=completed&status=failed"],
)  # fmt: skip
async def test_a_query_that_means_nothing_is_invalid(member: Caller, query: str) -> None:
    answer = await member.get(f"{PATH}?{query}", 422)
    assert query.partition("=")[0] in answer["errors"]


async def test_the_means_are_those_of_the_runs_own_results(member: Caller) -> None:
    runs = [
        make_known_centralized(member.database, member.id),
        make_known_federated(member.database, member.id),
        measured(member, 0.125, recall=0.0),
        make_run(member.database, member.id, training_mode="federated"),
    ]
    with member.database.read() as session:
        alone = {run.id: best_by_metric(extractor_of(session, run).history()) for run in runs}
    for run in (await member.get(PATH))["top_runs"]:
        own = alone[run["run_id"]]
        for name in STANDARD:
            assert run[f"best_{'f1' if name == 'f1_score' else name}"] == own.get(name)


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.engine, "before_cursor_execute", note)


@ON_ONE_DATABASE
async def test_two_hundred_runs_need_no_more_statements_than_one(member: Caller) -> None:
    costs, have = [], 0
    for total in (1, 10, 200):
        for number in range(have, total):
            measured(member, number / 200 if number < 12 else None)
        have = total
        with counted(member.database) as statements:
            await member.get(PATH)
        costs.append(len(statements))
    assert costs[0] == costs[1] == costs[2] < 8
