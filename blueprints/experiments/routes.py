"""Starting experiments and describing them."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, form, made, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.threads import run_in_thread
from app.models.run import Run
from blueprints.experiments.forms import (
    CentralizedForm,
    FederatedForm,
    note_paths,
    noted_paths,
    start_from_form,
)
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


def _queued(run: Run) -> dict[str, Any]:
    """Return the answer about a new run before its commit, as ``_answer`` does after it."""
    return _answer(
        StartedRun(
            run_id=run.id,
            job_id=0,
            experiment_name=run.name,
            training_mode=run.training_mode,
            num_server_rounds=run.config.get("num_rounds"),
        )
    )


@experiments.post("/centralized/train")
@creates
@made(Run, _queued)
@body(CentralizedBody())
@form(CentralizedForm())
@returns(StartedCentralized())
@fails(WRONG)
async def train_centralized(body: dict[str, Any] | None) -> dict[str, Any]:
    """Queue a centralized training on a dataset, or on the images that the form brings."""
    if body is None:
        return _answer(await start_from_form("centralized", CentralizedForm()))
    note_paths({name: body.pop(name) for name in ("checkpoint_dir", "logs_dir")})
    return _answer(await _start("centralized", body))


@experiments.post("/federated/train")
@creates
@made(Run, _queued)
@body(FederatedBody())
@form(FederatedForm())
@returns(StartedFederated())
@fails(WRONG)
async def train_federated(body: dict[str, Any] | None) -> dict[str, Any]:
    """Queue a federated training on a dataset, or on the images that the form brings."""
    if body is None:
        return _answer(await start_from_form("federated", FederatedForm()))
    return _answer(await _start("federated", body))


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
    } | noted_paths()
