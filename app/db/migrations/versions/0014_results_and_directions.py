"""The result of each run, the direction of each metric, and the task of each run.

A best value is one in a known direction: those of metrics that nobody knows go, those of errors
that a piece of a name did not give away become the lowest. Results are filled in from what the
runs have: the test of the kept model, the evaluation of the kept round, or the newest values.
"""

import math
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import orjson
import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

PROBED = ["id", "archived_at", "visibility", "owner_id", "status", "training_mode"]
COVERED = ["start_time", "end_time", "origin", "dataset_id", "seed", "best_val_recall"]
COVERED += ["best_val_accuracy"]
PORTION = 200
QUIET_SECONDS = 2.0
MAX_METRICS = 200  # of one run
ROUNDING = 1e-9

Known = tuple[str, str, float, float]  # name, direction, and the ends of the range
NO_END = math.inf
SHARES = "accuracy balanced_accuracy auroc auprc f1_score precision recall sensitivity specificity"
SHARES += " iou dice coverage"
ERRORS = "rmse mse mae mape smape mase wape nrmse wer cer brier time bytes"
CATALOGUE: dict[str, Known] = {
    **{name: (name, "max", 0.0, 1.0) for name in SHARES.split()},
    **{name: (name, "min", 0.0, NO_END) for name in ERRORS.split()},
    **{name: (name, "min", -NO_END, NO_END) for name in ("loss", "nll")},
    **{name: (name, "max", -NO_END, 1.0) for name in ("r2", "skill")},
    **{name: (name, "max", 0.0, NO_END) for name in ("bleu", "rouge")},
    "error_rate": ("error_rate", "min", 0.0, 1.0),
    "perplexity": ("perplexity", "min", 1.0, NO_END),
}
SPELLINGS = {"acc": "accuracy", "auc": "auroc", "roc_auc": "auroc", "pr_auc": "auprc"}
SPELLINGS |= {"average_precision": "auprc", "f1": "f1_score", "r2_score": "r2"}
SPELLINGS |= {"skill_score": "skill", "brier_score": "brier", "ppl": "perplexity"}
SPELLINGS |= {"seconds": "time"}
CATALOGUE |= {spelling: CATALOGUE[name] for spelling, name in SPELLINGS.items()}
PREFIX = re.compile(
    r"(train|training|val|valid|validation|test|eval|global|clients)[_/](?=.)", re.IGNORECASE
)
ANY_LOSS = re.compile(r".[_/]loss\Z", re.IGNORECASE | re.DOTALL)
PHASES = ({"test"}, {"global"}, {"val", "valid", "validation", "eval"})
MEASURED = ("loss", "accuracy", "precision", "recall", "f1_score", "auroc")
COUNTS = ("true_positives", "true_negatives", "false_positives", "false_negatives")
CONFUSION = ("val_cm_tp", "val_cm_tn", "val_cm_fp", "val_cm_fn")
SERVER, OWN = "global_", "val_"


def _table(name: str, *columns: str) -> Any:
    return sa.table(name, *map(sa.column, columns))


RUN_FACTS = ("id", "origin", "training_mode", "best_step", "dataset_id", "manifest", "task")
RUNS = _table("runs", *RUN_FACTS)
EXTREMES = ("count", "min", "min_step", "max", "max_step", "best", "best_step", "goal")
SERIES = _table("series", "id", "run_id", "name", "client", "last", "last_step", *EXTREMES)
POINTS = ("id", "series_id", "count", "first_step", "last_step", "steps", "values")
BLOCKS, SEGMENTS = _table("series_blocks", *POINTS), _table("series_segments", *POINTS)
EVALUATIONS = _table(
    "server_evaluations", "run_id", "round_number", "num_samples", *MEASURED, *COUNTS
)
RESULT = ("run_id", "metric", "value", "measured_on", "num_rows", "step")
RESULTS = _table("run_results", *RESULT)


