"""What older versions wrote is brought in line, from rows as the first version left them."""

import json
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

import numpy as np
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, select, text

from app.clock import now
from app.db.engine import Database
from app.db.migrate import SCRIPTS, migrate
from app.models.run import Run
from app.models.series import Series
from services.runs.results.kept_results import keep_results
from services.runs.training.config.config import TrainingConfig
from services.tracking.domain.columns import Columns
from services.tracking.domain.params import comparable
from services.tracking.labels import write_params
from services.tracking.metrics.compact import settle
from tests.factories.people import make_user
from tests.factories.runs import add_curve, add_evaluation, make_run


def move(database: Database, direction: Any, revision: str) -> None:
    with database.engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(SCRIPTS))
        direction(config, revision)


@pytest.fixture
def first_version(database: Database) -> Database:
    """A database of the first version with one person, whose id is 1."""
    move(database, command.downgrade, "base")
    move(database, command.upgrade, "0001")
    person = "(1, 'old@example.org', 'Old', 'member', :yes, '2026-01-01 00:00:00')"
    with database.engine.begin() as raw:
        raw.execute(
            text(
                "INSERT INTO users (id, email, name, role, is_active, created_at) VALUES " + person
            ),
            {"yes": True},
        )
    return database


def old_run(raw: Connection, run_id: int, mode: str, config: str = "{}") -> None:
    columns = "id, name, training_mode, status, start_time, owner_id, visibility, config, seed"
    values = ":id, 'old', :mode, 'completed', '2026-01-01 00:00:00', 1, 'private', :config, 1"
    raw.execute(
        text(f"INSERT INTO runs ({columns}) VALUES ({values})"),
        {"id": run_id, "mode": mode, "config": config},
    )


def old_curve(raw: Connection, run_id: int, name: str, blocks: list[dict[int, float]]) -> None:
    """Write a curve as the first version did: its extremes were those of all finite points."""
    points = {step: value for block in blocks for step, value in block.items()}
    finite = {step: value for step, value in points.items() if np.isfinite(value)}
    low, high = min(finite, key=lambda at: finite[at]), max(finite, key=lambda at: finite[at])
    series_id = raw.scalar(
        text(
            "INSERT INTO series (run_id, name, client, count, min, min_step, max, max_step) "
            "VALUES (:run, :name, '', :count, :min, :min_step, :max, :max_step) RETURNING id"
        ),
        {"run": run_id, "name": name, "count": len(points), "min": finite[low],
         "min_step": low, "max": finite[high], "max_step": high},
    )  # fmt: skip
    for block in blocks:
        steps = np.array(list(block), "<i8")
        regular = len(set(np.diff(steps).tolist())) < 2
        raw.execute(
            text(
                'INSERT INTO series_blocks (series_id, count, first_step, last_step, steps, "values",'
                " times) VALUES (:series, :count, :first, :last, :steps, :values, :times)"
            ),
            {"series": series_id, "count": len(block), "first": int(steps[0]),
             "last": int(steps[-1]), "steps": b"" if regular else steps.tobytes(),
             "values": np.array(list(block.values()), "<f8").tobytes(),
             "times": np.zeros(1, "<f8").tobytes()},
        )  # fmt: skip


def best_of_series(database: Database) -> dict[tuple[int, str], tuple[float | None, int | None]]:
    with database.engine.connect() as raw:
        rows = raw.execute(text("SELECT run_id, name, best, best_step FROM series")).all()
    return {(row.run_id, row.name): (row.best, row.best_step) for row in rows}


