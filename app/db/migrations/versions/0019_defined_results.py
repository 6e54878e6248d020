"""Results that their rows do not define, and best values that their metric cannot have.

Scores of rows of one class were kept as they were computed, and a precision without a row that was
called positive as 0: they are null. The best of a curve was any extreme, an accuracy of 75 too: it
is that of the values that the metric can have.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import orjson
import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

PORTION = 200
ROUNDING = 1e-9
Range = tuple[float, float]
NO_END = math.inf
SHARES = (
    "accuracy acc balanced_accuracy auroc auc roc_auc auprc pr_auc average_precision f1_score f1"
)
SHARES += " precision recall sensitivity specificity iou dice coverage error_rate"
ERRORS = "rmse mse mae mape smape mase wape nrmse wer cer brier brier_score time seconds bytes"
RANGES: dict[str, Range] = {
    **dict.fromkeys(SHARES.split(), (0.0, 1.0)),
    **dict.fromkeys((*ERRORS.split(), "bleu", "rouge"), (0.0, NO_END)),
    **dict.fromkeys(("r2", "r2_score", "skill", "skill_score"), (-NO_END, 1.0)),
    **dict.fromkeys(("perplexity", "ppl"), (1.0, NO_END)),
}
PREFIX = re.compile(
    r"(train|training|val|valid|validation|test|eval|global|clients)[_/](?=.)", re.IGNORECASE
)
SCORES = ("accuracy", "balanced_accuracy", "precision", "recall", "f1_score", "auroc")
COUNTS = ("true_negatives", "false_positives", "false_negatives", "true_positives")
CONFUSION = ("val_cm_tn", "val_cm_fp", "val_cm_fn", "val_cm_tp")
SERVER = "global_"
Matrix = Sequence[Sequence[float]]


def _table(name: str, *columns: str) -> Any:
    return sa.table(name, *map(sa.column, columns))


RUNS = _table("runs", "id", "origin", "training_mode", "best_step", "manifest")
SERIES = _table(
    "series", "id", "run_id", "name", "client", "goal", "best", "best_step", "last", "last_step"
)
POINTS = ("id", "series_id", "count", "first_step", "last_step", "steps", "values")
BLOCKS, SEGMENTS = _table("series_blocks", *POINTS), _table("series_segments", *POINTS)
EVALUATIONS = _table("server_evaluations", "run_id", "round_number", "additional_metrics", *COUNTS)
RESULTS = _table("run_results", "run_id", "metric", "value")


def upgrade() -> None:
    connection = op.get_bind()
    _undefined_scores(connection)
    _impossible_bests(connection)


def downgrade() -> None:
    """What was wrong does not come back."""


def _portions(connection: sa.Connection, query: Any, key: Any) -> Iterator[Any]:
    last = 0
    while rows := connection.execute(query.where(key > last).order_by(key).limit(PORTION)).all():
        yield rows
        last = rows[-1].id


def _undefined_scores(connection: sa.Connection) -> None:
    having = sa.exists().where(RESULTS.c.run_id == RUNS.c.id)
    trained = sa.select(RUNS).where(RUNS.c.origin == "trained", having)
    for runs in _portions(connection, trained, RUNS.c.id):
        evaluations = _evaluations(connection, [run.id for run in runs])
        counts = _counts(connection, {run.id: run.best_step for run in runs})
        lost: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for run in runs:
            matrix = _matrix(run, evaluations, counts.get(run.id))
            lost[_undefined(matrix)].append(run.id)
        for metrics, ids in lost.items():
            if metrics:
                mine = (RESULTS.c.run_id.in_(ids), RESULTS.c.metric.in_(metrics))
                connection.execute(sa.update(RESULTS).where(*mine).values(value=None))


def _matrix(
    run: Any, evaluations: Mapping[tuple[int, int], Any], counts: Matrix | None
) -> Matrix | None:
    """Return the confusion matrix of the rows that the result is of, None where it is unknown."""
    row = evaluations.get((run.id, run.best_step))
    if run.training_mode == "federated" and row is not None:
        known = [row[name] for name in COUNTS]
        if None not in known:
            return [known[:2], known[2:]]
        more = orjson.loads(row["additional_metrics"]) if row["additional_metrics"] else {}
        return (more or {}).get("confusion_matrix")
    manifest = orjson.loads(run.manifest) if run.manifest else {}
    test = (manifest or {}).get("test")
    return test.get("confusion") if test else counts


def _undefined(matrix: Matrix | None) -> tuple[str, ...]:
    if not matrix:
        return ()
    if sum(sum(row) > 0 for row in matrix) < 2:
        return SCORES
    if len(matrix) == 2 and matrix[0][1] + matrix[1][1] == 0:
        return ("precision",)
    return ()


def _evaluations(connection: sa.Connection, ids: Sequence[int]) -> dict[tuple[int, int], Any]:
    query = sa.select(EVALUATIONS).where(EVALUATIONS.c.run_id.in_(ids))
    rows = connection.execute(query).mappings()
    return {(row["run_id"], row["round_number"]): row for row in rows}


def _counts(connection: sa.Connection, best: Mapping[int, int | None]) -> dict[int, Matrix]:
    """Return what each run counted on its validation rows at its kept step."""
    mine = (SERIES.c.run_id.in_(best), SERIES.c.client == "", SERIES.c.name.in_(CONFUSION))
    rows = connection.execute(sa.select(SERIES).where(*mine)).all()
    points = _points(connection, [row.id for row in rows if row.last_step != best[row.run_id]])
    counted: dict[int, dict[str, float]] = defaultdict(dict)
    for row in rows:
        value = row.last
        if row.id in points:
            steps, values = points[row.id]
            at = values[steps == best[row.run_id]]
            value = float(at[0]) if len(at) and np.isfinite(at[0]) else None
        if value is not None:
            counted[row.run_id][row.name] = value
    return {
        run_id: [[one[CONFUSION[0]], one[CONFUSION[1]]], [one[CONFUSION[2]], one[CONFUSION[3]]]]
        for run_id, one in counted.items()
        if len(one) == len(CONFUSION)
    }


def _impossible_bests(connection: sa.Connection) -> None:
    for name in connection.scalars(sa.select(SERIES.c.name).distinct()).all():
        low, high = _range(name)
        outside = sa.or_(SERIES.c.best < low - ROUNDING, SERIES.c.best > high + ROUNDING)
        mine = sa.and_(SERIES.c.name == name, SERIES.c.best.is_not(None), outside)
        federated = sa.select(RUNS.c.id).where(RUNS.c.training_mode == "federated")
        query = sa.select(SERIES.c.id, SERIES.c.goal, SERIES.c.run_id.in_(federated).label("sites"))
        if (low, high) == (-NO_END, NO_END):
            continue
        for rows in _portions(connection, query.where(mine), SERIES.c.id):
            points = _points(connection, [row.id for row in rows])
            for row in rows:
                trained = bool(row.sites) and name.startswith(SERVER)
                value, step = _best(row.goal, points.get(row.id), (low, high), trained=trained)
                change = sa.update(SERIES).where(SERIES.c.id == row.id)
                connection.execute(change.values(best=value, best_step=step))


def _range(name: str) -> Range:
    while name.lower() not in RANGES and (prefix := PREFIX.match(name)):
        name = name[prefix.end() :]
    return RANGES.get(name.lower(), (-NO_END, NO_END))


def _best(
    goal: str, points: tuple[Any, Any] | None, ends: Range, *, trained: bool
) -> tuple[float | None, int | None]:
    if points is None:
        return None, None
    steps, values = points
    inside = np.isfinite(values) & (values >= ends[0] - ROUNDING) & (values <= ends[1] + ROUNDING)
    if trained and bool((inside & (steps > 0)).any()):  # round 0 is the untrained model
        inside &= steps > 0
    steps, values = steps[inside], np.clip(values[inside], *ends)
    if not len(values):
        return None, None
    place = int(np.argmin(values) if goal == "min" else np.argmax(values))
    return float(values[place]), int(steps[place])


def _points(connection: sa.Connection, ids: Sequence[int]) -> dict[int, tuple[Any, Any]]:
    """Return steps and values of each series in ascending order; of one step the last counts."""
    parts: dict[int, list[tuple[Any, Any]]] = {}
    for table, order in ((SEGMENTS, SEGMENTS.c.first_step), (BLOCKS, BLOCKS.c.id)):
        for begin in range(0, len(ids), PORTION):
            query = sa.select(table).where(table.c.series_id.in_(ids[begin : begin + PORTION]))
            stored = connection.execute(query.order_by(table.c.series_id, order)).mappings()
            for series_id, rows in groupby(stored, key=lambda row: row["series_id"]):
                parts.setdefault(series_id, []).extend(_decoded(row) for row in rows)
    return {series_id: _joined(blocks) for series_id, blocks in parts.items()}


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
