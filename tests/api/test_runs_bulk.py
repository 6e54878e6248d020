"""One change to many runs over HTTP: exact dry runs, reasons for what is skipped, few statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, func, select

from app.clock import now
from app.models.audit import AuditEntry
from app.models.event import EventRow
from app.models.run import Run
from tests.factories.callers import Caller
from tests.factories.many import make_many
from tests.factories.resources import make_dataset
from tests.factories.runs import make_job, make_run
from tests.support.databases import ON_ONE_DATABASE

BULK = "/api/runs/bulk"


async def bulk(caller: Caller, answers: int = 200, **body: Any) -> Any:
    return await caller.post(BULK, body, answers)


@contextmanager
def counted(caller: Caller) -> Iterator[list[str]]:
    """Count the statements that the database is sent."""
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        seen.append(arguments[2])

    event.listen(caller.database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(caller.database.engine, "before_cursor_execute", note)


@pytest.fixture
def runs(member: Caller, colleague: Caller) -> dict[str, int]:
    """Runs in every state that a bulk change can meet; two of them are somebody else's."""
    database = member.database
    made = {
        "done": make_run(database, member.id),
        "archived": make_run(database, member.id, archived_at=now()),
        "queued": make_run(database, member.id, status="queued"),
        "logged": make_run(database, member.id, status="in_progress", origin="logged"),
        "shared": make_run(database, colleague.id, visibility="team"),
        "hidden": make_run(database, colleague.id),
    }
    make_job(database, made["done"], "succeeded")
    make_job(database, made["queued"], "queued")
    return {name: run.id for name, run in made.items()} | {"unknown": 10_000_000}


READ_ONLY = {"shared", "hidden", "unknown"}
CHANGED = {
    "archive": {"done", "queued", "logged"},
    "unarchive": {"archived"},
    "delete": {"done", "archived"},
    "stop": {"queued"},
    "tag": {"done", "archived", "queued", "logged"},
    "visibility": {"done", "archived", "queued", "logged"},
}
MORE: dict[str, dict[str, Any]] = {"tag": {"tags": {"site": "north"}},
                                   "visibility": {"visibility": "team"}}  # fmt: skip


@pytest.mark.parametrize("action", CHANGED)
async def test_a_dry_run_says_what_the_real_one_does(
    member: Caller, runs: dict[str, int], action: str
) -> None:
    body = {"action": action, "ids": list(runs.values()), **MORE.get(action, {})}
    preview = await bulk(member, **body, dry_run=True)
    done = await bulk(member, **body)
    assert set(done["changed"]) == {runs[name] for name in CHANGED[action]}
    assert done == preview | {"dry_run": False}
    assert done["matched"] == len(runs)
    again = await bulk(member, **body)
    assert set(again["changed"]) == (set(done["changed"]) if action == "tag" else set())


async def test_each_skipped_run_has_its_reason(member: Caller, runs: dict[str, int]) -> None:
    done = await bulk(member, action="delete", ids=list(runs.values()))
    reasons = {one["id"]: one["reason"] for one in done["skipped"]}
    assert reasons[runs["unknown"]] == reasons[runs["hidden"]] == "not found"
    assert reasons[runs["shared"]].startswith("shared with you to read")
    assert reasons[runs["queued"]] == "queued: stop it first"
    assert reasons[runs["logged"]] == "in progress: stop it first"


