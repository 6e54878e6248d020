"""The ledger over HTTP: rounds as they went, going back to one, skew and contributions."""

import pytest
from sqlalchemy import func, select

from app.clock import now
from app.models import (
    Artifact,
    AuditEntry,
    FederatedRound,
    Job,
    Round,
    Run,
    RunCheckpoint,
    Series,
    ServerEvaluation,
)
from services.runs.federated.kept_rounds import KIND, model_name
from services.runs.federated.round_store import begin_round, store_client_rounds, store_round
from services.runs.training.ports import ClientRound, RoundBegin, RoundOutcome
from tests.factories.callers import Caller
from tests.factories.runs import add_curve, add_evaluation, make_job, make_run
from tests.factories.statements import counting
from tests.support.databases import ON_ONE_DATABASE

SITES = ("site_1", "site_2")
CANCER = {"dataset": "breast_cancer", "config": {"num_clients": 3}}


def part(client: str, number: int, **values) -> ClientRound:
    defaults = {"status": "completed", "num_samples": 20, "seconds": 1.5, "waiting_seconds": 0.5}
    defaults |= {"training_seconds": 1.0, "sending_seconds": 0.5, "bytes_down": 0, "bytes_up": 7}
    defaults |= {"metrics_before": {"loss": 0.0}, "metrics_after": {"loss": 0.25}}
    return ClientRound(client=client, round=number, **{**defaults, **values})


def outcome(number: int, **values) -> RoundOutcome:
    defaults = {"status": "completed", "started_at": now(), "seconds": 3.0, "taking_part": 2}
    return RoundOutcome(number=number, good=2, quorum=1, **{**defaults, **values})


def trained(member: Caller, rounds: int = 4, **values) -> Run:
    """Write a federated run with everything that ``rounds`` rounds leave behind."""
    config = {"num_rounds": 6, "monitor_metric": "val_loss", "contribution": "every_round"}
    run = make_run(member.database, member.id, training_mode="federated", config=config, **values)
    for number in range(rounds + 1):
        with member.database.write() as unit:
            keep(unit.session, run, number)
        add_evaluation(member.database, run, number, accuracy=number / 10)
    add_curve(
        member.database, run, "global_loss", {one: 1 / (one + 1) for one in range(rounds + 1)}
    )
    add_curve(member.database, run, "val_loss", {1: 0.5, 2: 0.4}, client="site_1")
    add_curve(member.database, run, "test_loss", {rounds: 0.1})
    return run


def keep(session, run: Run, number: int) -> None:
    if number:
        parts = [part(site, number, weight=0.5, leave_one_out=-0.1) for site in SITES]
        begin_round(session, run.id, 1, RoundBegin(number=number, started_at=now(), clients=parts))
        store_client_rounds(session, run.id, parts)
        store_round(session, run.id, 1, outcome(number))
    key = f"runs/{run.id}/attempt-1/step-{number}"
    values = {"run_id": run.id, "step": number, "created_at": now()}
    session.add(
        Artifact(
            name=model_name(number), kind=KIND, object_key=key, size_bytes=1, sha256="0", **values
        )
    )
    best = min(number, 2) or None
    session.add(RunCheckpoint(best_step=best, files={"weights.safetensors": key}, **values))
    row = session.get_one(Run, run.id)
    row.checkpoint = {"step": number, "files": {"weights.safetensors": key}}
    row.best_step = best


async def test_a_round_says_where_time_and_bytes_went(member: Caller) -> None:
    run = trained(member)
    rounds = (await member.get(f"/api/runs/{run.id}/rounds"))["rounds"]
    assert [one["round"] for one in rounds] == [0, 1, 2, 3, 4]
    assert [one["round"] for one in rounds if one["is_best"]] == [2]
    assert {one["status"] for one in rounds} == {"completed"}
    assert all(one["model_artifact_id"] and one["can_resume"] for one in rounds)
    first = rounds[1]["clients"][0]
    assert (first["waiting_seconds"], first["training_seconds"]) == (0.5, 1.0)
    assert (first["bytes_down"], first["bytes_up"], first["weight"]) == (0, 7, 0.5)
    assert (first["loss_before"], first["loss_after"]) == (0.0, 0.25)
    assert first["metrics_after"] == {"loss": 0.25}


