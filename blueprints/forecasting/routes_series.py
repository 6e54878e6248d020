"""The series of a file: which of its columns a session has, and what they are for."""

from typing import Any

from quart import Response

from app.auth.actor import Actor
from app.db.engine import Database
from app.http.blueprint import ApiBlueprint, json_response
from app.http.endpoint import body, creates, endpoint_of, fails, form, returns
from app.http.gate import current_actor
from app.http.idempotency import commit_with_answer
from app.http.resources import resources
from app.http.threads import run_in_thread
from app.http.uploads import ReceivedForm
from app.storage import ObjectStore
from blueprints.datasets.receive import in_a_slot
from blueprints.forecasting.files_on_wire import file_row, file_rows
from blueprints.forecasting.reader import series_joiner, series_reader
from blueprints.forecasting.receive import received_file
from blueprints.forecasting.schemas_files import (
    AppendAnswer,
    AppendForm,
    ChosenSeriesBody,
    FileListAnswer,
)
from blueprints.uploads.hand_over import UPLOAD_ID
from services.forecasting.files.append import Appended, NewRows, append_rows, require_file
from services.forecasting.files.choose import choose_series

series = ApiBlueprint("forecasting_series", __name__, url_prefix="/api/training")


@series.put("/csv-files/<file_id>/series")
@body(ChosenSeriesBody())
@returns(FileListAnswer())
@fails({400: "No such column, or a question is open.", 404: "There is no such file."})
def choose_columns(file_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Choose which columns of a file are inputs, outputs or both; the others are left out."""
    parts = resources()
    rows = choose_series(
        parts.database,
        parts.store,
        current_actor(),
        file_id,
        body["series"],
        parts.settings.home / "tmp",
        series_reader(),
        series_joiner(),
    )
    return {"data": file_rows(rows)}


@series.post("/csv-files/<file_id>/append")
@creates
@form(AppendForm())
@returns(AppendAnswer())
@fails({
    400: "The file has other series, or leaves a question open.",
    404: "There is no such file.",
    409: "The series was changed in this moment.",
})  # fmt: skip
async def append(file_id: str) -> Response:
    """Add the rows of a file to a series; the same file again changes nothing.

    Where both have other values at one time, nothing happens before ``overlap`` says whose count.
    """
    await run_in_thread(require_file, resources().database, current_actor(), file_id)
    received = await received_file()
    return await in_a_slot(received, _answered, (file_id, received))


def _answered(
    database: Database, store: ObjectStore, actor: Actor, what: tuple[str, ReceivedForm]
) -> Response:
    """Append, and commit the answer with the rows: nothing is locked while they are read."""

    def answer() -> Response:
        done = _append(database, store, actor, what)
        return json_response(
            endpoint_of(append),
            {
                "applied": done.applied,
                "known": done.known,
                "overlap": done.overlap,
                "data": file_row(done.row),
            },
        )

    return commit_with_answer(answer)


def _append(
    database: Database, store: ObjectStore, actor: Actor, what: tuple[str, ReceivedForm]
) -> Appended:
    file_id, received = what
    values = received.values
    rows = NewRows(
        path=received.path,
        file_name=values.get("fileName") or received.filename,
        rule=values.get("overlap"),
        upload_id=values.get(UPLOAD_ID),
    )
    quota = resources().settings.session_quota_bytes
    return append_rows(
        database,
        store,
        actor,
        file_id,
        rows,
        series_reader(),
        series_joiner(),
        quota_bytes=quota,
    )
