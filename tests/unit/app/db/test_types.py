import math
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select
from sqlalchemy.exc import StatementError

from app.db.types import Json, UtcDateTime, database_time
from tests.support.depth import examples

VALUES = Table(
    "values_of_types",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime),
    Column("data", Json),
)
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=OFFSETS)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
DATA = st.recursive(
    st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)
on_both = settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def connection(database):
    with database.engine.begin() as opened:
        VALUES.create(opened)
        yield opened
        VALUES.drop(opened)


def stored(connection, **values):
    row_id = connection.execute(insert(VALUES).values(**values).returning(VALUES.c.id)).scalar_one()
    return connection.execute(select(VALUES).where(VALUES.c.id == row_id)).one()


@on_both
@given(at=MOMENTS)
def test_a_moment_comes_back_as_the_same_moment_in_utc(connection, at):
    back = stored(connection, at=at).at
    assert back == at
    assert back.tzinfo is UTC


@on_both
@given(data=DATA)
def test_json_comes_back_as_the_same_value(connection, data):
    assert stored(connection, data=data).data == data


def test_times_compare_as_moments_whatever_their_offset(connection):
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    stored(connection, at=noon)
    same = noon.astimezone(timezone(timedelta(hours=5)))
    count = connection.execute(select(func.count()).where(VALUES.c.at == same)).scalar_one()
    assert count == 1


def test_a_time_without_an_offset_is_refused_where_it_would_be_written(connection):
    with pytest.raises(StatementError, match="without an offset"):
        stored(connection, at=datetime(2026, 3, 1))


def test_nan_is_stored_as_null_and_nothing_as_nothing(connection):
    assert stored(connection, data={"loss": math.nan}).data == {"loss": None}
    assert (stored(connection).at, stored(connection).data) == (None, None)


def test_the_database_tells_the_time(connection):
    seconds = connection.execute(select(database_time())).scalar_one()
    assert abs(seconds - datetime.now(UTC).timestamp()) < 60
