"""Starting experiments."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.experiments.schemas import (
    CentralizedBody,
    FederatedBody,
    StartedCentralized,
    StartedFederated,
)
from services.runs.start import StartedRun, StartRequest, start_run

experiments = ApiBlueprint("experiments", __name__, url_prefix="/api/experiments")


@experiments.post("/centralized/train")
@creates
@body(CentralizedBody())
@returns(StartedCentralized())
def train_centralized(body: dict[str, Any]) -> dict[str, Any]:
    """Queue a centralised training."""
    paths = {name: body.pop(name) for name in ("checkpoint_dir", "logs_dir")}
    return _started("centralized", body) | paths


@experiments.post("/federated/train")
@creates
@body(FederatedBody())
@returns(StartedFederated())
def train_federated(body: dict[str, Any]) -> dict[str, Any]:
    """Queue a federated training."""
    return _started("federated", body)


def _started(mode: str, values: dict[str, Any]) -> dict[str, Any]:
    request = StartRequest(mode=mode, **values)
    started = start_run(resources().database, current_actor(), request)
    return answer(started)


def answer(started: StartedRun) -> dict[str, Any]:
    """Return the answer that says what was queued."""
    return {
        "run_id": started.run_id,
        "message": f"The {started.training_mode} training waits for a worker.",
        "experiment_name": started.experiment_name,
        "status": "queued",
        "num_server_rounds": started.num_server_rounds,
    }