def upgrade() -> None:
    op.execute(
        "ALTER TABLE runs ADD COLUMN task VARCHAR(20) DEFAULT 'other' NOT NULL "
        "CONSTRAINT ck_runs_task CHECK (task IN ('classification', 'forecasting', 'other'))"
    )
    op.add_column("series", sa.Column("goal", sa.String(3), nullable=True))
    _tables()
    op.drop_index("ix_runs_probed", table_name="runs")
    op.create_index("ix_runs_probed", "runs", [*PROBED, *COVERED, "task", "name"])
    connection = op.get_bind()
    trained = sa.update(RUNS).where(RUNS.c.origin == "trained")
    connection.execute(trained.values(task="classification"))
    _directions(connection)
    _best_of_trained_rounds(connection)
    _results(connection)


def downgrade() -> None:
    op.drop_index("ix_runs_probed", table_name="runs")
    op.create_index("ix_runs_probed", "runs", [*PROBED, *COVERED, "name"])
    op.drop_table("run_results")
    op.drop_table("metric_definitions")
    with_best = sa.or_(*(SERIES.c.name.contains(word) for word in ("loss", "error")))
    for chosen, extreme in ((with_best, "min"), (~with_best, "max")):
        values = {"best": SERIES.c[extreme], "best_step": SERIES.c[f"{extreme}_step"]}
        lost = sa.update(SERIES).where(SERIES.c.goal.is_(None), chosen)
        op.get_bind().execute(lost.values(values))
    op.drop_column("series", "goal")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("ck_runs_task", "runs")
    op.drop_column("runs", "task")


