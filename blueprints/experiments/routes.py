"""Starting experiments and describing them."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, form, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.threads import run_in_thread
from blueprints.experiments.forms import CentralizedForm, FederatedForm, start_from_form
from blueprints.experiments.schemas import (
    CentralizedBody,
    ExperimentListView,
    ExperimentStatusView,
    FederatedBody,
    FormSchemaView,
    StartedCentralized,
    StartedFederated,
)
from services.runs.create import StartedRun, StartRequest, start_run
from services.runs.experiments import (
    ExperimentList,
    ExperimentStatus,
    list_experiments,
    show_experiment,
)
from services.runs.training.form import FormSchema, form_schema

WRONG = {
    404: "There is no such dataset, or no such weights, or they are not shared with you.",
    413: "The upload is larger than the limit.",
    422: "What is wrong, by field; settings are named config.<setting>.",
}

experiments = ApiBlueprint("experiments", __name__, url_prefix="/api/experiments")


@experiments.post("/centralized/train")
@creates
@body(CentralizedBody())
@form(CentralizedForm())
@returns(StartedCentralized())
@fails(WRONG)
async def train_centralized(body: dict[str, Any] | None) -> dict[str, Any]:
    """Queue a centralized training on a dataset, or on the images that the form brings."""
    if body is None:
        started, paths = await start_from_form("centralized", CentralizedForm())
    else:
        paths = {name: body.pop(name) for name in ("checkpoint_dir", "logs_dir")}
        started = await _start("centralized", body)
    return _answer(started) | paths


@experiments.post("/federated/train")
@creates
@body(FederatedBody())
@form(FederatedForm())
@returns(StartedFederated())
@fails(WRONG)
async def train_federated(body: dict[str, Any] | None) -> dict[str, Any]:
    """Queue a federated training on a dataset, or on the images that the form brings."""
    if body is None:
        started, _ = await start_from_form("federated", FederatedForm())
    else:
        started = await _start("federated", body)
    return _answer(started)


@experiments.get("/schema")
@returns(FormSchemaView())
def get_schema() -> FormSchema:
    """Describe every setting of a training, and presets to start from."""
    return form_schema()


@experiments.get("/list")
@returns(ExperimentListView())
def get_experiments() -> ExperimentList:
    """List experiments, the newest first."""
    return list_experiments(resources().database, current_actor())


@experiments.get("/status/<experiment_id>")
@returns(ExperimentStatusView())
@fails({404: "There is no such experiment, or it is not shared with you."})
def get_status(experiment_id: str) -> ExperimentStatus:
    """Say how far an experiment is, by run_7 or 7."""
    return show_experiment(resources().database, current_actor(), experiment_id)


async def _start(mode: str, values: dict[str, Any]) -> StartedRun:
    request = StartRequest(mode=mode, **values)
    return await run_in_thread(start_run, resources().database, current_actor(), request)


def _answer(started: StartedRun) -> dict[str, Any]:
    return {
        "run_id": started.run_id,
        "message": f"The {started.training_mode} training waits for a worker.",
        "experiment_name": started.experiment_name,
        "status": "queued",
        "num_server_rounds": started.num_server_rounds,
    }