CURVES: list[tuple[int, str, list[dict[int, float]]]] = [
    (1, "global_recall", [{0: 1.0, 1: 0.2}, {2: 0.6, 3: 0.4}]),
    (1, "global_loss", [{0: 0.1, 2: 0.5, 3: 0.3, 7: 0.3}]),
    (1, "global_f1", [{0: 0.9, 1: 0.3, 2: 0.4}, {2: 0.1}]),  # the later 2 counts
    (1, "global_auroc", [{0: 0.9, 1: float("nan"), 2: 0.5}]),
    (1, "global_error", [{0: 0.2}]),
    (1, "global_rmse", [{0: 0.1, 1: 0.5, 2: 0.75}]),
    (2, "val/mae", [{0: 0.5, 1: 0.25, 2: 1.0}]),
    (1, "global_acc", [{0: 0.5, 1: float("nan")}]),
    (1, "globalx", [{0: 1.0, 1: 0.5}]),
    (1, "global_precision", [{0: 0.1, 1: 0.8}]),
    (2, "global_recall", [{0: 1.0, 1: 0.2}]),
]
RIGHT: dict[tuple[int, str], tuple[float | None, int | None]] = {
    (1, "global_recall"): (0.6, 2),
    (1, "global_loss"): (0.3, 3),
    (1, "global_f1"): (0.3, 1),
    (1, "global_auroc"): (0.5, 2),
    (1, "global_error"): (None, None),  # of a direction that nobody knows
    (1, "global_rmse"): (0.5, 1),  # an error that a piece of the name did not give away
    (2, "val/mae"): (0.25, 1),
    (1, "global_acc"): (0.5, 0),  # and what is no number is nothing else
    (1, "globalx"): (None, None),
    (1, "global_precision"): (0.8, 1),
    (2, "global_recall"): (1.0, 0),  # no federation
}


def test_the_best_of_a_federation_is_one_of_its_trained_rounds(first_version: Database) -> None:
    with first_version.engine.begin() as raw:
        old_run(raw, 1, "federated")
        old_run(raw, 2, "centralized")
        for run_id, name, blocks in CURVES:
            old_curve(raw, run_id, name, blocks)
    migrate(first_version)
    assert best_of_series(first_version) == RIGHT
    move(first_version, command.downgrade, "0011")
    migrate(first_version)
    assert best_of_series(first_version) == RIGHT


def test_the_best_is_what_is_written_today(database: Database) -> None:
    run = make_run(database, make_user(database).id, training_mode="federated")
    none = Columns(steps=np.array([], "<i8"), values=np.array([]), times=np.array([]))
    add_curve(database, run, "global_recall", [1.0, 0.3, 0.7, 0.5])
    with database.write() as unit:
        settle(unit.session, dict.fromkeys(unit.session.scalars(select(Series.id)), none))
    add_curve(database, run, "global_recall", {2: 0.1, 4: 0.6})  # blocks come after segments
    best = best_of_series(database)
    assert best == {(run.id, "global_recall"): (0.6, 4)}
    move(database, command.downgrade, "0011")
    with database.engine.begin() as raw:
        assert raw.scalar(text("SELECT count(*) FROM series_segments")) == 1
        raw.execute(text("UPDATE series SET best = 1e9, best_step = 0"))
    migrate(database)
    assert best_of_series(database) == best


def params(database: Database, run_id: int) -> list[tuple[Any, ...]]:
    with database.engine.connect() as raw:
        query = text("SELECT name, value, short, number FROM run_params WHERE run_id = :id")
        return sorted(tuple(row) for row in raw.execute(query, {"id": run_id}))


def test_trainings_get_the_parameters_that_new_ones_have(first_version: Database) -> None:
    config = TrainingConfig().as_mapping() | {"learning_rate": 1e-5, "notes": "é" * 300}
    odd = json.dumps({"x" * 251: 1, "nul": "a\0b", "list": [1, None], "big": "1e999", "no": False})
    with first_version.engine.begin() as raw:
        for run_id, told in ((1, json.dumps(config)), (2, odd), (3, "{}"), (4, "[]")):
            old_run(raw, run_id, "centralized", told)
    migrate(first_version)
    with first_version.write() as unit:
        fresh = make_like(unit, config)
    # a number keeps the spelling that it was written with, and is compared by its value
    assert compared(params(first_version, 1)) == compared(params(first_version, fresh))
    assert params(first_version, 2) == [
        ("big", "1e999", "1e999", None),
        ("list", "[1,null]", "[1,null]", None),
        ("no", "false", "false", None),
        ("nul", "ab", "ab", None),
    ]
    assert params(first_version, 3) == params(first_version, 4) == []


