"""The list with a row for each study is the plain list without the later runs of each study."""

import random
from collections.abc import Iterator
from itertools import product

from app.auth.actor import Actor
from app.db.engine import Database
from services.search.matching import Limits
from services.search.order import sort_key
from services.search.page import page_of
from services.search.query import RunsQuery, read_filter
from tests.factories.people import make_user
from tests.factories.resources import join_study, make_dataset, make_study
from tests.factories.searched import make_searched
from tests.support.depth import deep

SORTS = ("id", "start_time", "end_time", "status", "metrics.x", "params.lr", "params.kind")
FILTERS = ("", "metrics.x > 0", "params.lr = '0.5' or tags.site = 'a'", "status = 'failed'")
WAYS = (Limits(), Limits(few=0, rare=0), Limits(few=0, near=0), Limits(few=0, spare=-1000))


def with_studies(database: Database, many: int) -> tuple[int, dict[int, int]]:
    """Write runs, some in one of four studies; return their owner and the study of each."""
    owner, runs = make_searched(database, many, seed=3)
    draw = random.Random(4)
    dataset = make_dataset(database, owner)
    studies = [make_study(database, owner, "private", dataset) for _ in range(4)]
    study_of = {one.run.id: draw.choice(studies) for one in runs if draw.random() < 0.7}
    for run_id, study in study_of.items():
        join_study(database, study, run_id)
    return owner, study_of


def paged(database: Database, actor: Actor, limits: Limits, **query: object) -> list[int]:
    """Return the ids of all pages, one after the other; their totals have to agree."""
    ids: list[int] = []
    token: str | None = None
    totals = set()
    while True:
        query_ = RunsQuery(group_studies=True, limit=6, after=token, **query)  # type: ignore[arg-type]
        with database.search() as session:
            page = page_of(session, actor, query_, limits)
        ids += page.ids
        totals.add(page.total)
        token = page.next
        if token is None:
            assert totals == {len(ids)}
            return ids


def test_studies_as_rows_leave_out_the_later_runs_of_each(database: Database) -> None:
    owner, study_of = with_studies(database, 40)
    actor = Actor(user_id=owner, role="member")
    for text, limits, sort, descending in asked():
        query = {
            "filter": read_filter(text),
            "sort_by": sort_key(sort),
            "descending": descending,
        }
        with database.search() as session:
            plain = page_of(session, actor, RunsQuery(**query), limits)  # type: ignore[arg-type]
        expected, seen = [], set()
        for run_id in plain.ids:
            study = study_of.get(run_id)
            if study is None or study not in seen:
                expected.append(run_id)
            seen.add(study)
        assert paged(database, actor, limits, **query) == expected, (text, limits, sort, descending)


def asked() -> Iterator[tuple[str, Limits, str, bool]]:
    """Yield every filter with every way and order; by day each in one of the two directions."""
    parts = product(enumerate(FILTERS), enumerate(WAYS), enumerate(SORTS))
    for (first, text), (second, limits), (third, sort) in parts:
        for descending in (True, False):
            if deep((first + second + third) % 2 == descending, True):
                yield text, limits, sort, descending


def test_an_offset_counts_rows(database: Database) -> None:
    owner, _ = with_studies(database, 30)
    actor = Actor(user_id=owner, role="member")
    for limits in WAYS[:3]:
        pages = []
        for offset in range(6):
            query_ = RunsQuery(group_studies=True, limit=1, offset=offset)
            with database.search() as session:
                pages += page_of(session, actor, query_, limits).ids
        with database.search() as session:
            first = page_of(session, actor, RunsQuery(group_studies=True, limit=6), limits)
        assert pages == first.ids, limits
        assert len(set(pages)) == 6, limits


def test_runs_of_a_study_that_somebody_may_not_see_stand_for_themselves(
    database: Database,
) -> None:
    _, study_of = with_studies(database, 12)
    other = Actor(user_id=make_user(database).id, role="admin")
    with database.search() as session:
        page = page_of(session, other, RunsQuery(group_studies=True))
    assert page.total == 12 - len(study_of) + len(set(study_of.values()))
    stranger = Actor(user_id=make_user(database).id, role="member")
    with database.search() as session:
        assert page_of(session, stranger, RunsQuery(group_studies=True)).total == 0
