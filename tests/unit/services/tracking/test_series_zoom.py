"""Every zoom of a curve says what its points say, however they came and wherever they lie."""

import math
from datetime import timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.clock import now
from app.db.engine import Database
from app.models.run import Run
from app.models.series import Series, SeriesBatch, SeriesBlock, SeriesSegment
from services.runs.points import append_columns
from services.tracking.domain.columns import Columns
from services.tracking.domain.pyramid import Pieces
from services.tracking.metrics import SeriesQuery, columns_of, read_curves
from services.tracking.metrics import compact as settling
from services.tracking.metrics.join_blocks import KEPT, compact_blocks, forget_old_batches
from tests.factories.people import make_user
from tests.factories.runs import make_run
from tests.support.depth import examples

KEY = ("val_loss", "")
VALUES = st.floats(-5, 5) | st.sampled_from([math.nan, math.inf, -math.inf])
# a write is values for steps that begin, stride and repeat anywhere; None compacts
WRITES = st.lists(
    st.none()
    | st.tuples(
        st.integers(0, 3000), st.integers(1, 7), st.integers(1, 900), st.integers(0, 2**32 - 1)
    ),
    min_size=1,
    max_size=8,
)
ZOOMS = st.lists(
    st.tuples(
        st.none() | st.integers(0, 6000), st.none() | st.integers(0, 6000), st.integers(2, 60)
    ),
    min_size=4,
    max_size=4,
)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments so small that a short test makes many of them."""
    monkeypatch.setattr(settling, "MAX_SEGMENT", 700)
    monkeypatch.setattr("services.tracking.metrics.append.SETTLED_FROM", 900)


def drawn(first: int, stride: int, count: int, seed: int) -> Columns:
    """Return points in disorder, a few of them twice, with gaps and what is not finite."""
    draw = np.random.default_rng(seed)
    steps = first + stride * draw.integers(0, max(1, count), count)
    values = draw.normal(size=count).round(2)
    holes = draw.integers(0, count, count // 6)
    values[holes] = draw.choice([math.nan, math.inf, -math.inf], len(holes))
    return Columns(steps=steps.astype(np.int64), values=values, times=draw.random(count) * 1e9)


def store(database: Database, run: Run, columns: Columns) -> None:
    with database.write() as unit:
        append_columns(unit.session, run.id, {KEY: columns})


def read(database: Database, run: Run, **query: Any) -> Pieces:
    with database.snapshot() as session:
        (curve,) = read_curves(session, SeriesQuery(run_ids=[run.id], **query))
    return curve.pieces


def assert_points(pieces: Pieces, points: dict[int, tuple[float, float]], limit: int) -> None:
    """Hold what was read to the plain points of the range."""
    steps = sorted(points)
    assert pieces.points == len(steps)
    assert len(pieces) <= limit
    if len(steps) <= limit:
        assert pieces.steps.tolist() == steps
    ends = np.cumsum(pieces.counts).tolist()
    for place, end in enumerate(ends):
        part = [points[step] for step in steps[end - int(pieces.counts[place]) : end]]
        finite = [value for value, _ in part if math.isfinite(value)]
        expected = [min(finite), max(finite), finite[-1]] if finite else [math.nan] * 3
        drawn = [pieces.low[place], pieces.high[place], pieces.values[place]]
        np.testing.assert_array_equal(drawn, expected)
        assert (pieces.steps[place], pieces.times[place]) == (steps[end - 1], part[-1][1])


def assert_summary(database: Database, run: Run, points: dict[int, tuple[float, float]]) -> None:
    with database.read() as session:
        row = session.scalars(select(Series).where(Series.run_id == run.id)).one()
    finite = {step: value for step, (value, _) in points.items() if math.isfinite(value)}
    low, high = min(finite.values(), default=None), max(finite.values(), default=None)
    newest = max(points, key=lambda step: (points[step][1], step))
    assert (row.count, row.top_step) == (len(points), max(points))
    assert (row.last, row.last_step) == (finite.get(newest), newest)
    assert (row.min, row.max, row.best) == (low, high, low)
    for step, extreme in ((row.min_step, low), (row.max_step, high), (row.best_step, low)):
        assert step == min((s for s, v in finite.items() if v == extreme), default=None)


@pytest.mark.usefixtures("small")
@given(writes=WRITES, zooms=ZOOMS)
@settings(
    max_examples=examples(12),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_zoom_says_what_the_points_say(
    database: Database, writes: list[Any], zooms: list[Any]
) -> None:
    run = make_run(database, make_user(database).id)
    points: dict[int, tuple[float, float]] = {}
    for write in [(0, 1, 5, 1), *writes]:
        if write is None:
            with database.write() as unit:
                compact_blocks(unit.session, min_blocks=2)
            continue
        columns = drawn(*write)
        store(database, run, columns)
        points_read = zip(columns.values.tolist(), columns.times.tolist(), strict=True)
        points |= dict(zip(columns.steps.tolist(), points_read, strict=True))
    for first, last, limit in zooms:
        low, high = first or 0, 10_000 if last is None else last
        inside = {step: point for step, point in points.items() if low <= step <= high}
        zoomed = read(database, run, from_step=first, to_step=last, max_points=limit)
        assert_points(zoomed, inside, limit)
    assert_summary(database, run, points)


def line(count: int, first: int = 0) -> Columns:
    steps = np.arange(first, first + count)
    return Columns(steps=steps, values=steps / 1.0, times=steps * 1.0)


@pytest.mark.usefixtures("small")
def test_segments_of_one_series_never_overlap(database: Database) -> None:
    run = make_run(database, make_user(database).id)
    for seed in range(12):
        store(database, run, drawn(seed * 300, 3, 800, seed))
    with database.read() as session:
        segments = session.scalars(select(SeriesSegment).order_by(SeriesSegment.first_step)).all()
        waiting = session.scalar(select(Series.unsettled))
        blocks = session.scalar(select(func.coalesce(func.sum(SeriesBlock.count), 0)))
    assert len(segments) > 2
    ends = [(one.first_step, one.last_step) for one in segments]
    assert all(before[1] < after[0] for before, after in pairwise(ends))
    assert waiting >= blocks


def test_a_spike_in_a_million_points_is_seen_at_every_zoom(database: Database) -> None:
    run = make_run(database, make_user(database).id)
    columns = line(1_000_000)
    columns.values[500_007] = 1e9
    store(database, run, columns)
    for limit in (2, 50, 320, 2_000, 10_000):
        zoomed = read(database, run, max_points=limit)
        assert (zoomed.high.max(), zoomed.points) == (1e9, 1_000_000)
        assert len(zoomed) == limit


def test_a_point_that_is_written_again_is_right_before_and_after_it_is_settled(
    database: Database,
) -> None:
    run = make_run(database, make_user(database).id)
    store(database, run, line(70_000))
    store(
        database, run, Columns(steps=np.array([7]), values=np.array([1e9]), times=np.array([1.0]))
    )
    assert read(database, run, max_points=10).high[0] == 1e9
    store(database, run, line(66_000, 70_000))
    assert read(database, run, max_points=10).high[0] == 1e9
    with database.read() as session:
        assert columns_of(session, [session.scalar(select(Series.id)) or 0]).popitem()[1].values[
            7
        ] == pytest.approx(1e9)


def test_reading_costs_as_many_statements_for_one_curve_as_for_many(
    database: Database, statements: list[str]
) -> None:
    run = make_run(database, make_user(database).id)
    seen = []
    for many in (1, 8):
        with database.write() as unit:
            several = {(f"m{number}", ""): line(66_000) for number in range(many)}
            append_columns(unit.session, run.id, several)
        del statements[:]
        read_all(database, run)
        seen.append(len(statements))
    assert seen[0] == seen[1] <= 5


def read_all(database: Database, run: Run) -> None:
    with database.snapshot() as session:
        read_curves(session, SeriesQuery(run_ids=[run.id], from_step=10, max_points=100))


def test_writing_costs_as_many_statements_for_one_series_as_for_many(
    database: Database, statements: list[str]
) -> None:
    run = make_run(database, make_user(database).id)
    seen = []
    del statements[:]
    for many in (1, 8):
        several = {(f"{many} {number}", ""): line(50) for number in range(many)}
        for columns in (several, several):  # the second time every step is written again
            with database.write() as unit:
                append_columns(unit.session, run.id, columns)
            seen.append(len(statements))
            del statements[:]
    assert seen[:2] == seen[2:]


def test_all_curves_together_have_a_limit(database: Database) -> None:
    run = make_run(database, make_user(database).id)
    with database.write() as unit:
        append_columns(unit.session, run.id, {(f"m{n}", ""): line(500) for n in range(4)})
    with database.snapshot() as session:
        curves = read_curves(session, SeriesQuery(run_ids=[run.id], max_total_points=400))
    assert [len(curve.pieces) for curve in curves] == [100] * 4


def test_old_batches_are_forgotten_and_new_ones_remembered(database: Database) -> None:
    run = make_run(database, make_user(database).id)
    with database.write() as unit:
        for name, age in (("old", KEPT + timedelta(hours=1)), ("new", timedelta(0))):
            values = {"run_id": run.id, "batch_id": name, "digest": "0", "points": 1}
            unit.session.add(SeriesBatch(**values, at=now() - age))
    forget_old_batches(database)
    with database.read() as session:
        assert session.scalars(select(SeriesBatch.batch_id)).all() == ["new"]
