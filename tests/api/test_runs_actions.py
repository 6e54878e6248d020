"""One run over HTTP: shown, stopped, resumed, renamed, shared, acknowledged."""

import pytest
from sqlalchemy import select

from app.models.audit import AuditEntry
from app.models.event import EventRow
from app.models.job import Job
from tests.factories.callers import Caller
from tests.factories.runs import add_curve, make_job, make_run
from tests.support.databases import ON_ONE_DATABASE

START = "/api/experiments/centralized/train"


async def test_a_run_shows_its_owner_its_data_and_its_job(member: Caller) -> None:
    answer = await member.post(START, {"dataset": "digits", "run_description": "Try"})
    run = await member.get(f"/api/runs/{answer['run_id']}")
    assert run["owner"] == {"id": member.id, "name": member.name}
    assert run["dataset"]["slug"] == "digits"
    assert (run["run_description"], run["total_steps"]) == ("Try", 10)
    assert (run["job"]["state"], run["job"]["attempt"], run["job"]["progress"]) == ("queued", 0, 0)
    assert run["permissions"] == {"can_edit": True}
    assert (run["best"], run["manifest"]) == (None, None)


async def test_the_best_epoch_is_shown_with_the_value_that_chose_it(member: Caller) -> None:
    run = make_run(member.database, member.id, best_step=1)
    add_curve(member.database, run, "val_loss", [0.9, 0.0, 0.5])
    shown = await member.get(f"/api/runs/{run.id}")
    assert shown["best"] == {"step": 1, "metric": "val_loss", "value": 0.0}


async def test_the_best_round_is_judged_by_the_clients(member: Caller) -> None:
    run = make_run(member.database, member.id, best_step=2, training_mode="federated")
    add_curve(member.database, run, "clients_val_loss", {1: 0.9, 2: 0.25})
    shown = await member.get(f"/api/runs/{run.id}")
    assert shown["best"] == {"step": 2, "metric": "val_loss", "value": 0.25}
    assert shown["total_steps"] == 3


async def test_a_queued_run_is_cancelled_at_once(member: Caller) -> None:
    answer = await member.post(START, {"dataset": "digits"})
    stopped = await member.post(f"/api/runs/{answer['run_id']}/stop")
    assert (stopped["status"], stopped["job"]["state"]) == ("cancelled", "cancelled")
    again = await member.post(f"/api/runs/{answer['run_id']}/stop", status=409)
    assert again["code"] == "conflict"


async def test_a_running_run_is_requested_to_stop(member: Caller) -> None:
    run = make_run(member.database, member.id, status="in_progress")
    make_job(member.database, run, "running", attempt=1)
    stopped = await member.post(f"/api/runs/{run.id}/stop")
    assert (stopped["status"], stopped["job"]["state"]) == ("in_progress", "stopping")


@pytest.mark.parametrize("state", ["failed", "cancelled"])
async def test_a_run_that_ended_early_is_resumed_with_a_new_job(member: Caller, state: str) -> None:
    run = make_run(member.database, member.id, status=state)
    make_job(member.database, run, state, checkpoint_step=4, progress=0.5, attempt=2)
    resumed = await member.post(f"/api/runs/{run.id}/resume")
    assert (resumed["status"], resumed["job"]["state"]) == ("queued", "queued")
    assert (resumed["job"]["checkpoint_step"], resumed["job"]["progress"]) == (4, 0.5)
    assert resumed["job"]["attempt"] == 2  # the next one writes its own objects
    with member.database.read() as session:
        assert len(session.scalars(select(Job)).all()) == 2
    shown = await member.get(f"/api/runs/{run.id}")
    assert (shown["status"], shown["end_time"]) == ("queued", None)


@pytest.mark.parametrize("state", ["queued", "running", "lost", "succeeded"])
async def test_a_run_that_goes_on_or_is_done_is_not_resumed(member: Caller, state: str) -> None:
    run = make_run(member.database, member.id)
    make_job(member.database, run, state)
    await member.post(f"/api/runs/{run.id}/resume", status=409)
    await member.post(f"/api/runs/{make_run(member.database, member.id).id}/resume", status=409)
    with member.database.read() as session:
        assert [job.state for job in session.scalars(select(Job))] == [state]


async def test_a_run_is_renamed_described_and_shared(member: Caller, colleague: Caller) -> None:
    run = make_run(member.database, member.id)
    await colleague.get(f"/api/runs/{run.id}", 404)
    changed = await member.patch(
        f"/api/runs/{run.id}", {"name": "Better", "run_description": "Why", "visibility": "team"}
    )
    assert (changed["name"], changed["run_description"]) == ("Better", "Why")
    seen = await colleague.get(f"/api/runs/{run.id}")
    assert seen["permissions"] == {"can_edit": False}
    await colleague.patch(f"/api/runs/{run.id}", {"name": "Mine"}, 403)


@pytest.mark.parametrize("nothing", ["", None])
async def test_an_empty_description_removes_it_and_nothing_else_changes(
    member: Caller, nothing: str | None
) -> None:
    run = make_run(member.database, member.id, run_description="Old")
    changed = await member.patch(f"/api/runs/{run.id}", {"run_description": nothing})
    assert (changed["run_description"], changed["name"]) == (None, "A run")