async def test_the_rounds_cost_the_same_statements_however_many_there_are(member: Caller) -> None:
    counts = []
    for rounds in (1, 6):
        run = trained(member, rounds)
        await member.get(f"/api/runs/{run.id}/rounds")  # the first call notes the token's use
        with counting(member.database) as statements:
            await member.get(f"/api/runs/{run.id}/rounds")
        counts.append(len(statements))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("state", "status"),
    [("running", "running"), ("lost", "interrupted"), ("failed", "interrupted")],
)
async def test_a_round_that_nobody_works_on_is_interrupted(
    member: Caller, state: str, status: str
) -> None:
    run = make_run(member.database, member.id, training_mode="federated", status="in_progress")
    make_job(member.database, run, state, attempt=1)
    parts = [part("site_1", 1), part("site_2", 1, status="waiting", seconds=0.0)]
    with member.database.write() as unit:
        begin = RoundBegin(number=1, started_at=now(), clients=parts)
        begin_round(unit.session, run.id, 1, begin)
        store_client_rounds(unit.session, run.id, parts)
    (answer,) = (await member.get(f"/api/runs/{run.id}/rounds"))["rounds"]
    assert (answer["status"], answer["seconds"]) == (status, None)
    assert [one["status"] for one in answer["clients"]] == ["completed", "waiting"]


async def test_a_round_that_begins_again_replaces_what_was_known_of_it(member: Caller) -> None:
    run = trained(member)
    with member.database.write() as unit:
        begin = RoundBegin(number=3, started_at=now(), clients=[])
        begin_round(unit.session, run.id, 2, begin)
    rounds = (await member.get(f"/api/runs/{run.id}/rounds"))["rounds"]
    assert [one["round"] for one in rounds] == [0, 1, 2, 3]
    assert rounds[3]["clients"] == []


def left(member: Caller, run: Run) -> dict[str, object]:
    with member.database.read() as session:
        steps = {
            "rounds": select(FederatedRound.round_number),
            "parts": select(Round.round_number).distinct(),
            "evaluations": select(ServerEvaluation.round_number),
            "checkpoints": select(RunCheckpoint.step),
            "models": select(Artifact.step).where(Artifact.kind == KIND),
        }
        state: dict[str, object] = {
            name: sorted(session.scalars(query)) for name, query in steps.items()
        }
        series = select(Series.name, Series.last_step, Series.count)
        state["series"] = {row.name: (row.last_step, row.count) for row in session.execute(series)}
        row = session.get_one(Run, run.id)
        state["run"] = (row.checkpoint["step"], row.best_step)
    return state


@pytest.mark.parametrize("state", ["failed", "cancelled", "succeeded"])
async def test_going_on_from_a_round_abandons_what_came_after_it(
    member: Caller, state: str
) -> None:
    run = trained(member, status="failed")
    make_job(member.database, run, state, attempt=3, checkpoint_step=4, progress=0.7)
    answer = await member.post(f"/api/runs/{run.id}/resume", {"from_round": 1})
    assert (answer["status"], answer["job"]["checkpoint_step"]) == ("queued", 1)
    assert answer["job"]["progress"] == pytest.approx(1 / 6)
    assert answer["job"]["attempt"] == 3
    assert left(member, run) == {
        "rounds": [1],
        "parts": [1],
        "evaluations": [0, 1],
        "checkpoints": [0, 1],
        "models": [0, 1],
        "series": {"global_loss": (1, 2), "val_loss": (1, 1)},
        "run": (1, 1),
    }
    with member.database.read() as session:
        assert "run_resumed" in session.scalars(select(AuditEntry.action)).all()


async def test_points_that_stay_keep_their_values_and_times(member: Caller) -> None:
    run = trained(member, status="failed")
    make_job(member.database, run, "failed", attempt=1)
    path = f"/api/runs/{run.id}/series?names=global_loss"
    (before,) = (await member.get(path))["series"]
    await member.post(f"/api/runs/{run.id}/resume", {"from_round": 2})
    (after,) = (await member.get(path))["series"]
    assert after["steps"] == [0, 1, 2]
    assert after["values"] == before["values"][:3]
    assert after["times"] == pytest.approx(before["times"][:3])


@pytest.mark.parametrize("requested", [5, 99, 2**53 - 1])
async def test_a_round_that_is_not_kept_is_refused_with_those_that_are(
    member: Caller, requested: int
) -> None:
    run = trained(member, status="failed")
    make_job(member.database, run, "failed", attempt=1)
    answer = await member.post(f"/api/runs/{run.id}/resume", {"from_round": requested}, 422)
    assert "0 to 4" in answer["errors"]["from_round"][0]


async def test_a_finished_run_goes_on_from_any_round_but_its_last(member: Caller) -> None:
    run = trained(member, rounds=6)
    make_job(member.database, run, "succeeded", attempt=1)
    rounds = (await member.get(f"/api/runs/{run.id}/rounds"))["rounds"]
    assert [one["round"] for one in rounds if one["can_resume"]] == [0, 1, 2, 3, 4, 5]
    answer = await member.post(f"/api/runs/{run.id}/resume", {"from_round": 6}, 422)
    assert answer["detail"] == f"Run {run.id} cannot go on from round 6. It can from 0 to 5."
    await member.post(f"/api/runs/{run.id}/resume", {"from_round": 5})


