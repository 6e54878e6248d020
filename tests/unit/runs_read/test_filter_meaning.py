"""A filter means the same in SQL, on both databases, as in plain Python."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.run import Run
from services.search.filter.parse import parse
from services.search.matching import Limits, matching
from services.search.order import sort_key
from services.search.page import page_of
from services.search.query import RunsQuery, read_filter
from tests.factories.searched import (
    METRICS,
    NUMBERS,
    PARAMS,
    TAGS,
    WORDS,
    Searched,
    holds,
    make_searched,
)
from tests.support.depth import examples

SORTS = ("id", "start_time", "end_time", "status", "duration", "metrics.x", "metrics.loss.best",
         "params.lr", "params.kind", 'tags."née"')  # fmt: skip
LOOK = settings(max_examples=examples(15), suppress_health_check=list(HealthCheck), deadline=None)
# every way of reading, whatever the number of runs
WAYS = (
    Limits(),
    Limits(few=0, rare=0),
    Limits(few=0),
    Limits(rare=0),
    Limits(few=0, near=0),
    Limits(few=0, rare=0, near=0, spare=-1000),
)

texts = st.sampled_from(WORDS).map(lambda word: f"'{word}'")
numbers = st.sampled_from(NUMBERS).map(str)
metrics = st.sampled_from([f'metrics."{name}"' for name in METRICS]).flatmap(
    lambda name: st.sampled_from(["", ".best", ".min", ".max", ".count"]).map(name.__add__)
)
params = st.sampled_from([f"params.{name}" for name in PARAMS])
tags = st.sampled_from([f"tags.`{name}`" for name in TAGS])
words = st.sampled_from(["name", "run_description"])
ranges = st.sampled_from(["=", "!=", ">", ">=", "<", "<="])
likes = st.sampled_from(["LIKE", "ilike", "not like"])
patterns = st.sampled_from(["a%", "%c", "a_c", "%", "_", "[a]", "*", "\\", "A%C", "é", "%a%"])
times = st.sampled_from(["'2026-01-02'", "'2026-01-03T00:00:00+00:00'", "'2026-01-02T12:00:00Z'"])


def joined(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(" ".join)


def lists(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(values, min_size=1, max_size=3).map(lambda texts: f"({', '.join(texts)})")


named = st.one_of(params, tags, words)
comparisons = st.one_of(
    joined(metrics, ranges, numbers),
    joined(params, ranges, numbers),
    joined(named, ranges, texts),
    joined(named, likes, patterns.map(lambda pattern: f"'{pattern}'")),
    joined(named, st.sampled_from(["in", "NOT IN"]), lists(texts)),
    joined(st.one_of(metrics, params), st.sampled_from(["in", "NOT IN"]), lists(numbers)),
    joined(
        st.one_of(metrics, named, st.just("end_time")), st.sampled_from(["is null", "IS NOT NULL"])
    ),
    joined(st.just("status"), st.sampled_from(["=", "!="]), st.just("'failed'")),
    joined(st.just("duration"), ranges, st.sampled_from(["600", "600.5", "0"])),
    joined(st.just("start_time"), ranges, times),
)
filters = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"({two[0]}) and ({two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"{two[0]} or {two[1]}"),
        inner.map(lambda one: f"not ({one})"),
    ),
    max_leaves=4,
)


@pytest.fixture
def searched(database: Database) -> tuple[Database, Actor, list[Searched]]:
    owner, runs = make_searched(database, 40)
    return database, Actor(user_id=owner, role="member"), runs


def test_every_way_of_reading_finds_what_python_finds(
    searched: tuple[Database, Actor, list[Searched]],
) -> None:
    database, actor, runs = searched

    @LOOK
    @given(text=filters, way=st.sampled_from(WAYS))
    def check(text: str, way: Limits) -> None:
        node = parse(text)
        expected = sorted(one.run.id for one in runs if node is None or holds(node, one))
        with database.read() as session:
            matching_runs = matching(session, actor, RunsQuery(filter=read_filter(text)), way)
            assert matching_runs.count(session) == len(expected)
            assert sorted(session.scalars(matching_runs.select(Run.id))) == expected

    check()


def test_pages_by_key_and_by_offset_show_every_run_once_and_in_one_order(
    searched: tuple[Database, Actor, list[Searched]],
) -> None:
    database, actor, _ = searched

    @LOOK
    @given(
        text=st.one_of(st.just(""), filters),
        sort=st.sampled_from(SORTS),
        descending=st.booleans(),
        limit=st.integers(7, 17),
        way=st.sampled_from(WAYS),
    )
    def check(text: str, sort: str, descending: bool, limit: int, way: Limits) -> None:
        parameters = {
            "filter": read_filter(text),
            "sort_by": sort_key(sort),
            "descending": descending,
        }
        with database.read() as session:
            everything = page_of(session, actor, RunsQuery(**parameters, limit=1000), Limits())
            by_key, by_offset, token = [], [], None
            for number in range(40 // limit + 1):
                query = RunsQuery(**parameters, limit=limit, after=token)
                page = page_of(session, actor, query, way)
                by_key += page.ids
                assert page.total == everything.total == len(everything.ids)
                skipped = RunsQuery(**parameters, limit=limit, offset=number * limit)
                by_offset += page_of(session, actor, skipped, way).ids
                token = page.next
                if token is None:
                    break
        assert by_key == everything.ids
        assert by_offset == everything.ids[: len(by_offset)]
        assert token is None

    check()


def test_what_a_run_does_not_have_is_neither_like_nor_unlike_anything(
    searched: tuple[Database, Actor, list[Searched]],
) -> None:
    database, actor, runs = searched

    def count_of(text: str) -> int:
        return matching(session, actor, RunsQuery(filter=read_filter(text)), Limits()).count(
            session
        )

    with database.read() as session:
        tagged = [one.tags["site"] for one in runs if "site" in one.tags]
        others = sum(tag != "a" for tag in tagged)
        assert 0 < others < len(tagged) < len(runs)
        for opposite in ("!= 'a'", "not in ('a')", "not like 'a'"):
            assert count_of(f"tags.site {opposite}") == others
        for name in ("owner", "dataset", "name", "notes", "status", "params.kind"):
            ways = (f"{name} like 'a%'", f"{name} not like 'a%'", f"{name} is null")
            assert sum(count_of(way) for way in ways) == len(runs)