async def test_a_filter_names_the_runs(member: Caller, runs: dict[str, int]) -> None:
    await bulk(member, action="tag", ids=[runs["done"]], tags={"site": "north"})
    outcome = await bulk(member, action="archive", filter="tags.site = 'north'", dry_run=True)
    assert (outcome["changed"], outcome["matched"]) == ([runs["done"]], 1)
    outcome = await bulk(member, action="unarchive", archived="true")
    assert outcome["changed"] == [runs["archived"]]
    outcome = await bulk(member, action="stop", status="queued")
    assert outcome["changed"] == [runs["queued"]]


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"action": "archive"}, "ids"),
        ({"action": "archive", "ids": []}, "ids"),
        ({"action": "archive", "ids": [0]}, "ids.0"),
        ({"action": "archive", "ids": ["x"]}, "ids.0"),
        ({"action": "archive", "ids": [True]}, "ids.0"),
        ({"action": "archive", "ids": list(range(1, 10_002))}, "ids"),
        ({"action": "archive", "ids": [1], "status": "failed"}, "status"),
        ({"action": "explode", "ids": [1]}, "action"),
        ({"ids": [1]}, "action"),
        ({"action": "tag", "ids": [1]}, "tags"),
        ({"action": "tag", "ids": [1], "tags": {"": "x"}}, "tags"),
        ({"action": "archive", "ids": [1], "tags": {"a": "x"}}, "tags"),
        ({"action": "visibility", "ids": [1]}, "visibility"),
        ({"action": "visibility", "ids": [1], "visibility": "all"}, "visibility"),
        ({"action": "archive", "filter": "metrics."}, "filter"),
        ({"action": "archive", "filter": "", "dry_run": "perhaps"}, "dry_run"),
        ({"action": "archive", "ids": [1], "owner_id": 1}, "owner_id"),
    ],
)
async def test_a_wrong_request_is_named(member: Caller, body: dict[str, Any], field: str) -> None:
    answer = await bulk(member, 422, **body)
    assert list(answer["errors"]) == [field]


async def test_the_number_of_statements_does_not_grow_with_the_runs(member: Caller) -> None:
    await bulk(member, action="archive", ids=[1])  # the first use of a token is written down
    for action in ("archive", "tag", "delete"):
        numbers = []
        for many in (1, 40):
            ids = [make_run(member.database, member.id).id for _ in range(many)]
            with counted(member) as seen:
                await bulk(member, action=action, ids=ids, **MORE.get(action, {}))
            numbers.append(len(seen))
        assert numbers[0] == numbers[1], action


async def test_lists_are_notified_once_and_the_audit_log_names_every_run(member: Caller) -> None:
    ids = [make_run(member.database, member.id).id for _ in range(3)]
    await bulk(member, action="visibility", ids=ids, visibility="team")
    with member.database.read() as session:
        notifications = session.scalars(
            select(EventRow).where(EventRow.type == "runs_changed")
        ).all()
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "runs_changed")).one()
    assert {row.topic for row in notifications} == {"team", "admins", f"user:{member.id}"}
    assert all(row.data == {"action": "visibility", "run_ids": ids} for row in notifications)
    assert entry.detail == {"action": "visibility", "runs": ids}


async def test_who_shares_hears_which_runs_show_something_of_private_data(member: Caller) -> None:
    private = make_dataset(member.database, member.id)
    of_team = make_dataset(member.database, member.id, visibility="team")
    ids = [make_run(member.database, member.id, dataset_id=one).id for one in (private, of_team)]
    runs = [(await member.get(f"/api/runs/{one}"))["reveals_private_data"] for one in ids]
    assert runs == [True, False]
    hidden = await bulk(member, action="archive", ids=ids)
    assert hidden["reveals_private_data"] == []
    for dry_run in (True, False):
        answer = await bulk(
            member, action="visibility", ids=ids, visibility="team", dry_run=dry_run
        )
        assert answer["reveals_private_data"] == [ids[0]]


async def test_a_request_that_is_sent_twice_does_its_work_once(member: Caller) -> None:
    ids = make_many(member.database, member.id, 600)  # more than one portion
    body, headers = {"action": "delete", "ids": ids}, {"Idempotency-Key": "once"}
    first = await member.post(BULK, body, headers=headers)
    again = await member.post(BULK, body, headers=headers)
    assert first == again
    assert (first["changed"], first["skipped"]) == (ids, [])
    with member.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Run)) == 0


async def test_a_run_that_would_have_too_many_tags_spoils_no_other(member: Caller) -> None:
    full, free = (make_run(member.database, member.id).id for _ in range(2))
    await bulk(member, action="tag", ids=[full], tags={f"t{n}": "x" for n in range(100)})
    done = await bulk(member, action="tag", ids=[full, free], tags={"more": "x"})
    assert done["changed"] == [free]
    assert done["skipped"] == [{"id": full, "reason": "it would have more than 100 tags"}]


async def test_a_viewer_changes_nothing(viewer: Caller, member: Caller) -> None:
    run = make_run(member.database, member.id, visibility="team")
    await bulk(viewer, 403, action="archive", ids=[run.id])
    assert (await member.get(f"/api/runs/{run.id}"))["archived_at"] is None
