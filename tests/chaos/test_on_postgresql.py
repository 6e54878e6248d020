"""The same on PostgreSQL, where several write at once."""

import time
from typing import Any

import pytest
from sqlalchemy import event, text

from app.db import engine
from app.db.engine import Database
from app.db.migrate import migrate, pending
from tests.support.attacks import attacked, in_time
from tests.support.depth import deep

# half a minute alone, and several where others compute beside it
pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]
STILL_MILLISECONDS = 1_000  # so that the pause of the test is a short one


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


def test_a_migration_may_pause_for_longer_than_any_other_transaction(
    fresh_postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(engine.SESSION, "idle_in_transaction_session_timeout", STILL_MILLISECONDS)
    database = Database(fresh_postgresql)
    pauses = iter((2 * STILL_MILLISECONDS / 1000,))

    def pause(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().startswith("CREATE INDEX"):
            time.sleep(next(pauses, 0))

    event.listen(database.engine, "before_cursor_execute", pause)
    migrate(database)
    assert (next(pauses, None), pending(database)) == (None, False)
    database.close()
