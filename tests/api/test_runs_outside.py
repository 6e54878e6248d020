"""Runs that are trained elsewhere: begun, told about, lost, stopped and ended over HTTP."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from werkzeug.datastructures import FileStorage

from app.clock import now
from app.db.types import database_time
from app.jobs.reconcile import call_workers, expire_leases
from app.models.job import Job
from app.models.run import Run
from services.runs.external.announce import Growth, publish
from services.runs.points import append_points
from services.runs.training.ports import Point
from tests.factories.callers import Caller
from tests.factories.runs import make_run
from tests.support.databases import ON_ONE_DATABASE

EVALUATION = {"round": 1, "loss": 0.62, "accuracy": 0.7433, "f1_score": 0.41, "auc": 0.73}
COUNTS = {"tp": 27, "tn": 196, "fp": 29, "fn": 48}


async def begin(caller: Caller, **body) -> int:
    made = await caller.post("/api/runs", {"name": "mine", **body}, 201)
    return made["id"]


async def job_of(caller: Caller, run_id: int) -> dict:
    return (await caller.get(f"/api/runs/{run_id}"))["job"]


def let_lease_run_out(caller: Caller, run_id: int) -> None:
    with caller.database.write() as unit:
        unit.session.execute(
            update(Job)
            .where(Job.subject == f"run:{run_id}")
            .values(lease_until=database_time() - 1)
        )
    expire_leases(caller.resources.jobs)


async def send_file(caller: Caller, run_id: int, content: bytes, status: int = 201, **fields):
    file = FileStorage(io.BytesIO(content), filename=fields.pop("filename", "model.bin"))
    form = {name: str(value) for name, value in fields.items()}
    answer = await caller.call(
        "POST", f"/api/runs/{run_id}/artifacts", files={"file": file}, form=form
    )
    assert answer.status_code == status, answer.body
    return answer.body


async def test_a_run_is_begun_with_its_parameters_and_tags(member):
    body = {"name": "mine", "params": {"lr": 0.1, "deep": True, "opt": "adam"}, "tags": {"a": "b"}}
    made = await member.post("/api/runs", body, 201)
    assert made["status"] == "in_progress"
    assert made["url"].endswith(f"/runs/{made['id']}")
    run = await member.get(f"/api/runs/{made['id']}")
    assert run["origin"] == "logged"
    assert run["params"] == {"lr": "0.1", "deep": "true", "opt": "adam"}
    assert run["tags"] == {"a": "b"}
    assert (run["config"], run["seed"], run["total_steps"]) == ({}, None, None)
    assert (run["job"]["state"], run["job"]["attempt"]) == ("running", 1)


@pytest.mark.parametrize(
    ("steps", "share"),
    [
        (range(5), 0.5),  # from 0
        (range(1, 6), 0.5),  # from 1
        (range(11), 1.0),  # one measurement before the first epoch
        (range(200), 0.0),  # batches: they say nothing of epochs
    ],
)
async def test_progress_is_what_was_logged_of_what_was_announced(member, steps, share):
    run_id = await begin(member, params={"epochs": 10.0})
    with member.database.write() as unit:
        points = [Point(name="val_loss", step=step, value=0.5) for step in steps]
        append_points(unit.session, run_id, points, now())
    publish(member.database, {run_id: Growth()})
    run = await member.get(f"/api/runs/{run_id}")
    assert (run["total_steps"], run["params"]) == (10, {"epochs": "10"})
    assert run["job"]["progress"] == pytest.approx(share)
    (card,) = (await member.get("/api/home"))["running"]
    assert card["job"]["progress"] == pytest.approx(share)


async def test_the_same_key_makes_one_run(member):
    headers = {"Idempotency-Key": "one"}
    first = await member.post("/api/runs", {"name": "mine"}, 201, headers=headers)
    assert await member.post("/api/runs", {"name": "mine"}, 201, headers=headers) == first


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", " \t "),
        ("name", "a\0b"),
        ("name", "x" * 201),
        ("training_mode", "both"),
        ("params", {"a": [1]}),
        ("params", {"": 1}),
        ("params", {"x" * 251: 1}),
        ("params", {"a": "x" * 6001}),
        ("params", {f"p{i}": i for i in range(2001)}),
        ("tags", {"a": 1}),
        ("start_time", "2026-01-01T00:00:00"),
        ("start_time", "0001-01-01T00:00:00+14:00"),
        ("heartbeat_seconds", 0),
        ("heartbeat_seconds", "nan"),
        ("visibility", "world"),
        ("colour", "red"),
    ],
)
async def test_a_field_that_is_wrong_is_named(member, field, value):
    refused = await member.post("/api/runs", {"name": "mine"} | {field: value}, 422)
    assert any(name.startswith(field) for name in refused["errors"]), refused


async def test_a_heartbeat_lengthens_the_lease(member):
    run_id = await begin(member)
    with member.database.write() as unit:
        old = datetime(2026, 1, 1, tzinfo=UTC)
        unit.session.execute(update(Job).values(heartbeat_at=old, lease_until=5.0))
    answer = await member.post(f"/api/runs/{run_id}/heartbeat")
    assert answer == {"status": "in_progress", "stop_requested": False}
    with member.database.read() as session:
        assert session.scalar(select(Job.lease_until - database_time())) > 20


async def test_the_row_is_written_once_a_second_at_the_most(member):
    run_id = await begin(member)
    with member.database.write() as unit:
        unit.session.execute(update(Job).values(lease_until=5.0))
    await member.post(f"/api/runs/{run_id}/heartbeat")
    with member.database.read() as session:
        assert session.scalar(select(Job.lease_until)) == 5.0


async def test_silence_loses_a_run_and_any_sign_of_life_brings_it_back(member):
    run_id = await begin(member)
    let_lease_run_out(member, run_id)
    job = await job_of(member, run_id)
    assert job["state"] == "lost"
    home = await member.get("/api/home")
    assert [need["kind"] for need in home["needs_you"] if need.get("run_id") == run_id] == ["lost"]
    await member.post(f"/api/runs/{run_id}/logs", {"lines": [{"message": "here again"}]})
    job = await job_of(member, run_id)
    assert (job["state"], job["attempt"], job["error"]) == ("running", 2, None)


async def test_a_run_is_never_given_up_however_often_it_is_lost(member):
    run_id = await begin(member)
    for _ in range(5):
        let_lease_run_out(member, run_id)
        assert (await job_of(member, run_id))["state"] == "lost"
        await member.post(f"/api/runs/{run_id}/heartbeat")
    assert (await job_of(member, run_id))["attempt"] == 6


async def test_a_run_that_nobody_watches_is_never_lost(member):
    run_id = await begin(member, heartbeat_seconds=None)
    expire_leases(member.resources.jobs)
    with member.database.read() as session:
        assert session.scalar(select(Job.lease_until)) is None
    assert (await job_of(member, run_id))["state"] == "running"


async def test_no_worker_is_called_for_a_lost_run_and_none_can_claim_it(member, redis):
    from app.jobs.dispatch import Dispatcher

    run_id = await begin(member)
    let_lease_run_out(member, run_id)
    with member.database.write() as unit:
        unit.session.execute(update(Job).values(not_before=0.0))
    job = await job_of(member, run_id)
    assert call_workers(member.resources.jobs, Dispatcher(redis)) == 0
    assert member.resources.jobs.claim(job["id"], "a-worker") is None


async def test_a_stop_is_reported_by_the_heartbeat(member):
    run_id = await begin(member)
    stopped = await member.post(f"/api/runs/{run_id}/stop", {})
    assert stopped["job"]["state"] == "stopping"
    answer = await member.post(f"/api/runs/{run_id}/heartbeat")
    assert answer["stop_requested"] is True
    await member.patch(f"/api/runs/{run_id}", {"status": "cancelled"})
    assert (await member.get(f"/api/runs/{run_id}"))["status"] == "cancelled"


@pytest.mark.parametrize("beat", [10, None])
async def test_a_run_that_never_answers_a_stop_ends_with_its_lease(member, beat):
    run_id = await begin(member, heartbeat_seconds=beat)
    await member.post(f"/api/runs/{run_id}/stop", {})
    with member.database.read() as session:
        assert session.scalar(select(Job.lease_until - database_time())) > 0
    let_lease_run_out(member, run_id)
    assert (await member.get(f"/api/runs/{run_id}"))["status"] == "cancelled"


async def test_a_run_is_not_resumed_but_reopened(member):
    run_id = await begin(member)
    await member.patch(f"/api/runs/{run_id}", {"status": "failed", "reason": "no more memory"})
    refused = await member.post(f"/api/runs/{run_id}/resume", {}, 409)
    assert "in_progress" in refused["detail"]
    home = await member.get("/api/home")
    assert "no more memory" in str(home["needs_you"])
    run = await member.patch(f"/api/runs/{run_id}", {"status": "in_progress"})
    assert (run["status"], run["job"]["attempt"], run["end_time"]) == ("in_progress", 2, None)


async def test_an_end_is_reported_once(member):
    run_id = await begin(member, start_time="2026-03-01T10:00:00+00:00")
    done = {"status": "completed", "end_time": "2026-03-01T11:30:00+01:00"}
    run = await member.patch(f"/api/runs/{run_id}", done)
    assert run["end_time"] == "2026-03-01T10:30:00+00:00"
    assert run["job"]["progress"] == 1.0
    assert (await member.patch(f"/api/runs/{run_id}", done))["status"] == "completed"
    refused = await member.patch(f"/api/runs/{run_id}", {"status": "failed"}, 409)
    assert "status" in refused["errors"]
    events = (await member.get(f"/api/events?topic=run:{run_id}&after=0"))["events"]
    ends = [event["data"] for event in events if event["type"] == "training_end"]
    assert [end["training_duration"] for end in ends] == [1800.0]


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    "changes",
    [
        {"status": "completed", "end_time": "2025-01-01T00:00:00+00:00"},
        {"status": "in_progress", "end_time": "2027-01-01T00:00:00+00:00"},
        {"end_time": "2027-01-01T00:00:00+00:00"},
        {"end_time": "0001-01-01T00:00:00+14:00"},
        {"end_time": "2027-01-01T00:00:00"},
    ],
)
async def test_an_end_that_cannot_be_is_refused(member, changes):
    run_id = await begin(member)
    refused = await member.patch(f"/api/runs/{run_id}", changes, 422)
    assert list(refused["errors"]) == ["end_time"]


@pytest.mark.parametrize("origin", ["trained", "imported"])
async def test_only_a_logged_run_is_reported_from_outside(member, origin):
    run = make_run(member.database, member.id, origin=origin)
    for name, value in {"status": "failed", "params": {"a": 1}}.items():
        refused = await member.patch(f"/api/runs/{run.id}", {name: value}, 409)
        assert list(refused["errors"]) == [name]
    await member.post(f"/api/runs/{run.id}/heartbeat", {}, 409)
    await member.patch(f"/api/runs/{run.id}", {"notes": "still mine"})


async def test_a_parameter_reported_again_takes_the_new_value(member):
    run_id = await begin(member, params={"lr": 0.1, "epochs": 5})
    run = await member.patch(f"/api/runs/{run_id}", {"params": {"lr": 0.2, "seed": 3}})
    assert run["params"] == {"lr": "0.2", "epochs": "5", "seed": "3"}
    assert run["total_steps"] == 5
    more = {f"p{i}": i for i in range(1998)}
    refused = await member.patch(f"/api/runs/{run_id}", {"params": more}, 422)
    assert "2000" in refused["errors"]["params"][0]


async def test_lines_come_in_order_with_the_times_of_their_writer(member):
    run_id = await begin(member)
    at = (datetime.now(UTC) + timedelta(hours=3)).isoformat()
    lines = [{"level": "warning", "message": "hot", "at": at}, {"message": "cold"}]
    kept = await member.post(f"/api/runs/{run_id}/logs", {"lines": lines})
    page = await member.get(f"/api/runs/{run_id}/logs")
    assert kept["last_id"] == page["last_id"]
    assert [line["message"] for line in page["items"]] == ["hot", "cold"]
    assert page["items"][0]["at"] == at


async def test_a_batch_of_lines_is_kept_once(member):
    run_id = await begin(member)
    other = await begin(member)
    body = {"lines": [{"message": "once"}], "batch_id": "b1"}
    first = await member.post(f"/api/runs/{run_id}/logs", body)
    again = await member.post(f"/api/runs/{run_id}/logs", body)
    assert (first["lines"], again["lines"], again["duplicate"]) == (1, 0, True)
    assert again["last_id"] == first["last_id"]
    assert (await member.post(f"/api/runs/{other}/logs", body))["lines"] == 1


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    "body",
    [
        {"lines": [{"message": "x"}] * 1001},
        {"lines": [{"message": "x" * 8001}]},
        {"lines": [{"message": "a\0b"}]},
        {"lines": [{"level": "loud", "message": "x"}]},
        {"lines": [{"message": "x", "at": "yesterday"}]},
        {"lines": "x"},
        {"lines": [], "batch_id": ""},
        {"lines": [], "batch_id": "x" * 201},
        {},
    ],
)
async def test_lines_that_are_wrong_are_refused(member, body):
    run_id = await begin(member)
    assert (await member.post(f"/api/runs/{run_id}/logs", body, 422))["errors"]


async def test_a_file_is_kept_and_replaced_by_one_of_its_name(member):
    run_id = await begin(member)
    first = await send_file(member, run_id, b"one", name="plots/roc.png", kind="plot", step=3)
    second = await send_file(member, run_id, b"longer", name="plots/roc.png")
    assert (first["id"], first["size_bytes"]) == (second["id"], 3)
    listed = (await member.get(f"/api/runs/{run_id}/artifacts"))["items"]
    assert [(one["name"], one["size_bytes"]) for one in listed] == [("plots/roc.png", 6)]
    answer = await member.call("GET", f"/api/runs/{run_id}/artifacts/{second['id']}/download")
    assert await answer.get_data() == b"longer"


@ON_ONE_DATABASE
@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a//b", ".", "a\nb", "x" * 201, "a\\b"])
async def test_a_file_that_cannot_be_called_so_is_refused(member, name):
    run_id = await begin(member)
    refused = await send_file(member, run_id, b"x", 422, name=name)
    assert "name" in refused["errors"]


async def test_what_the_server_measured_is_a_round_and_a_curve(member):
    run_id = await begin(member, training_mode="federated", params={"num_rounds": 3})
    first = EVALUATION | {"confusion_matrix": COUNTS, "fairness": 0.9, "note": "ok"}
    body = {"evaluations": [first, {"round": 0, "loss": 0.7, "server_cm_tp": 75,
            "server_cm_tn": 0, "server_cm_fp": 225, "server_cm_fn": 0}]}  # fmt: skip
    path = f"/api/runs/{run_id}/server-evaluations"
    assert await member.post(path, body) == {"stored": 2}
    shown = await member.get(f"/api/runs/{run_id}/server-evaluation")
    zero, one = shown["evaluations"]
    assert zero["num_samples"] == 300
    assert one["confusion_matrix"]["false_negatives"] == 48
    assert (one["auroc"], one["f1_score"], one["precision"]) == (0.73, 0.41, None)
    assert one["additional_metrics"] == {"fairness": 0.9, "note": "ok"}
    curves = (await member.get(f"/api/runs/{run_id}/series"))["series"]
    accuracy = next(curve for curve in curves if curve["name"] == "global_accuracy")
    assert accuracy["values"] == [0.7433]
    assert {"global_loss", "global_fairness"} <= {curve["name"] for curve in curves}
    await member.post(path, {"evaluations": [EVALUATION | {"accuracy": 0.8}]})
    shown = await member.get(f"/api/runs/{run_id}/server-evaluation")
    assert [row["accuracy"] for row in shown["evaluations"]] == [None, 0.8]
    listed = (await member.get("/api/runs/list"))["runs"][0]
    assert listed["best_val_accuracy"] == 0.8


async def curve_values(member, run_id):
    curves = (await member.get(f"/api/runs/{run_id}/series"))["series"]
    return {curve["name"]: curve["values"] for curve in curves}


async def test_what_a_round_is_no_longer_said_to_have_measured_is_a_gap(member):
    run_id = await begin(member, training_mode="federated")
    path = f"/api/runs/{run_id}/server-evaluations"
    wrong = {"round": 1, "loss": 99.0, "f1": 0.1, "fairness": 7, "accuracy": 0.5}
    await member.post(path, {"evaluations": [wrong]})
    body = {"evaluations": [wrong, {"round": 1, "accuracy": 0.6, "loss": None}]}
    assert await member.post(path, body) == {"stored": 1}
    assert await curve_values(member, run_id) == {
        "global_accuracy": [0.6], "global_f1": [None], "global_fairness": [None],
        "global_loss": [None],
    }  # fmt: skip


async def test_what_a_site_is_no_longer_said_to_have_measured_is_a_gap(member):
    run_id = await begin(member, training_mode="federated")
    path = f"/api/runs/{run_id}/client-rounds"
    part = {"client": "north", "round": 1, "metrics": {"val_acc": 0.9, "val_loss": 0.1}}
    other = {"client": "south", "round": 1, "metrics": {"val_loss": 0.3}}
    await member.post(path, {"rounds": [part, other]})
    await member.post(path, {"rounds": [part | {"metrics": {"val_acc": 0.4}}]})
    shown = await member.get(f"/api/runs/{run_id}/client-metrics")
    north, south = [client["best_metrics"] for client in shown["clients"]]
    assert (north["best_val_accuracy"], north["lowest_val_loss"]) == (0.4, None)
    assert south["lowest_val_loss"] == 0.3


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    "wrong",
    [
        {"round": -1},
        {"round": 1.5},
        {"confusion_matrix": {**COUNTS, "tp": 27.9}},
        {"round": 2**31},
        {"round": None},
        {"accuracy": 1.5},
        {"accuracy": "nan"},
        {"loss": "x"},
        {"confusion_matrix": {**COUNTS, "tp": -1}},
        {"confusion_matrix": {"tp": 1}},
        {"confusion_matrix": {**COUNTS, "true_positives": 1}},
        {"confusion_matrix": COUNTS, "server_cm_tp": 1},
        {"server_cm_tp": 1},
        {"server_cm_fn": -4},
        {"num_samples": -1},
        {"f1": 0.5},
        {"x" * 251: 1},
        {"additional_metrics": {"big": "x" * 70_000}},
    ],
)
async def test_an_evaluation_that_is_wrong_is_refused(member, wrong):
    run_id = await begin(member, training_mode="federated")
    path = f"/api/runs/{run_id}/server-evaluations"
    refused = await member.post(path, {"evaluations": [EVALUATION | wrong]}, 422)
    assert all(name.startswith("evaluations.0") for name in refused["errors"])


async def test_what_each_site_did_is_kept_with_its_curves(member):
    run_id = await begin(member, training_mode="federated")
    part = {"client": "north", "round": 1, "num_samples": 20, "seconds": 1.5,
            "metrics": {"train_loss": 0.4, "val_auroc": None}}  # fmt: skip
    refused = {"client": "south", "round": 1, "status": "refused", "reason": "NaN in its update"}
    path = f"/api/runs/{run_id}/client-rounds"
    assert await member.post(path, {"rounds": [part, refused]}) == {"stored": 2}
    await member.post(path, {"rounds": [part | {"seconds": 2.5}]})
    rounds = (await member.get(f"/api/runs/{run_id}/rounds"))["rounds"]
    north, south = rounds[0]["clients"]
    assert (north["seconds"], north["metrics"]["train_loss"]) == (2.5, 0.4)
    assert (south["status"], south["reason"]) == ("refused", "NaN in its update")
    curves = (await member.get(f"/api/runs/{run_id}/series?client=north"))["series"]
    assert [(curve["name"], curve["values"]) for curve in curves] == [("train_loss", [0.4])]


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    "wrong",
    [
        {"round": -1},
        {"client": ""},
        {"client": "x" * 256},
        {"client": "a\nb"},
        {"status": "away"},
        {"seconds": -1},
        {"seconds": 1e300},
        {"num_samples": 2**31},
        {"metrics": {"loss": "low"}},
        {"metrics": {"": 1}},
        {"metrics": [1]},
    ],
)
async def test_a_part_that_is_wrong_is_refused(member, wrong):
    run_id = await begin(member, training_mode="federated")
    part = {"client": "north", "round": 1} | wrong
    refused = await member.post(f"/api/runs/{run_id}/client-rounds", {"rounds": [part]}, 422)
    assert all(name.startswith("rounds.0") for name in refused["errors"])


async def test_a_centralised_run_has_no_rounds(member):
    run_id = await begin(member)
    report = {"evaluations": [EVALUATION]}
    answer = await member.post(f"/api/runs/{run_id}/server-evaluations", report, 409)
    assert "centralized" in answer["detail"]


async def test_every_page_shows_a_run_that_nothing_was_reported_of(member):
    for mode in ("centralized", "federated"):
        run_id = await begin(member, training_mode=mode)
        for part in ("", "/metrics", "/federated-rounds", "/server-evaluation", "/client-metrics",
                     "/series", "/rounds", "/logs", "/artifacts"):  # fmt: skip
            answer = await member.call("GET", f"/api/runs/{run_id}{part}")
            assert answer.status_code == 200, (mode, part, answer.body)
    for path in (f"/api/experiments/status/run_{run_id}", "/api/runs/list", "/api/home",
                 "/api/experiments/list"):  # fmt: skip
        answer = await member.call("GET", path)
        assert answer.status_code == 200, (path, answer.body)


async def test_somebody_else_finds_no_run_and_a_reader_may_not_report(member, colleague):
    private = await begin(member)
    shared = await begin(member, visibility="team")
    for caller, run_id, status, code in (
        (colleague, private, 404, "not_found"),
        (colleague, shared, 403, "forbidden"),
        (member, "x", 422, "invalid"),
        (member, 999999, 404, "not_found"),
    ):
        answer = await caller.post(f"/api/runs/{run_id}/heartbeat", {}, status)
        assert answer["code"] == code


async def test_the_run_belongs_to_whoever_began_it(member):
    run_id = await begin(member)
    with member.database.read() as session:
        assert session.get_one(Run, run_id).owner_id == member.id


async def test_as_many_and_as_long_lines_as_are_allowed_fit_into_one_request(member):
    run_id = await begin(member)
    kept = await member.post(
        f"/api/runs/{run_id}/logs", {"lines": [{"message": "é" * 8000}] * 1000}
    )
    assert kept["lines"] == 1000


async def test_home_says_what_helps_a_run_that_an_external_program_trains(member):
    silent, failed = await begin(member, name="a"), await begin(member, name="b")
    let_lease_run_out(member, silent)
    await member.patch(f"/api/runs/{failed}", {"status": "failed"})
    needs = (await member.get("/api/home"))["needs_you"]
    by_run = {need["run_id"]: need for need in needs if "run_id" in need}
    assert by_run[silent]["title"] == "a has gone silent"
    assert [by_run[one]["action"]["label"] for one in (silent, failed)] == ["Look", "Look"]
