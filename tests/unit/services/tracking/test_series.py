"""Series in the database: appended, written again, read back, compacted."""

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.db.engine import Database
from app.models.run import Run
from app.models.series import Series, SeriesBlock
from services.runs.points import append_points
from services.runs.training.ports import Point
from services.tracking.metrics import read_series
from services.tracking.metrics.cut import cut_from
from services.tracking.metrics.join_blocks import compact_blocks
from tests.factories.people import make_user
from tests.factories.runs import LONG_AGO, add_curve, make_run
from tests.support.depth import examples

EACH_DATABASE = settings(
    max_examples=examples(12),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
WRITES = st.lists(
    st.dictionaries(
        st.integers(0, 12), st.floats(-5, 5) | st.just(math.nan), min_size=1, max_size=4
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture
def run(database: Database) -> Run:
    """A run to measure."""
    return make_run(database, make_user(database).id)


def summary(database: Database, run: Run, name: str = "val_loss") -> Series:
    with database.read() as session:
        return session.scalars(
            select(Series).where(Series.run_id == run.id, Series.name == name)
        ).one()


def curve(database: Database, run: Run, **query: object) -> dict[str, list[float]]:
    with database.read() as session:
        (answer,) = read_series(session, run.id, **query)  # type: ignore[arg-type]
    return answer


@given(writes=WRITES)
@EACH_DATABASE
def test_the_last_write_of_a_step_wins_and_the_summary_agrees(
    database: Database, writes: list[dict[int, float]]
) -> None:
    run = make_run(database, make_user(database).id)
    merged: dict[int, float] = {}
    for values in writes:
        add_curve(database, run, "val_loss", values)
        merged |= values
    stored_curve, stored = curve(database, run), summary(database, run)
    finite = [value for value in merged.values() if math.isfinite(value)]
    assert stored_curve["steps"] == sorted(merged)
    assert [value is None for value in stored_curve["values"]] == [
        math.isnan(merged[step]) for step in sorted(merged)
    ]
    assert (stored.count, stored.top_step) == (len(merged), max(merged))
    newest = max(stored_curve["steps"], key=lambda step: (time_of(stored_curve, step), step))
    assert (stored.last_step, stored.last_time) == (newest, time_of(stored_curve, newest))
    assert stored.last == (None if math.isnan(merged[newest]) else merged[newest])
    assert (stored.min, stored.max) == (min(finite, default=None), max(finite, default=None))


def time_of(stored_curve: dict[str, list[float]], step: int) -> float:
    return stored_curve["times"][stored_curve["steps"].index(step)]


def test_the_last_value_is_the_one_that_was_measured_last(database: Database, run: Run) -> None:
    add_curve(database, run, "val_loss", [1 - step / 20 for step in range(10)])
    add_curve(database, run, "val_loss", {5: 0.1, 6: 0.2, 7: 0.3})
    stored = summary(database, run)
    assert (stored.last, stored.last_step, stored.top_step) == (0.3, 7, 9)


def test_points_that_come_late_are_not_the_last_ones(database: Database, run: Run) -> None:
    add_curve(database, run, "val_loss", {5: 0.5, 6: 0.6})
    with database.write() as unit:
        late = [Point(name="val_loss", step=step, value=0.9) for step in (6, 7)]
        append_points(unit.session, run.id, late, LONG_AGO)
    stored = summary(database, run)
    assert (stored.last, stored.last_step, stored.top_step, stored.count) == (0.5, 5, 7, 3)


def test_a_run_that_goes_on_from_a_step_has_no_points_after_it(
    database: Database, run: Run
) -> None:
    add_curve(database, run, "val_loss", [0.9, 0.1, 0.5])
    add_curve(database, run, "val_acc", [0.7])
    with database.write() as unit:
        cut_from(unit.session, run.id, 1)
    stored = summary(database, run)
    assert (stored.count, stored.last, stored.min, stored.top_step) == (1, 0.9, 0.9, 0)
    assert curve(database, run, names=["val_loss"])["values"] == [0.9]
    assert curve(database, run, names=["val_acc"])["values"] == [0.7]
    with database.write() as unit:
        cut_from(unit.session, run.id, 0)
    with database.read() as session:
        assert read_series(session, run.id) == []


def test_an_extreme_that_is_written_over_is_forgotten(database: Database, run: Run) -> None:
    add_curve(database, run, "val_loss", {0: 0.9, 1: 0.1, 2: 0.5})
    add_curve(database, run, "val_loss", {1: 0.8})
    stored = summary(database, run)
    assert (stored.min, stored.min_step, stored.count) == (0.5, 2, 3)


def test_of_one_call_the_last_point_of_a_step_counts(database: Database, run: Run) -> None:
    points = [Point(name="val_loss", step=0, value=value) for value in (1.0, 2.0)]
    with database.write() as unit:
        append_points(unit.session, run.id, points, LONG_AGO)
    assert curve(database, run)["values"] == [2.0]


def test_a_client_has_curves_of_its_own(database: Database, run: Run) -> None:
    add_curve(database, run, "val_loss", [1.0])
    add_curve(database, run, "val_loss", [2.0], client="site-1")
    assert curve(database, run, client="")["values"] == [1.0]
    assert curve(database, run, client="site-1")["values"] == [2.0]


def test_names_choose_curves(database: Database, run: Run) -> None:
    add_curve(database, run, "val_loss", [1.0])
    add_curve(database, run, "val_acc", [2.0])
    assert curve(database, run, names=["val_acc"])["name"] == "val_acc"


def test_a_thinned_curve_has_a_band(database: Database, run: Run) -> None:
    add_curve(database, run, "val_loss", [float(step % 7) for step in range(1000)])
    thinned = curve(database, run, max_points=10)
    assert len(thinned["steps"]) == 10
    assert (min(thinned["min"]), max(thinned["max"])) == (0.0, 6.0)


def test_a_full_curve_has_no_band(database: Database, run: Run) -> None:
    add_curve(database, run, "val_loss", [1.0, 2.0])
    assert set(curve(database, run)) == {"name", "client", "steps", "values", "times"}


def points_of(step: int, series: int) -> list[Point]:
    return [Point(name=f"m{number}", step=step, value=0.5) for number in range(series)]


def test_appending_an_epoch_costs_few_statements(
    database: Database, run: Run, statements: list[str]
) -> None:
    for step in range(2):
        with database.write() as unit:
            append_points(unit.session, run.id, points_of(step, 15), LONG_AGO)
    del statements[:]
    with database.write() as unit:
        append_points(unit.session, run.id, points_of(2, 15), LONG_AGO)
    # PostgreSQL writes summaries and blocks by one
    assert len(statements) == (3 if database.is_sqlite else 2)


def test_compacting_changes_nothing_that_is_read(database: Database, run: Run) -> None:
    for step in range(40):
        add_curve(database, run, "val_loss", {step: float(step)})
    add_curve(database, run, "val_loss", {3: -1.0})
    before = curve(database, run)
    with database.write() as unit:
        assert compact_blocks(unit.session, min_blocks=10) == 1
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(SeriesBlock)) == 1
    assert curve(database, run) == before


def test_a_later_write_still_wins_over_a_compacted_block(database: Database, run: Run) -> None:
    for step in range(12):
        add_curve(database, run, "val_loss", {step: 1.0})
    with database.write() as unit:
        compact_blocks(unit.session, min_blocks=10)
    add_curve(database, run, "val_loss", {5: 9.0})
    assert curve(database, run)["values"][5] == 9.0
    assert summary(database, run).max == 9.0


def test_few_or_large_blocks_are_left_alone(database: Database, run: Run) -> None:
    add_curve(database, run, "val_loss", [0.0] * 5000)
    for step in range(5000, 5008):
        add_curve(database, run, "val_loss", {step: 1.0})
    with database.write() as unit:
        assert compact_blocks(unit.session, min_blocks=10) == 0
    for step in range(5008, 5012):
        add_curve(database, run, "val_loss", {step: 1.0})
    with database.write() as unit:
        assert compact_blocks(unit.session, min_blocks=10) == 1
    with database.read() as session:
        counts = session.scalars(select(SeriesBlock.count).order_by(SeriesBlock.id)).all()
    assert list(counts) == [5000, 12]


@pytest.mark.parametrize(
    ("mode", "rounds", "best"),
    [
        ("federated", [1.0, 0.36, 0.8533], (0.8533, 2)),
        ("federated", [1.0], (1.0, 0)),
        ("centralized", [1.0, 0.36, 0.8533], (1.0, 0)),
    ],
)
def test_an_untrained_model_is_the_best_only_while_it_is_alone(
    database: Database, mode: str, rounds: list[float], best: tuple[float, int]
) -> None:
    run = make_run(database, make_user(database).id, training_mode=mode)
    for number, recall in enumerate(rounds):
        add_curve(database, run, "global_recall", {number: recall})
    stored = summary(database, run, "global_recall")
    assert (stored.best, stored.best_step, stored.max) == (*best, 1.0)


POSSIBLE_OR_NOT = st.floats(0, 1) | st.sampled_from([-1.0, 1.5, 75.0, math.nan, 0.0, 1.0])
SHARES = st.lists(
    st.dictionaries(st.integers(0, 9), POSSIBLE_OR_NOT, min_size=1, max_size=3),
    min_size=1,
    max_size=8,
)


@given(writes=SHARES, mode=st.sampled_from(["federated", "centralized"]))
@EACH_DATABASE
def test_the_best_of_what_is_possible_is_that_of_all_points_whatever_came_between(
    database: Database, writes: list[dict[int, float]], mode: str
) -> None:
    run = make_run(database, make_user(database).id, training_mode=mode)
    merged: dict[int, float] = {}
    for values in writes:
        add_curve(database, run, "global_accuracy", values)
        merged |= values
    possible = {step: value for step, value in sorted(merged.items()) if 0 <= value <= 1}
    trained = {step: value for step, value in possible.items() if step > 0}
    judged = trained if trained and mode == "federated" else possible
    best = max(judged, key=lambda step: (judged[step], -step), default=None)
    stored = summary(database, run, "global_accuracy")
    assert (stored.best, stored.best_step) == (None if best is None else judged[best], best)


@pytest.mark.parametrize("impossible", [75.0, -1.0])
def test_points_after_an_impossible_one_do_not_read_the_series(
    database: Database, run: Run, statements: list[str], impossible: float
) -> None:
    add_curve(database, run, "val_accuracy", {0: 0.5, 1: impossible, 2: 0.6})
    del statements[:]
    add_curve(database, run, "val_accuracy", {3: 0.7})
    add_curve(database, run, "val_accuracy", {4: impossible})
    add_curve(database, run, "val_accuracy", {5: 0.65})
    read = [one for one in statements if "series_blocks" in one and one.startswith("SELECT")]
    assert read == []
    stored = summary(database, run, "val_accuracy")
    assert (stored.best, stored.best_step) == (0.7, 3)