def _tables() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    run = sa.ForeignKey("runs.id", ondelete="CASCADE")
    op.create_table(
        "metric_definitions",
        sa.Column("run_id", big, run, primary_key=True),
        sa.Column("name", sa.String(250), primary_key=True),
        sa.Column("goal", sa.String(3), nullable=False),
    )
    kinds = "('test', 'validation', 'site_validation', 'reported')"
    op.create_table(
        "run_results",
        sa.Column("run_id", big, run.copy(), primary_key=True),
        sa.Column("metric", sa.String(250), primary_key=True),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("measured_on", sa.String(20), nullable=False),
        sa.Column("num_rows", sa.Integer(), nullable=True),
        sa.Column("step", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(f"measured_on IN {kinds}", name="measured_on"),
    )
    columns = ["metric", "value", "run_id"]
    op.create_index(op.f("ix_run_results_metric_value_run_id"), "run_results", columns)


def _split(name: str) -> tuple[set[str], str]:
    prefixes = set()
    while name.lower() not in CATALOGUE and (match := PREFIX.match(name)):
        prefixes.add(match.group(1).lower())
        name = name[match.end() :]
    return prefixes, name


def _known(name: str) -> Known | None:
    _, name = _split(name)
    known = CATALOGUE.get(name.lower())
    if known is None and ANY_LOSS.search(name):
        return (name, "min", -NO_END, NO_END)
    return known


def _clamped(name: str, value: float | None) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    known = _known(name)
    if known is None:
        return value
    _, _, low, high = known
    inside = low - ROUNDING <= value <= high + ROUNDING
    return min(max(value, low), high) if inside else None


def _portions(connection: sa.Connection, query: Any, key: Any, what: str) -> Iterator[Any]:
    """Yield the rows of ``query`` by ``key``, some at a time, and report how far it is."""
    last, done, reported_at = 0, 0, time.monotonic()
    while rows := connection.execute(query.where(key > last).order_by(key).limit(PORTION)).all():
        yield rows
        last, done = rows[-1].id, done + len(rows)
        if time.monotonic() - reported_at > QUIET_SECONDS:
            reported_at = time.monotonic()
            sys.stderr.write(f"{what}: {done:,} done\n")
            sys.stderr.flush()


def _directions(connection: sa.Connection) -> None:
    names = connection.scalars(sa.select(SERIES.c.name).distinct()).all()
    by_goal: dict[str, list[str]] = defaultdict(list)
    for name in names:
        known = _known(name)
        by_goal["" if known is None else known[1]].append(name)
    for goal, extreme in (("", None), ("min", "min"), ("max", "max")):
        values = {
            "goal": goal or None,
            "best": None if extreme is None else SERIES.c[extreme],
            "best_step": None if extreme is None else SERIES.c[f"{extreme}_step"],
        }
        for begin in range(0, len(by_goal[goal]), PORTION):
            some = by_goal[goal][begin : begin + PORTION]
            connection.execute(sa.update(SERIES).where(SERIES.c.name.in_(some)).values(values))


def _best_of_trained_rounds(connection: sa.Connection) -> None:
    """Give the curves of a federation's server the best of a trained round, where there is one."""
    doubtful = (
        sa.select(SERIES.c.id, SERIES.c.goal)
        .join(RUNS, RUNS.c.id == SERIES.c.run_id)
        .where(
            RUNS.c.training_mode == "federated",
            SERIES.c.best_step == 0,
            SERIES.c.count > 1,
            sa.func.substr(SERIES.c.name, 1, len(SERVER)) == SERVER,
        )
    )
    for rows in _portions(connection, doubtful, SERIES.c.id, "Best values of federations"):
        goals = {row.id: row.goal for row in rows}
        points = _points(connection, list(goals))
        rows_to_change = [
            {"series": series_id, "value": best[0], "step": best[1]}
            for series_id, (steps, values) in points.items()
            if (best := _best(goals[series_id], steps, values)) is not None
        ]
        if rows_to_change:
            columns = {"best": sa.bindparam("value"), "best_step": sa.bindparam("step")}
            change = sa.update(SERIES).where(SERIES.c.id == sa.bindparam("series")).values(columns)
            connection.execute(change, rows_to_change)


def _best(goal: str, steps: Any, values: Any) -> tuple[float, int] | None:
    counts = (steps > 0) & np.isfinite(values)
    steps, values = steps[counts], values[counts]
    if not len(values):
        return None
    place = int(np.argmin(values) if goal == "min" else np.argmax(values))
    return float(values[place]), int(steps[place])


def _results(connection: sa.Connection) -> None:
    for runs in _portions(connection, sa.select(RUNS), RUNS.c.id, "Results of runs"):
        series = _series(connection, runs)
        evaluations = _evaluations(connection, [run.id for run in runs])
        best = {run.id: run.best_step for run in runs}
        at_best = _at_best(
            connection, best, [one for several in series.values() for one in several]
        )
        rows = [
            row
            for run in runs
            for row in _of_run(
                run, series.get(run.id, []), evaluations.get(run.id, {}), at_best.get(run.id, {})
            )
        ]
        if rows:
            connection.execute(sa.insert(RESULTS), rows)


def _of_run(
    run: Any,
    series: Sequence[Any],
    evaluations: Mapping[int, Any],
    at_best: Mapping[str, float | None],
) -> list[dict[str, Any]]:
    if run.origin != "trained":
        newest = evaluations[max(evaluations)] if evaluations else None
        return _reported(run, series, newest)
    if run.training_mode == "federated" and run.best_step in evaluations:
        row = evaluations[run.best_step]
        measured_on = "site_validation" if run.dataset_id is None else "test"
        metrics = {name: row[name] for name in MEASURED if row[name] is not None}
        return _measured(run, metrics, measured_on, _rows_of(row))
    manifest = orjson.loads(run.manifest) if run.manifest else {}
    test = manifest.get("test")
    if test:
        return _measured(run, test["metrics"], "test", (manifest.get("split") or {}).get("test"))
    counts = [at_best.get(name) for name in CONFUSION]
    rows = None if None in counts else int(sum(count or 0.0 for count in counts))
    values = {name: value for name, value in at_best.items() if value is not None}
    return _measured(run, values, "validation", rows)


def _measured(
    run: Any, metrics: Mapping[str, Any], measured_on: str, rows: int | None
) -> list[dict[str, Any]]:
    values = {
        known[0]: _clamped(name, value)
        for name, value in metrics.items()
        if (known := _known(name)) is not None
    }
    return [
        dict(zip(RESULT, (run.id, name, value, measured_on, rows, run.best_step), strict=True))
        for name, value in values.items()
    ]


def _reported(run: Any, series: Sequence[Any], newest: Any) -> list[dict[str, Any]]:
    candidates = [(one.name, one.last, one.last_step, None) for one in series]
    if newest is not None:
        step, rows = newest["round_number"], _rows_of(newest)
        candidates += [(f"{SERVER}{name}", newest[name], step, rows) for name in MEASURED]
    chosen: dict[str, tuple[Any, Any]] = {}
    for name, value, step, rows in candidates:
        prefixes, _ = _split(name)
        if prefixes & {"train", "training"} or (rows is not None and value is None):
            continue
        phase = next((place for place, names in enumerate(PHASES) if names & prefixes), 3)
        rank = 4 if "clients" in prefixes else phase
        place = (rank, -(-1 if step is None else step), rows is None, name)
        known = _known(name)
        metric = name if known is None else known[0]
        if metric not in chosen or place < chosen[metric][0]:
            row = (run.id, metric, _clamped(name, value), "reported", rows, step)
            chosen[metric] = (place, dict(zip(RESULT, row, strict=True)))
    order = sorted(chosen, key=lambda metric: (_known(metric) is None, metric))
    return [chosen[metric][1] for metric in order[:MAX_METRICS]]


def _rows_of(row: Mapping[str, Any]) -> int | None:
    counts = [row[name] for name in COUNTS]
    if row["num_samples"] is not None:
        return int(row["num_samples"])
    return None if None in counts else sum(counts)


def _series(connection: sa.Connection, runs: Sequence[Any]) -> dict[int, list[Any]]:
    """Return the runs' own series; of trainings those of validation rows."""
    columns = (SERIES.c.id, SERIES.c.run_id, SERIES.c.name, SERIES.c.last, SERIES.c.last_step)
    validation = sa.func.substr(SERIES.c.name, 1, len(OWN)) == OWN
    mine = sa.and_(SERIES.c.client == "", SERIES.c.run_id.in_([run.id for run in runs]))
    relevant = sa.or_(RUNS.c.origin != "trained", validation)
    query = sa.select(*columns).join(RUNS, RUNS.c.id == SERIES.c.run_id).where(mine, relevant)
    series_by_run: dict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(query):
        series_by_run[row.run_id].append(row)
    return series_by_run


def _evaluations(connection: sa.Connection, ids: Sequence[int]) -> dict[int, dict[int, Any]]:
    evaluations: dict[int, dict[int, Any]] = defaultdict(dict)
    query = sa.select(EVALUATIONS).where(EVALUATIONS.c.run_id.in_(ids))
    for row in connection.execute(query).mappings():
        evaluations[row["run_id"]][row["round_number"]] = row
    return evaluations


def _at_best(
    connection: sa.Connection, best: Mapping[int, int | None], series: Sequence[Any]
) -> dict[int, dict[str, float | None]]:
    kept = [one for one in series if best[one.run_id] is not None]
    older = [one.id for one in kept if one.last_step != best[one.run_id]]
    points = _points(connection, older)
    values_by_run: dict[int, dict[str, float | None]] = defaultdict(dict)
    for one in kept:
        value = one.last
        if one.last_step != best[one.run_id]:
            steps, values = points.get(one.id, (np.empty(0), np.empty(0)))
            at = values[steps == best[one.run_id]]
            value = float(at[0]) if len(at) and np.isfinite(at[0]) else None
        values_by_run[one.run_id][one.name] = value
    return values_by_run


def _points(connection: sa.Connection, ids: Sequence[int]) -> dict[int, tuple[Any, Any]]:
    """Return steps and values of each series in ascending order; of one step the last counts."""
    parts: dict[int, list[tuple[Any, Any]]] = {}
    for table, order in ((SEGMENTS, SEGMENTS.c.first_step), (BLOCKS, BLOCKS.c.id)):
        for begin in range(0, len(ids), PORTION):
            query = sa.select(table).where(table.c.series_id.in_(ids[begin : begin + PORTION]))
            stored = connection.execute(query.order_by(table.c.series_id, order)).mappings()
            for series_id, rows in groupby(stored, key=lambda row: row["series_id"]):
                parts.setdefault(series_id, []).extend(_decoded(row) for row in rows)
    return {series_id: _joined(several) for series_id, several in parts.items()}


def _decoded(row: Any) -> tuple[Any, Any]:
    count, first, last = row["count"], row["first_step"], row["last_step"]
    values = np.frombuffer(row["values"], "<f8")
    if row["steps"]:
        return np.frombuffer(row["steps"], "<i8"), values
    return np.arange(count, dtype=np.int64) * ((last - first) // max(1, count - 1)) + first, values


def _joined(parts: Sequence[tuple[Any, Any]]) -> tuple[Any, Any]:
    steps = np.concatenate([steps for steps, _ in parts])
    values = np.concatenate([values for _, values in parts])
    kept, places = np.unique(steps[::-1], return_index=True)
    return kept, values[::-1][places]
