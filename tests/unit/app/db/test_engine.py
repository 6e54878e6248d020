"""What a database does with statements that come often."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from app.db.engine import Database

OFTEN = 12  # more often than the driver waits before it has a statement prepared
KEPT = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT 1 +%'"


@pytest.fixture
def postgresql(postgresql_server: str) -> Iterator[Database]:
    """The server itself: nothing is written."""
    database = Database(postgresql_server)
    yield database
    database.close()


@pytest.mark.parametrize(("how", "prepared"), [("read", 1), ("search", 0)])
def test_only_a_search_is_planned_for_its_values_each_time(
    postgresql: Database, how: str, prepared: int
) -> None:
    for number in range(OFTEN):
        with getattr(postgresql, how)() as session:
            session.execute(text("SELECT 1 + :number"), {"number": number})
    with postgresql.read() as session:
        assert session.scalar(text(KEPT)) == prepared
