"""Runs that external programs train: what those log."""

from typing import Any

from app.http.endpoint import body, creates, fails, form, made, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.threads import run_in_thread
from app.models.run import Artifact, Run
from blueprints.datasets.receive import in_a_slot, receive_upload
from blueprints.tracking.routes import tracking
from blueprints.tracking.schemas import ArtifactView
from blueprints.tracking.schemas_external import (
    FileFields,
    FileForm,
    HeardView,
    KeptLinesView,
    LinesBody,
    LoggedRunBody,
    LoggedRunView,
)
from blueprints.tracking.schemas_external_rounds import EvaluationsBody, PartsBody, StoredView
from services.runs.external.artifacts import FileUpload, check_upload, keep_file
from services.runs.external.create import LoggedRunRequest, start_logged_run
from services.runs.external.evaluations import (
    ReportedEvaluation,
    StoredEvaluations,
    add_evaluations,
)
from services.runs.external.heartbeat import HeartbeatReply, beat
from services.runs.external.logs import KeptLines, ReportedLines, add_lines
from services.runs.external.rounds import add_client_rounds
from services.runs.training.ports import ClientRound

NOT_LOGGED = "The run is trained by a worker, or was imported."


def _begun(run: Run) -> dict[str, Any]:
    url = f"{resources().settings.public_url}/runs/{run.id}"
    return {"id": run.id, "name": run.name, "status": run.status, "url": url}


@tracking.post("")
@creates
@made(Run, _begun)
@body(LoggedRunBody(), large=True)
@returns(LoggedRunView(), 201)
def begin(body: LoggedRunRequest) -> dict[str, Any]:
    """Start a run that an external program trains and logs here."""
    return _begun(start_logged_run(resources().database, current_actor(), body))


@tracking.post("/<run_id>/heartbeat")
@returns(HeardView())
@fails({409: NOT_LOGGED})
def heartbeat(run_id: str) -> HeartbeatReply:
    """Say that the program is alive, and learn whether a stop is requested."""
    return beat(resources().database, current_actor(), run_id)


@tracking.post("/<run_id>/logs")
@creates
@body(LinesBody(), large=True)
@returns(KeptLinesView())
@fails({409: NOT_LOGGED})
def log(run_id: str, body: ReportedLines) -> KeptLines:
    """Add lines to the log of a run; a batch_id that came before adds nothing."""
    return add_lines(resources().database, current_actor(), run_id, body)


@tracking.post("/<run_id>/artifacts")
@creates
@made(Artifact)
@form(FileForm())
@returns(ArtifactView(), 201)
@fails({409: NOT_LOGGED, 413: "The file is larger than the limit."})
async def keep(run_id: str) -> Artifact:
    """Keep a file of a run, in the place of an older one of its name."""
    await run_in_thread(check_upload, resources().database, current_actor(), run_id)
    received, values = await receive_upload("file", FileFields())
    upload = FileUpload(run_id=run_id, path=received.path, filename=received.filename, **values)
    return await in_a_slot(received, keep_file, upload)


@tracking.post("/<run_id>/server-evaluations")
@creates
@body(EvaluationsBody(), large=True)
@returns(StoredView())
@fails({409: "The run is not logged from outside, or has no rounds."})
def evaluations(run_id: str, body: list[ReportedEvaluation]) -> StoredEvaluations:
    """Store what the server measured; a round that is reported again is replaced."""
    return add_evaluations(resources().database, current_actor(), run_id, body)


@tracking.post("/<run_id>/client-rounds")
@creates
@body(PartsBody(), large=True)
@returns(StoredView())
@fails({409: "The run is not logged from outside, or has no rounds."})
def client_rounds(run_id: str, body: list[ClientRound]) -> StoredEvaluations:
    """Store what each site did in a round; a part that is reported again is replaced."""
    return add_client_rounds(resources().database, current_actor(), run_id, body)
