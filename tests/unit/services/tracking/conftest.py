"""What the tests of reading share."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event

from app.db.engine import Database


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """What the database is given."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)
