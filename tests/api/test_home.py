"""The first page over HTTP."""

from datetime import timedelta

from app.clock import now
from app.models.run import RunLog
from services.runs.points import append_points
from services.runs.training.ports import Point
from tests.factories.callers import Caller
from tests.factories.runs import add_curve, make_job, make_known_federated, make_run


async def test_nobody_needs_anything_at_first(member: Caller) -> None:
    nothing = {"needs_you": [], "running": [], "recent": [], "studies": None}
    assert await member.get("/api/home") == nothing


async def test_a_failed_run_needs_its_owner_until_acknowledged(
    member: Caller, admin: Caller
) -> None:
    run = make_run(member.database, member.id, status="failed")
    make_job(member.database, run, "failed", error={"type": "x", "detail": "Out of memory."})
    (need,) = (await member.get("/api/home"))["needs_you"]
    assert (need["kind"], need["run_id"], need["detail"]) == ("failed", run.id, "Out of memory.")
    assert need["action"]["url"] == f"/api/runs/{run.id}/resume"
    assert (await admin.get("/api/home"))["needs_you"] == []
    await member.post(f"/api/runs/{run.id}/acknowledge")
    assert (await member.get("/api/home"))["needs_you"] == []


async def test_a_run_that_failed_on_another_host_long_ago_needs_nobody(member: Caller) -> None:
    make_run(member.database, member.id, status="failed", origin="imported")
    assert (await member.get("/api/home"))["needs_you"] == []


async def test_a_lost_run_says_that_it_goes_on_by_itself(member: Caller) -> None:
    run = make_run(member.database, member.id, status="in_progress")
    make_job(member.database, run, "lost", error={"type": "worker_died", "detail": "Killed."})
    home = await member.get("/api/home")
    (need,) = [need for need in home["needs_you"] if need["kind"] == "lost"]
    assert need["detail"].startswith("Killed. It goes on by itself")
    assert home["running"][0]["job"]["state"] == "lost"


async def test_waiting_work_without_a_worker_needs_somebody(member: Caller) -> None:
    await member.post("/api/experiments/centralized/train", {"dataset": "digits"})
    (need,) = (await member.get("/api/home"))["needs_you"]
    assert need["kind"] == "no_worker"
    assert "python -m app worker --queue train" in need["detail"]


async def test_a_worker_that_beats_serves_its_queue(member: Caller) -> None:
    await member.post("/api/experiments/centralized/train", {"dataset": "digits"})
    beat = now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    member.resources.redis.hset("rq:worker:train-host-1-a", "last_heartbeat", beat)
    assert (await member.get("/api/home"))["needs_you"] == []
    old = (now() - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    member.resources.redis.hset("rq:worker:train-host-1-a", "last_heartbeat", old)
    assert (await member.get("/api/home"))["needs_you"] != []


async def test_a_running_card_shows_curve_line_and_time_left(member: Caller) -> None:
    run = make_run(member.database, member.id, status="in_progress", training_mode="federated")
    make_job(member.database, run, "running", progress=2 / 3)
    with member.database.write() as unit:
        for step in range(3):
            points = [Point(name="global_accuracy", step=step, value=step / 4)]
            at = now() - timedelta(seconds=30 * (2 - step))
            append_points(unit.session, run.id, points, at)
        for text in ("one", "two"):
            line = RunLog(run_id=run.id, attempt=1, at=now(), level="info", message=text)
            unit.session.add(line)
            unit.session.flush()
    (card,) = (await member.get("/api/home"))["running"]
    assert card["sparkline"] == {"name": "global_accuracy", "values": [0.0, 0.25, 0.5]}
    assert card["last_log"] == "two"
    assert 20 < card["eta_seconds"] <= 30


async def test_no_time_left_is_given_before_two_steps(member: Caller) -> None:
    run = make_run(member.database, member.id, status="in_progress")
    make_job(member.database, run, "running")
    add_curve(member.database, run, "val_acc", [0.5])
    (card,) = (await member.get("/api/home"))["running"]
    assert card["eta_seconds"] is None


async def test_recent_runs_show_their_best_or_nothing(member: Caller) -> None:
    make_known_federated(member.database, member.id)
    make_run(member.database, member.id, status="cancelled")
    cancelled, known = (await member.get("/api/home"))["recent"]
    assert (known["best_accuracy"], known["duration_seconds"]) == (0.7433, 600.0)
    assert (cancelled["status"], cancelled["best_accuracy"]) == ("cancelled", None)


async def test_a_private_run_is_on_nobody_elses_page(member: Caller, colleague: Caller) -> None:
    make_run(member.database, member.id, status="in_progress")
    make_run(member.database, member.id)
    home = await colleague.get("/api/home")
    assert (home["running"], home["recent"]) == ([], [])


async def test_what_a_script_reported_is_its_result_though_no_catalogue_knows_it(
    member: Caller,
) -> None:
    run = make_run(member.database, member.id, origin="logged")
    add_curve(member.database, run, "reward", [1.0, 2.0])
    (row,) = (await member.get("/api/home"))["recent"]
    assert (row["headline"]["metric"], row["headline"]["value"]) == ("reward", 2.0)
