"""Only what may pass by itself counts as an outage."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.db.engine import Database
from app.db.outage import is_outage
from tests.factories.outages import away


def failure_of(database: Database, statement: str) -> SQLAlchemyError:
    with pytest.raises(SQLAlchemyError) as caught, database.read() as session:
        session.execute(text(statement))
    return caught.value


def test_a_database_that_nobody_reaches_is_an_outage(database: Database) -> None:
    with away(database):
        assert is_outage(failure_of(database, "SELECT 1"))


@pytest.mark.parametrize("statement", ["SELECT 1 FROM nowhere", "SELEKT 1", "SELECT :missing"])
def test_a_wrong_statement_is_none(database: Database, statement: str) -> None:
    assert not is_outage(failure_of(database, statement))


def test_a_pool_without_a_free_connection_is_an_outage(database_url: str) -> None:
    small = Database(database_url, pool_size=1)
    small.engine.pool._timeout = 0.05
    with small.engine.connect():
        assert is_outage(failure_of(small, "SELECT 1"))
    small.close()
