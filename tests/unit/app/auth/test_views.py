"""Reads of private resources by admins, and how often the audit log hears of them."""

import pytest
from sqlalchemy import select, text

from app.auth.access import require_visible
from app.auth.actor import SYSTEM
from app.auth.views import ViewLog, collected_views
from app.models.audit import AuditEntry
from app.models.run import Run
from tests.factories.people import make_actor, make_run, make_user


@pytest.fixture
def owner(database):
    return make_user(database)


@pytest.fixture
def run_id(database, owner):
    return make_run(database, owner.id)


def views_of(database, actor, run_id):
    with collected_views() as views, database.read() as session:
        require_visible(session, Run, run_id, actor)
    return views


def entries(database):
    with database.read() as session:
        return session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()


def rename(database, table, name):
    with database.write() as uow:
        uow.session.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))


def test_a_read_names_the_admin_the_resource_and_its_owner(database, owner, run_id):
    admin = make_actor(database, "admin")
    ViewLog(database).write(views_of(database, admin, run_id))
    (entry,) = entries(database)
    assert (entry.user_id, entry.action, entry.target) == (
        admin.user_id,
        "private_viewed",
        f"run:{run_id}",
    )
    assert entry.detail == {"owner_id": owner.id}


def test_the_same_read_is_written_once_in_a_window_and_again_after_it(database, run_id):
    admin, other = make_actor(database, "admin"), make_actor(database, "admin")
    hourly, always = ViewLog(database), ViewLog(database, window=0.0)
    for log, expected in ((hourly, 1), (always, 4)):
        for _ in range(3):
            log.write(views_of(database, admin, run_id))
        assert len(entries(database)) == expected
    hourly.write(views_of(database, other, run_id))
    assert len(entries(database)) == 5


def test_own_resources_shared_ones_and_the_platform_itself_are_not_noted(database, run_id):
    admin = make_actor(database, "admin")
    assert views_of(database, admin, make_run(database, admin.user_id)) == set()
    assert views_of(database, admin, make_run(database, make_user(database).id, "team")) == (set())
    assert views_of(database, SYSTEM, run_id) == set()


def test_an_entry_that_cannot_be_written_refuses_nobody_and_is_written_next_time(database, run_id):
    admin, log = make_actor(database, "admin"), ViewLog(database)
    views = views_of(database, admin, run_id)
    rename(database, "audit_head", "away")
    log.write(views)
    rename(database, "away", "audit_head")
    assert entries(database) == []
    log.write(views_of(database, admin, run_id))
    assert len(entries(database)) == 1