def compared(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [(name, comparable(text), number) for name, text, _, number in rows]


def make_like(unit: Any, config: dict[str, Any]) -> int:
    """Write a run of today with these parameters and return its id."""
    run = Run(
        id=99, name="new", training_mode="centralized", status="queued", start_time=now(), owner_id=1,
        visibility="private", config=config, seed=1,
    )  # fmt: skip
    unit.session.add(run)
    unit.session.flush()
    write_params(unit.session, run.id, config)
    return run.id


def test_parameters_that_somebody_gave_are_left_alone(first_version: Database) -> None:
    with first_version.engine.begin() as raw:
        old_run(raw, 1, "centralized", '{"epochs": 3}')
    move(first_version, command.upgrade, "0011")
    with first_version.engine.begin() as raw:
        raw.execute(
            text("INSERT INTO run_params (run_id, name, value, short) VALUES (1, 'a', 'b', 'b')")
        )
    migrate(first_version)
    assert params(first_version, 1) == [("a", "b", "b", None)]


def test_many_runs_are_brought_in_line_portion_by_portion(first_version: Database) -> None:
    with first_version.engine.begin() as raw:
        for run_id in range(1, 452):
            old_run(raw, run_id, "federated", '{"epochs": 3}')
            old_curve(raw, run_id, "global_recall", [{0: 1.0, 1: run_id / 1000}])
    migrate(first_version)
    assert all(best == (key[0] / 1000, 1) for key, best in best_of_series(first_version).items())
    with first_version.engine.connect() as raw:
        assert raw.scalar(text("SELECT count(*) FROM run_params")) == 451


def test_it_tells_how_far_it_is(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    script = next((SCRIPTS / "versions").glob("0012_*.py"))
    spec = spec_from_file_location("data_written_before", script)
    assert spec is not None
    assert spec.loader is not None
    migration = module_from_spec(spec)
    spec.loader.exec_module(migration)
    migration.PORTION, migration.QUIET_SECONDS = 2, -1.0
    owner = make_user(database).id
    ids = [make_run(database, owner).id for _ in range(5)]
    runs = migration.RUNS
    with database.engine.connect() as raw:
        query = select(runs.c.id, runs.c.config)
        portions = list(migration._portions(raw, query, runs.c.id, "Old rows"))
    assert [row.id for rows in portions for row in rows] == ids
    assert capsys.readouterr().err.splitlines() == [
        "Old rows: 2 done", "Old rows: 4 done", "Old rows: 5 done",
    ]  # fmt: skip


def test_every_run_gets_the_result_that_is_written_today(database: Database) -> None:
    owner = make_user(database).id
    central = make_run(database, owner, best_step=1)
    for name, values in {"val_acc": [0.5, 0.75, 1.0], "val_loss": [0.9, 0.5, 0.7]}.items():
        add_curve(database, central, name, values)
    for name, values in {"tp": [1, 2], "tn": [1, 2], "fp": [1, 3], "fn": [1, 4]}.items():
        add_curve(database, central, f"val_cm_{name}", values)
    test = {"metrics": {"loss": None, "accuracy": 1 + 2e-16, "f1": -1.0, "auc": 0.5}}
    tested = make_run(database, owner, best_step=3, manifest={"test": test, "split": {"test": 76}})
    federated = make_run(database, owner, training_mode="federated", best_step=2)
    for number, accuracy in ((0, 1.0), (1, 0.9), (2, 0.7), (3, 0.95)):
        add_evaluation(database, federated, number, accuracy=accuracy, num_samples=50)
    logged = make_run(database, owner, origin="logged")
    for name, values in LOGGED.items():
        add_curve(database, logged, name, values)
    imported = make_run(database, owner, origin="imported", training_mode="federated")
    add_curve(database, imported, "global_acc", [0.5, 0.6, 0.7])
    add_evaluation(database, imported, 2, accuracy=0.7, num_samples=10)
    with database.write() as unit:
        keep_results(unit.session, [central.id, tested.id, federated.id, logged.id, imported.id])
    told = results(database)
    assert (central.id, "accuracy", 0.75, "validation", 11, 1) in told
    assert (tested.id, "accuracy", 1.0, "test", 76, 3) in told
    assert (tested.id, "f1_score", None, "test", 76, 3) in told
    assert (federated.id, "accuracy", 0.7, "site_validation", 50, 2) in told
    assert (logged.id, "accuracy", 0.25, "reported", None, 0) in told
    assert (imported.id, "accuracy", 0.7, "reported", 10, 2) in told
    assert len(told) == 2 + 4 + 2 + 4 + 2
    move(database, command.downgrade, "0013")
    migrate(database)
    assert results(database) == told


def test_what_the_rows_do_not_define_is_no_result_of_older_runs_either(
    database: Database,
) -> None:
    owner = make_user(database).id
    scores = {"accuracy": 1.0, "recall": 0.0, "precision": 0.0, "auc": 0.5, "loss": 0.25}
    matrices = ([[20, 0], [0, 0]], [[15, 0], [5, 0]], [[10, 2], [3, 5]], [[9, 0, 0], [0, 0, 0]])
    tested = [
        make_run(database, owner, manifest={"test": {"metrics": scores, "confusion": matrix}})
        for matrix in matrices
    ]
    validated = make_run(database, owner, best_step=0)
    for name, values in {"val_acc": [1.0, 0.5], "val_loss": [0.5, 0.25]}.items():
        add_curve(database, validated, name, values)
    for name, values in {"tp": [0, 1], "tn": [9, 2], "fp": [0, 3], "fn": [0, 4]}.items():
        add_curve(database, validated, f"val_cm_{name}", values)
    federated = make_run(database, owner, training_mode="federated", best_step=1)
    one_class = {"true_positives": 0, "true_negatives": 9, "false_positives": 1}
    add_evaluation(database, federated, 1, accuracy=0.9, **one_class, false_negatives=0)
    ids = [run.id for run in (*tested, validated, federated)]
    with database.write() as unit:
        keep_results(unit.session, ids)
    told = results(database)
    unknown = {(run_id, metric) for run_id, metric, value, *_ in told if value is None}
    first, second, third, fourth = (run.id for run in tested)
    every = {"accuracy", "recall", "precision", "auroc"}
    assert unknown == {
        *((first, metric) for metric in every),
        (second, "precision"),
        *((fourth, metric) for metric in every),
        (validated.id, "accuracy"),
        (federated.id, "accuracy"),
    }
    assert (third, "recall", 0.0, "test", None, None) in told
    move(database, command.downgrade, "0013")
    migrate(database)
    assert results(database) == told


def test_the_best_is_one_that_the_metric_can_have(database: Database) -> None:
    owner = make_user(database).id
    run = make_run(database, owner, training_mode="federated", origin="logged")
    curves = {
        "accuracy": [75.0, 0.5, 0.7],
        "test/rmse": [-1.0, 3.0, 2.0],
        "global_accuracy": [0.9, 80.0, 0.6],
        "val_acc": [75.0, 80.0],
        "reward_loss": [-5.0, 1.0],
    }
    for name, values in curves.items():
        add_curve(database, run, name, values)
    best = best_of_series(database)
    assert best == {
        (run.id, "accuracy"): (0.7, 2),
        (run.id, "test/rmse"): (2.0, 2),
        (run.id, "global_accuracy"): (0.6, 2),
        (run.id, "val_acc"): (None, None),
        (run.id, "reward_loss"): (-5.0, 0),
    }
    move(database, command.downgrade, "0017")
    with database.engine.begin() as raw:
        raw.execute(text("UPDATE series SET best = 80, best_step = 1 WHERE name != 'reward_loss'"))
        raw.execute(text("UPDATE series SET best = -1, best_step = 0 WHERE name = 'test/rmse'"))
    migrate(database)
    assert best_of_series(database) == best


LOGGED = {
    "test/accuracy": [0.25],
    "val_accuracy": [0.5, 0.75],
    "train_loss": [0.5],
    "loss": [0.125],
    "val/box_loss": [0.5],
    "reward": [3.0, float("nan")],
}


def results(database: Database) -> list[tuple[Any, ...]]:
    with database.engine.connect() as raw:
        query = "SELECT run_id, metric, value, measured_on, num_rows, step FROM run_results"
        return [tuple(row) for row in raw.execute(text(f"{query} ORDER BY run_id, metric"))]
