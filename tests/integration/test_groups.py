"""Groups in both databases are what plain Python counts, whichever way they are read."""

import random
from collections import defaultdict
from math import inf, nan
from typing import Any

import pytest
from sqlalchemy import insert, update

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.run import Run
from app.models.series import Series
from services.search import group_planner as grouped
from services.search.groups import GroupsQuery, group_key, group_runs
from services.search.matching import Limits
from services.search.query import RunsQuery, read_filter
from services.statistics.interval import t_interval
from services.tracking.labels import write_params, write_tags
from tests.factories.many import make_many
from tests.factories.people import make_user
from tests.factories.statements import counting

LONG = "long " * 60
WORDS = ("a", "B", "é", "", LONG + "x", LONG + "y", LONG[:200], "10", None)


@pytest.fixture(params=[Limits(), Limits(few=0)], ids=["few", "many"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouped, "LIMITS", request.param)


@pytest.fixture
def told(database: Database) -> tuple[Database, Actor, list[dict[str, Any]]]:
    """Sixty runs of one person, some of another, and what they hold."""
    draw = random.Random(5)
    owner, other = make_user(database), make_user(database)
    ids = make_many(database, owner.id, 60)
    make_many(database, other.id, 3, name="other")
    runs = []
    with database.write() as unit:
        unit.session.execute(
            update(Run).where(Run.owner_id == other.id).values(visibility="private")
        )
        for run_id in ids:
            word, site = draw.choice(WORDS), draw.choice(["x", "y", None])
            score = draw.choice([None, 1e9 + draw.random(), draw.random(), 0.0])
            seed = draw.randrange(4)
            write_params(unit.session, run_id, {} if word is None else {"word": word})
            write_tags(unit.session, run_id, {"site": site})
            unit.session.execute(update(Run).where(Run.id == run_id).values(seed=seed))
            row = {"run_id": run_id, "name": "score", "client": "", "count": 1, "best": score}
            unit.session.execute(insert(Series), [row, {**row, "client": "c", "best": 7.0}])
            told = {"params.word": word, "tags.site": site, "seed": str(seed), "owner": owner.name}
            runs.append(told | {"dataset": None, "score": score})
    return database, Actor(user_id=owner.id, role="member"), runs


def expected(runs: list[dict[str, Any]], by: str) -> dict[str | None, tuple[int, Any]]:
    groups: dict[str | None, list[Any]] = defaultdict(list)
    for run in runs:
        groups[run[by]].append(run["score"])
    known = {value: [one for one in told if one is not None] for value, told in groups.items()}
    return {value: (len(told), t_interval(known[value])) for value, told in groups.items()}


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("by", ["params.word", "tags.site", "seed", "owner", "dataset"])
def test_groups_are_those_of_plain_python(
    told: tuple[Database, Actor, list[dict[str, Any]]], by: str
) -> None:
    database, actor, runs = told
    wanted = GroupsQuery(runs=RunsQuery(), by=group_key(by), metrics=("score", "none"))
    found = group_runs(database, actor, wanted).groups
    right = expected(runs, by)
    assert {group.value: group.count for group in found} == {
        value: count for value, (count, _) in right.items()
    }
    assert [-group.count for group in found] == sorted(-group.count for group in found)
    for group in found:
        alone, interval = right[group.value][1], group.metrics["score"]
        assert group.metrics["none"] is None
        assert (interval is None) == (alone is None)
        if interval is not None and alone is not None:
            assert (interval.n, interval.mean) == (alone.n, pytest.approx(alone.mean))
            for mine, other in ((interval.low, alone.low), (interval.high, alone.high)):
                assert (mine is None) == (other is None)
                assert mine is None or mine == pytest.approx(other, rel=1e-9)


@pytest.mark.usefixtures("way")
def test_the_number_of_statements_does_not_grow(database: Database) -> None:
    owner = make_user(database)
    asked = GroupsQuery(runs=RunsQuery(), by=group_key("params.lr"), metrics=("val_loss",))
    seen = []
    for many in (1, 10, 200):
        make_many(database, owner.id, many)
        with counting(database) as sent:
            group_runs(database, Actor(user_id=owner.id, role="member"), asked)
        seen.append(len(sent))
    assert len(set(seen)) == 1


@pytest.mark.usefixtures("way")
def test_what_is_no_number_or_too_large_for_a_square_is_in_no_mean(database: Database) -> None:
    owner = make_user(database)
    ids = make_many(database, owner.id, 4)
    bests, lasts = (1e149, -1e300, -1e149, nan), (1e-3, 3e-3, -inf, None)
    rows = [
        {"run_id": run_id, "name": "score", "client": "", "count": 1, "best": best, "last": last}
        for run_id, best, last in zip(ids, bests, lasts, strict=True)
    ]
    with database.write() as unit:
        unit.session.execute(insert(Series), rows)
    actor, found = Actor(user_id=owner.id, role="member"), {}
    for value in ("best", "last"):
        wanted = GroupsQuery(
            runs=RunsQuery(), by=group_key("status"), metrics=("score",), value=value
        )
        (group,) = group_runs(database, actor, wanted).groups
        found[value] = group.metrics["score"]
    assert (found["best"].n, found["best"].mean) == (2, 0.0)
    assert (found["last"].n, found["last"].mean) == (2, pytest.approx(2e-3))


@pytest.mark.usefixtures("way")
def test_nothing_matches_nothing_is_grouped(database: Database) -> None:
    actor = Actor(user_id=make_user(database).id, role="member")
    for by in ("params.lr", "tags.a", "name", "owner", "dataset"):
        wanted = GroupsQuery(
            runs=RunsQuery(filter=read_filter("id < 0")), by=group_key(by), metrics=("a",)
        )
        assert group_runs(database, actor, wanted).groups == []


@pytest.mark.usefixtures("way")
def test_of_many_groups_the_first_thousand_are_shown(database: Database) -> None:
    owner = make_user(database)
    make_many(database, owner.id, 1003)
    wanted = GroupsQuery(runs=RunsQuery(), by=group_key("name"), metrics=("val_loss",))
    found = group_runs(database, Actor(user_id=owner.id, role="member"), wanted)
    assert (len(found.groups), found.truncated) == (1000, True)
    names = sorted(f"many {n}" for n in range(1003))
    assert [group.value for group in found.groups] == names[:1000]
