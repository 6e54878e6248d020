"""A run is deleted while a program still writes to it: one waits for the other, and nobody fails."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from app.db.engine import Database
from app.errors import NotFound
from app.models.run import Run, RunLog
from app.resources import Resources
from app.storage.memory import MemoryStore
from services.runs.archive import archive_run
from services.runs.bulk import Tools, change_many
from services.runs.bulk_actions import BulkChange
from services.runs.delete import delete_run
from services.runs.events import LogLine
from services.runs.external.logs import ReportedLine, ReportedLines, add_lines
from services.runs.topics import run_topic
from services.runs.update import RunChanges, acknowledge_run, edit_run
from tests.factories.people import actor_for, make_user
from tests.factories.runs import make_run

pytestmark = pytest.mark.one_process

LINES = ReportedLines(lines=[ReportedLine(level="info", message="still here")])
A_MOMENT = 0.3  # seconds, in which the other one comes to wait


@pytest.fixture
def owner(database: Database) -> Any:
    return actor_for(make_user(database, "member"))


@pytest.fixture
def run(database: Database, owner: Any) -> Run:
    return make_run(database, owner.user_id, origin="logged", status="completed")


@pytest.fixture
def beside() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def test_a_run_goes_after_the_line_that_is_being_written(
    database: Database, owner: Any, run: Run, beside: ThreadPoolExecutor
) -> None:
    writing = threading.Event()
    add_lines(database, owner, str(run.id), LINES)  # its topic is there

    def write() -> None:
        with database.write() as unit:
            row = {"run_id": run.id, "attempt": 1, "at": run.start_time}
            unit.session.add(RunLog(**row, level="info", message="last words"))
            unit.session.flush()
            writing.set()
            time.sleep(A_MOMENT)
            unit.publish(run_topic(run.id), LogLine(last_id=1))

    written = beside.submit(write)
    assert writing.wait(60)
    delete_run(database, MemoryStore(), owner, str(run.id))
    written.result(60)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(RunLog)) == 0


class Going:
    """Deletes a run, and takes a moment for it."""

    def __init__(self, database: Database, run: Run) -> None:
        self.has_begun = threading.Event()
        self._database = database
        self._run_id = run.id

    def __call__(self) -> None:
        with self._database.write() as unit:
            unit.session.delete(unit.session.get_one(Run, self._run_id))
            unit.session.flush()
            self.has_begun.set()
            time.sleep(A_MOMENT)


WRITE: dict[str, Callable[[Database, Any, str], Any]] = {
    "line": lambda database, owner, run: add_lines(database, owner, run, LINES),
    "note": lambda database, owner, run: edit_run(database, owner, run, RunChanges(notes="Late")),
    "archive": archive_run,
    "acknowledge": acknowledge_run,
}


@pytest.mark.parametrize(
    "change",
    [
        BulkChange(action="archive"),
        BulkChange(action="tag", tags={"late": "yes"}),
        BulkChange(action="visibility", visibility="team"),
    ],
    ids=lambda change: change.action,
)
def test_many_runs_are_changed_but_for_the_one_that_goes_meanwhile(
    resources: Resources, owner: Any, run: Run, beside: ThreadPoolExecutor, change: BulkChange
) -> None:
    other = make_run(resources.database, owner.user_id)
    deleted = beside.submit(going := Going(resources.database, run))
    assert going.has_begun.wait(60)
    tools = Tools(database=resources.database, store=MemoryStore(), jobs=resources.jobs)
    outcome = change_many(tools, owner, change, [run.id, other.id], dry_run=False)
    deleted.result(60)
    assert outcome.changed == [other.id]
    assert [skipped.reason for skipped in outcome.skipped] == ["not found"]


@pytest.mark.parametrize("write", WRITE)
def test_who_writes_to_a_run_that_goes_meanwhile_hears_that_it_is_gone(
    database: Database, owner: Any, run: Run, beside: ThreadPoolExecutor, write: str
) -> None:
    deleted = beside.submit(going := Going(database, run))
    assert going.has_begun.wait(60)
    with pytest.raises(NotFound):
        WRITE[write](database, owner, str(run.id))
    deleted.result(60)
