"""Searches read indexes: an order by its own, in few statements, however many runs there are."""

from typing import Any

import pytest
from sqlalchemy import select, text

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.run import Run
from services.search.columns_in_use import columns_in_use
from services.search.matching import Limits
from services.search.order import SORT_KEYS, order_of, sort_key
from services.search.page import page_of
from services.search.query import RunsQuery, read_filter
from services.search.select_all import select_all
from tests.factories.many import make_many
from tests.factories.people import make_user
from tests.factories.statements import counting


def plan_of(database: Database, query: Any) -> str:
    """Return how the database would read, if the table were too large to be read whole."""
    sqlite = database.is_sqlite
    compiled = query.compile(database.engine, compile_kwargs={"literal_binds": True})
    with database.engine.connect() as raw:
        if not sqlite:
            raw.execute(text("SET LOCAL enable_seqscan = off"))
            raw.execute(text("SET LOCAL enable_sort = off"))
            raw.execute(text("SET LOCAL enable_bitmapscan = off"))
        explain = "EXPLAIN QUERY PLAN" if sqlite else "EXPLAIN"
        return "\n".join(str(row[-1]) for row in raw.exec_driver_sql(f"{explain} {compiled}"))


@pytest.mark.parametrize("key", [key for key in SORT_KEYS if key != "id"])
def test_every_order_by_an_attribute_walks_its_own_index(database: Database, key: str) -> None:
    order = order_of(sort_key(key).identifier, descending=True)
    value = order.values[0]
    query = select(Run.id).where(*order.within(0)).order_by(value.desc(), Run.id.desc())
    plan = plan_of(database, query.limit(100))
    assert f"ix_runs_{key}_id" in plan
    assert "B-TREE" not in plan  # nothing is left to be sorted
    assert "Sort" not in plan


def test_the_next_page_by_duration_begins_in_the_index(database: Database) -> None:
    value = order_of(sort_key("duration").identifier, descending=True).values[0]
    plan = plan_of(database, select(Run.id).where(value <= 5.0).order_by(value.desc()).limit(9))
    assert "ix_runs_duration_id" in plan
    assert "Cond" in plan or "duration_seconds<?" in plan


def test_a_filter_over_short_attributes_leaves_the_rows_unread(database: Database) -> None:
    plan = plan_of(database, select(Run.id).where(Run.name.like("%9"), Run.seed > 3))
    assert "ix_runs_probed" in plan
    assert "COVERING" in plan or "Index Only Scan" in plan


FILTERS = ("", "metrics.val_loss >= 0", "params.lr = '0.1' or tags.site = 'north'", "duration > 1")


@pytest.mark.parametrize("text_", FILTERS)
@pytest.mark.parametrize("limits", [Limits(), Limits(few=0, rare=0, near=0)], ids=["few", "many"])
def test_pages_take_few_statements(database: Database, text_: str, limits: Limits) -> None:
    actor = Actor(user_id=make_user(database).id, role="member")
    seen = set()
    for _ in range(3):
        make_many(database, actor.user_id, 70)
        for sort in ("-metrics.val_loss", "duration", "params.lr"):
            wanted = RunsQuery(
                filter=read_filter(text_), sort_by=sort_key(sort.lstrip("-")), offset=20, limit=20
            )
            with counting(database) as sent, database.search() as session:
                assert len(page_of(session, actor, wanted, limits).ids) == 20
            seen.add(len([one for one in sent if not one.startswith("BEGIN")]))
    assert max(seen) <= 8


@pytest.mark.parametrize("text_", FILTERS)
def test_names_and_ids_of_many_runs_are_whole(database: Database, text_: str) -> None:
    owner = make_user(database)
    actor = Actor(user_id=owner.id, role="member")
    ids = make_many(database, owner.id, 230)
    with database.engine.begin() as raw:  # a name that only the last run has
        raw.execute(
            text("INSERT INTO run_tags (run_id, name, value, short) VALUES (:id, 'a', 'b', 'b')"),
            {"id": ids[-2]},
        )
    found = columns_in_use(database, actor, RunsQuery(filter=read_filter(text_)))
    assert (found.metrics, found.params, found.tags) == (["val_loss"], ["lr"], ["a", "site"])
    everything = select_all(database, actor, RunsQuery(filter=read_filter(text_)))
    assert everything.total == len(everything.ids)
    assert list(everything.ids) == sorted(everything.ids)
    assert set(everything.ids) <= set(ids)
    assert len(everything.ids) > 100
