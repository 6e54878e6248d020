import threading

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.auth.actor import SYSTEM
from app.auth.audit import record, verify_chain
from app.models.audit import AuditEntry
from tests.factories.people import make_actor


def write(database, count, actor=SYSTEM):
    for i in range(count):
        with database.write() as uow:
            record(uow, actor, "config_changed", f"thing:{i}", {"n": i, "share": 0.1, "to": "ü"})


def fail_after_recording(uow):
    record(uow, SYSTEM, "config_changed", "thing:1")
    return 1 / 0


def report(database):
    with database.read() as session:
        return verify_chain(session)


def tamper(database, statement):
    """Do what only the owner of the database file can: drop the triggers first."""
    triggers = {
        "sqlite": ["DROP TRIGGER audit_log_keeps_words", "DROP TRIGGER audit_log_keeps_entries"],
        "postgresql": ["ALTER TABLE audit_log DISABLE TRIGGER ALL"],
    }
    with database.write() as uow:
        for step in (*triggers[database.engine.dialect.name], statement):
            uow.session.execute(text(step))


def test_an_empty_log_is_intact(database):
    assert report(database).intact


def test_a_log_that_nobody_touched_is_intact(database):
    write(database, 5, make_actor(database))
    assert (report(database).entries, report(database).broken_at) == (5, None)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_log SET action = 'login'", "DELETE FROM audit_log",
     "UPDATE audit_log SET detail = detail"],
)  # fmt: skip
def test_the_database_refuses_to_change_or_delete_entries(database, statement):
    write(database, 2)
    with pytest.raises(DBAPIError, match="append-only"), database.write() as uow:
        uow.session.execute(text(statement))
    assert report(database).entries == 2


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE audit_log SET target = 'other' WHERE id = 2", 2),
        ("UPDATE audit_log SET user_id = NULL, via = 'session' WHERE id = 3", 3),
        ("DELETE FROM audit_log WHERE id = 2", 3),
        ("DELETE FROM audit_log WHERE id = 4", 4),
        ("DELETE FROM audit_log", 1),
    ],
)
def test_who_drops_the_triggers_is_found_out_by_the_chain(database, statement, broken_at):
    write(database, 4)
    tamper(database, statement)
    assert report(database).broken_at == broken_at


def test_an_entry_is_written_only_if_the_act_is(database):
    with pytest.raises(ZeroDivisionError), database.write() as uow:
        fail_after_recording(uow)
    write(database, 1)
    assert (report(database).entries, report(database).intact) == (1, True)


def test_eight_writers_at_once_make_one_unbroken_chain(database):
    threads = [threading.Thread(target=write, args=(database, 10)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (report(database).entries, report(database).broken_at) == (80, None)


def test_the_actor_and_the_way_in_are_written_down(database):
    actor = make_actor(database, "admin")
    write(database, 1, actor)
    with database.read() as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.user_id, entry.via, entry.target) == (actor.user_id, "session", "thing:0")
