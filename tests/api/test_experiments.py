"""Starting trainings over HTTP."""

from sqlalchemy import select

from app.models.job import Job
from app.models.run import Run
from tests.factories.callers import Caller

FEDERATED = "/api/experiments/federated/train"
CENTRALIZED = "/api/experiments/centralized/train"


async def test_a_federated_training_is_a_run_and_a_queued_job(member: Caller) -> None:
    asked = {"dataset": "breast_cancer", "experiment_name": "Five hospitals"}
    answer = await member.post(FEDERATED, asked | {"num_server_rounds": 7, "config": {"seed": 3}})
    with member.database.read() as session:
        run = session.get_one(Run, answer["run_id"])
        job = session.scalars(select(Job)).one()
    assert (run.status, run.owner_id, run.seed) == ("queued", member.id, 3)
    assert run.config["num_rounds"] == 7
    assert (job.kind, job.queue, job.subject) == ("train_run", "train", f"run:{run.id}")
    assert answer["num_server_rounds"] == 7
    assert answer["status"] == "queued"
