"""Lists of jobs walk indexes on both databases, and sort no more than their pages."""

import pytest

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.jobs import states
from services.jobs.list import list_jobs
from services.jobs.matching import conditions, counts_by_state, newest_ids
from services.jobs.types import JobQuery
from tests.factories.jobs import make_jobs
from tests.factories.people import actor_for, make_user
from tests.factories.statements import counting
from tests.integration.test_search_indexes import plan_of

ADMIN, MEMBER = Actor(user_id=1, role="admin"), Actor(user_id=2, role="member")
QUERIES = {
    "all": (ADMIN, JobQuery(), "ix_jobs_state_id"),
    "own": (MEMBER, JobQuery(), "ix_jobs_owner_id_state_id"),
    "states": (MEMBER, JobQuery(state=("failed", "lost")), "ix_jobs_owner_id_state_id"),
    "kind": (ADMIN, JobQuery(kind=("train_run",)), "ix_jobs_kind_state_id"),
    "queue": (ADMIN, JobQuery(queue=("train",)), "ix_jobs_state_queue_id"),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_page_and_the_counts_walk_an_index(database: Database, name: str) -> None:
    actor, query, index = QUERIES[name]
    with database.read() as session:
        parts = conditions(session, actor, query)
    page = plan_of(database, newest_ids(parts, query, after=900, limit=51))
    assert index in page
    counts = plan_of(database, counts_by_state(parts, query))
    for plan in (page, counts):
        assert "SCAN jobs" not in plan
        assert "Seq Scan on jobs" not in plan


def test_a_page_of_any_length_takes_the_same_number_of_statements(database: Database) -> None:
    owner = make_user(database)
    sent = set()
    for many in (3, 60):
        make_jobs(database, owner.id, many, state=states.FAILED)
        make_jobs(database, owner.id, many)
        with counting(database) as statements:
            page = list_jobs(
                database,
                actor_for(owner),
                JobQuery(since=now().replace(year=2000)),
                limit=50,
                after=None,
                workers={"train": 1},
            )
        assert len(page.items) == min(50, 2 * many)
        sent.add(len([one for one in statements if not one.startswith("BEGIN")]))
    assert len(sent) == 1