async def test_sharing_is_published_to_every_list_and_audited(member: Caller) -> None:
    run = make_run(member.database, member.id)
    await member.patch(f"/api/runs/{run.id}", {"visibility": "team"})
    with member.database.read() as session:
        topics = session.scalars(select(EventRow.topic)).all()
        assert {"team", "admins", f"user:{member.id}"} <= set(topics)
        assert "run_visibility_changed" in session.scalars(select(AuditEntry.action)).all()


@pytest.mark.parametrize("body", [{"name": ""}, {"visibility": "all"}, {"status": "over"}])
async def test_a_wrong_change_is_named(member: Caller, body: dict[str, str]) -> None:
    run = make_run(member.database, member.id)
    answer = await member.patch(f"/api/runs/{run.id}", body, 422)
    assert list(answer["errors"]) == list(body)


@pytest.mark.parametrize("action", ["stop", "resume", "acknowledge"])
async def test_only_owner_and_admin_act_on_a_team_run(
    member: Caller, colleague: Caller, viewer: Caller, action: str
) -> None:
    run = make_run(member.database, member.id, visibility="team")
    before = await member.get(f"/api/runs/{run.id}")
    await colleague.post(f"/api/runs/{run.id}/{action}", status=403)
    await viewer.post(f"/api/runs/{run.id}/{action}", status=403)
    after = await member.get(f"/api/runs/{run.id}")
    assert after | {"times": None} == before | {"times": None}  # they say when they were read


async def test_a_resumed_run_needs_to_be_acknowledged_again(member: Caller) -> None:
    run = make_run(member.database, member.id, status="failed")
    make_job(member.database, run, "failed")
    await member.post(f"/api/runs/{run.id}/acknowledge")
    await member.post(f"/api/runs/{run.id}/resume")
    with member.database.read() as session:
        assert session.get_one(type(run), run.id).acknowledged_at is None


async def test_notes_and_tags_are_kept_changed_and_taken_away(member: Caller) -> None:
    run = make_run(member.database, member.id)
    path = f"/api/runs/{run.id}"
    changed = await member.patch(path, {"notes": "# Why", "tags": {"site": "north", "n": "1"}})
    assert (changed["notes"], changed["tags"]) == ("# Why", {"site": "north", "n": "1"})
    changed = await member.patch(
        path, {"notes": "", "tags": {"site": None, "n": "2", "gone": None}}
    )
    assert (changed["notes"], changed["tags"]) == (None, {"n": "2"})
    assert (changed["origin"], changed["archived_at"], changed["params"]) == ("trained", None, {})


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    "tags",
    [
        {"": "x"},
        {" a": "x"},
        {"a\nb": "x"},
        {"a" * 251: "x"},
        {"a": "x" * 5_001},
        {"a": 1},
        {"a": ["x"]},
        {"a": "nul\0"},
        {str(number): "x" for number in range(101)},
        ["a"],
    ],
)
async def test_wrong_tags_are_named(member: Caller, tags: object) -> None:
    run = make_run(member.database, member.id)
    answer = await member.patch(f"/api/runs/{run.id}", {"tags": tags}, 422)
    assert {name.partition(".")[0] for name in answer["errors"]} == {"tags"}


async def test_a_run_never_has_more_than_a_hundred_tags(member: Caller) -> None:
    run = make_run(member.database, member.id)
    full = {f"t{number}": "x" for number in range(100)}
    await member.patch(f"/api/runs/{run.id}", {"tags": full})
    answer = await member.patch(f"/api/runs/{run.id}", {"tags": {"one more": "x"}}, 422)
    assert "at most 100" in answer["errors"]["tags"][0]
    changed = await member.patch(f"/api/runs/{run.id}", {"tags": {"t0": None, "one more": "x"}})
    assert len(changed["tags"]) == 100


@pytest.mark.parametrize(("length", "status"), [(100_000, 200), (100_001, 422), (10_000_000, 413)])
async def test_notes_have_a_limit(member: Caller, length: int, status: int) -> None:
    run = make_run(member.database, member.id)
    await member.patch(f"/api/runs/{run.id}", {"notes": "x" * length}, status)
    notes = (await member.get(f"/api/runs/{run.id}"))["notes"]
    assert len(notes or "") == (length if status == 200 else 0)


async def test_the_audit_log_says_how_long_notes_are_and_not_what_they_say(member: Caller) -> None:
    run = make_run(member.database, member.id)
    await member.patch(f"/api/runs/{run.id}", {"notes": "secret", "tags": {"site": "north"}})
    with member.database.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "run_changed")).one()
    assert entry.detail == {"notes": "6 characters", "tags": ["site"]}


async def test_a_run_is_archived_and_brought_back(member: Caller) -> None:
    run = make_run(member.database, member.id)
    for action, archived in (("archive", True), ("archive", True), ("unarchive", False)):
        state = await member.post(f"/api/runs/{run.id}/{action}")
        assert state == {"run_id": run.id, "status": "completed", "job": None}
        shown = await member.get(f"/api/runs/{run.id}")
        assert (shown["archived_at"] is not None) is archived
    with member.database.read() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [name for name in actions if "archive" in name] == ["run_archived", "run_unarchived"]
