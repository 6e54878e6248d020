"""Backfilling server evaluations over HTTP: twice changes nothing, and no path leads elsewhere."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.models.audit import AuditEntry
from app.models.event import EventRow
from app.models.run import Run, ServerEvaluation
from app.models.series import SeriesBlock
from services.imports.result_files import MAX_BYTES
from tests.factories.callers import Caller
from tests.factories.result_files import SECTION, content, result, server_metrics
from tests.factories.runs import add_evaluation, make_run
from tests.support.databases import ON_ONE_DATABASE


@pytest.fixture
def run(member: Caller) -> Run:
    return make_run(member.database, member.id, training_mode="federated", config={"num_rounds": 2})


def place(caller: Caller, run: Run, text: bytes) -> Path:
    folder = caller.resources.settings.results_dir
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"results_{run.id}.json"
    path.write_bytes(text)
    return path


async def backfill(caller: Caller, run_id: object, status: int = 200) -> Any:
    return await caller.post(f"/api/runs/backfill/{run_id}/server-evaluations", status=status)


@pytest.mark.parametrize("legacy", [True, False])
async def test_the_rounds_of_the_file_become_evaluations(
    member: Caller, run: Run, legacy: bool
) -> None:
    place(member, run, content(result(legacy=legacy)))
    answer = await backfill(member, run.id)
    assert answer == {
        "run_id": run.id, "success": True, "message": "3 rounds read: 3 new, 0 changed.",
        "rounds_processed": 3, "rounds_created": 3, "rounds_updated": 0, "rounds_skipped": 0,
        "reasons": [],
    }  # fmt: skip
    shown = await member.get(f"/api/runs/{run.id}/server-evaluation")
    assert shown["summary"]["best_recall"] == {"value": 0.8533, "round": 2}
    assert shown["evaluations"][0]["confusion_matrix"]["true_negatives"] == 0
    assert shown["evaluations"][2]["num_samples"] == 300
    curves = await member.get(f"/api/runs/{run.id}/series?names=global_f1,clients_train_loss")
    assert {one["name"]: one["values"] for one in curves["series"]} == {
        "clients_train_loss": [0.7, 0.6], "global_f1": [0.4, 0.4122, 0.5872],
    }  # fmt: skip


async def test_a_second_call_changes_nothing(member: Caller, run: Run) -> None:
    place(member, run, content(result()))
    await backfill(member, run.id)
    before = written(member)
    again = await backfill(member, run.id)
    assert (again["rounds_processed"], again["rounds_created"], again["rounds_updated"]) == (
        3,
        0,
        0,
    )
    assert written(member) == before


def written(caller: Caller) -> tuple[int | None, int | None, int | None]:
    with caller.database.read() as session:
        return (
            session.scalar(select(func.count()).select_from(ServerEvaluation)),
            session.scalar(select(func.count()).select_from(SeriesBlock)),
            session.scalar(select(func.count()).select_from(EventRow)),
        )


async def test_what_differs_is_updated_and_open_pages_hear_of_it(member: Caller, run: Run) -> None:
    add_evaluation(member.database, run, 1, loss=9.0)
    place(member, run, content(result()))
    answer = await backfill(member, run.id)
    assert (answer["rounds_created"], answer["rounds_updated"]) == (2, 1)
    with member.database.read() as session:
        published = session.execute(select(EventRow.topic, EventRow.type)).all()
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "run_backfilled")
        ).one()
    assert published.count((f"run:{run.id}", "round_metrics")) == 3
    assert (f"user:{member.id}", "run_changed") in published
    assert entry.detail == {"created": 2, "updated": 1}


async def test_bad_rounds_are_named_and_the_good_ones_stored(member: Caller, run: Run) -> None:
    rounds = {"1": server_metrics(1), "x": server_metrics(1), "2": {"server_loss": float("nan")}}
    place(member, run, content(result(rounds)))
    answer = await backfill(member, run.id)
    assert (answer["rounds_created"], answer["rounds_skipped"]) == (2, 1)  # a gap costs no round
    assert {one["round"] for one in answer["reasons"]} == {"x", "2"}


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (content({}), "has no section"),
        (content({SECTION: {}}), "is empty"),
        (content(result())[:-40], "line 4"),
        (content(result({"x": {}})), "None of the rounds"),
        (b" " * (MAX_BYTES + 1), "larger than"),
    ],
)
async def test_a_file_without_rounds_changes_nothing(
    member: Caller, run: Run, text: bytes, complaint: str
) -> None:
    place(member, run, text)
    answer = await backfill(member, run.id, 400)
    assert answer["code"] == "nothing_to_backfill"
    assert complaint in answer["detail"] or "line " in answer["detail"]
    assert written(member) == (0, 0, 0)


async def test_a_missing_file_and_a_missing_run_are_not_found(member: Caller, run: Run) -> None:
    assert (await backfill(member, run.id, 404))["code"] == "results_missing"
    assert (await backfill(member, 999_999, 404))["code"] == "not_found"
    for wrong in ("x", "0", "-1", "1.5", "%2e%2e"):
        await backfill(member, wrong, 422)
    path = "/api/runs/backfill/..%2f1/server-evaluations"
    assert (await member.call("POST", path)).status_code in (404, 405)


async def test_a_centralised_run_has_nothing_to_backfill(member: Caller) -> None:
    run = make_run(member.database, member.id)
    place(member, run, content(result()))
    assert (await backfill(member, run.id, 409))["code"] == "not_federated"


async def test_no_link_leads_out_of_the_folder(member: Caller, run: Run, tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_bytes(content(result()))
    path = place(member, run, b"")
    path.unlink()
    path.symlink_to(secret)
    assert (await backfill(member, run.id, 404))["code"] == "results_missing"
    path.unlink()
    path.symlink_to(path)
    assert (await backfill(member, run.id, 404))["code"] == "results_missing"
    path.unlink()
    path.mkdir()
    assert (await backfill(member, run.id, 404))["code"] == "results_missing"


async def test_the_working_directory_is_never_read(
    member: Caller, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"results_{run.id}.json").write_bytes(content(result()))
    monkeypatch.chdir(tmp_path)
    assert (await backfill(member, run.id, 404))["code"] == "results_missing"


async def test_only_who_may_change_the_run_backfills_it(
    member: Caller, colleague: Caller, viewer: Caller
) -> None:
    run = make_run(member.database, member.id, training_mode="federated", visibility="team")
    place(member, run, content(result()))
    await backfill(colleague, run.id, 403)
    await backfill(viewer, run.id, 403)
    answer = await member.get(f"/api/runs/{run.id}/server-evaluation")
    assert answer["evaluations"] == []
