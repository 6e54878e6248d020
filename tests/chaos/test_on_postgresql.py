"""The same on PostgreSQL, where several write at once."""

import pytest
from sqlalchemy import text

from app.db.engine import Database
from tests.support.attacks import attacked, in_time
from tests.support.depth import deep

# half a minute alone, and several where others compute beside it
pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]


def test_faults_do_no_harm_on_postgresql(
    request: pytest.FixtureRequest, fresh_postgresql: str
) -> None:
    outcome = attacked(request, deep(10, 20), fresh_postgresql)
    assert outcome.verdict.all_faults == []
    assert outcome.slowest_lost <= in_time(outcome)


def test_postgresql_ends_the_transaction_of_a_frozen_process(fresh_postgresql: str) -> None:
    database = Database(fresh_postgresql)
    with database.read() as session:
        shown = session.execute(text("SHOW idle_in_transaction_session_timeout")).scalar_one()
    database.close()
    assert shown == "8s"