@ON_ONE_DATABASE
@pytest.mark.parametrize("requested", [-1, 1.5, "x", True, [1], {}])
async def test_a_round_that_is_no_number_is_refused(member: Caller, requested: object) -> None:
    run = trained(member, status="failed")
    make_job(member.database, run, "failed", attempt=1)
    answer = await member.post(f"/api/runs/{run.id}/resume", {"from_round": requested}, 422)
    assert "from_round" in answer["errors"]
    with member.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 1


async def test_a_centralised_run_has_no_rounds_to_go_back_to(member: Caller) -> None:
    run = make_run(member.database, member.id, status="failed")
    make_job(member.database, run, "failed", attempt=1)
    answer = await member.post(f"/api/runs/{run.id}/resume", {"from_round": 1}, 409)
    assert "centralized" in answer["detail"]
    await member.post(f"/api/runs/{run.id}/resume", {"from_round": None})


async def test_contributions_add_up_over_the_rounds(member: Caller) -> None:
    run = trained(member)
    answer = await member.get(f"/api/runs/{run.id}/contributions")
    assert (answer["metric"], answer["lower_is_better"], answer["measured"]) == (
        "val_loss",
        True,
        True,
    )
    assert [one["round"] for one in answer["rounds"]] == [1, 2, 3, 4]
    assert answer["total"] == [
        {"client": site, "weight": 0.5, "leave_one_out": pytest.approx(-0.4)} for site in SITES
    ]


async def test_a_run_without_sites_has_no_contributions(member: Caller) -> None:
    run = make_run(member.database, member.id)
    answer = await member.get(f"/api/runs/{run.id}/contributions")
    assert (answer["rounds"], answer["total"]) == ([], [])


async def test_skew_is_shown_before_there_is_a_run(member: Caller) -> None:
    answer = await member.post("/api/experiments/federated/skew", CANCER)
    assert answer["classes"] == ["benign", "malignant"]
    assert [site["client"] for site in answer["sites"]] == ["client_1", "client_2", "client_3"]
    assert sum(site["share"] for site in answer["sites"]) == pytest.approx(1.0)
    assert all(sum(site["class_counts"]) == site["rows"] for site in answer["sites"])
    assert answer["size_gini"] < 0.01


async def test_uneven_sites_are_further_from_all_together(member: Caller) -> None:
    even = await member.post("/api/experiments/federated/skew", {"dataset": "digits"})
    config = {"partitioner": "dirichlet", "dirichlet_alpha": 0.3, "num_clients": 4}
    body = {"dataset": "digits", "config": config}
    uneven = await member.post("/api/experiments/federated/skew", body)
    assert uneven["mean_distance"] > 3 * even["mean_distance"]
    assert uneven["size_gini"] > even["size_gini"]


async def test_the_skew_of_a_run_is_that_of_its_preview(member: Caller) -> None:
    body = CANCER | {"experiment_name": "x"}
    run = await member.post("/api/experiments/federated/train", body)
    before = await member.post("/api/experiments/federated/skew", CANCER)
    assert await member.get(f"/api/runs/{run['run_id']}/skew") == before


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "dataset"),
        ({"dataset": "nowhere"}, "dataset"),
        ({"dataset": "digits", "config": {"num_clients": 1}}, "config.num_clients"),
        ({"dataset": "digits", "config": {"num_client": 2}}, "config.num_client"),
        ({"dataset": "digits", "config": {"partitioner": "column"}}, "config.partition_column"),
        ({"dataset": "breast_cancer", "config": {"num_clients": 400}}, "config.num_clients"),
        (
            {
                "dataset": "breast_cancer",
                "config": {"partitioner": "dirichlet", "dirichlet_alpha": 0.01, "num_clients": 40},
            },
            "config.partitioner",
        ),
    ],
)
async def test_a_partition_that_cannot_be_is_refused_by_field(
    member: Caller, body: dict, field: str
) -> None:
    status = 404 if body.get("dataset") == "nowhere" else 422
    answer = await member.post("/api/experiments/federated/skew", body, status)
    assert field in answer["errors"]


async def test_a_centralised_run_has_no_skew(member: Caller, colleague: Caller) -> None:
    run = make_run(member.database, member.id)
    assert "centralized" in (await member.get(f"/api/runs/{run.id}/skew", 409))["detail"]
    assert "centralized" not in (await colleague.get(f"/api/runs/{run.id}/skew", 404))["detail"]
