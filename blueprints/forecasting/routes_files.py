"""The files of a session: added, listed, changed, given back as they came, and deleted."""

from collections.abc import Sequence
from typing import Any

from quart import Response, request

from app.http.blueprint import ApiBlueprint, load, read_json
from app.http.endpoint import body, creates, fails, form, made, query, raw, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.streams import attachment
from app.http.threads import run_in_thread
from app.models.forecasting import SessionFile
from blueprints.forecasting.files_on_wire import file_row, file_rows
from blueprints.forecasting.reader import series_joiner, series_reader
from blueprints.forecasting.receive import receive_file
from blueprints.forecasting.schemas_files import (
    ChangesBody,
    FileAnswer,
    FileBody,
    FileListAnswer,
    FilesQuery,
    NewFileAnswer,
    SessionFileForm,
    message_of,
)
from services.forecasting.errors import FieldRefused, SeriesNotFound
from services.forecasting.files.announce import announce_file
from services.forecasting.files.content import find_content
from services.forecasting.files.list import list_files
from services.forecasting.files.reread import reread_file
from services.forecasting.files.update import (
    FileChanges,
    checked_changes,
    delete_file,
    update_file,
)

files = ApiBlueprint("forecasting_files", __name__, url_prefix="/api/training")
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def answer_of(rows: Sequence[SessionFile]) -> dict[str, Any]:
    """Return the answer for a file that was taken in, or announced."""
    message = "The file is there." if rows[0].object_key else "The file is announced."
    data = {"id": rows[0].uuid, "ids": [row.uuid for row in rows], "status": rows[0].status}
    return {"message": message, "data": {**data, "message": message}}


@files.get("/csv-files/<session_id>")
@query(FilesQuery())
@returns(FileListAnswer())
@fails({404: "There is no such session, or it is not shared with you."})
def list_session_files(session_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return the files of a session with what was read in them."""
    rows = list_files(resources().database, current_actor(), session_id, query["type"])
    return {"data": file_rows(rows), **message_of(len(rows))}


@files.post("/csv-files")
@creates
@made(SessionFile, answer_of, many=True)
@form(SessionFileForm())
@returns(NewFileAnswer())
@fails({400: "What is wrong, with row and column.", 413: "The file is larger than the limit."})
async def add_series() -> dict[str, Any]:
    """Take a file, or a finished upload, into a session; JSON announces a file that follows."""
    if request.mimetype not in FORMS:
        values = load(FileBody(), await read_json(), "body")
        row = await run_in_thread(
            announce_file,
            resources().database,
            current_actor(),
            values["sessionId"],
            values["fileData"],
        )
        return answer_of([row])
    return answer_of(await receive_file())


@files.put("/csv-files/<file_id>")
@body(ChangesBody())
@returns(FileAnswer())
@fails({400: "No field is known, a value is wrong, or there is no such file."})
def change_series(file_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Set fields of a file; importOptions have its kept bytes read again."""
    options = body.pop("importOptions", body.pop("import_options", None))
    if options is None:
        row = update_file(resources().database, current_actor(), file_id, body)
    else:
        row = _read_again(file_id, options, checked_changes(body))
    return {"data": file_row(row)}


def _read_again(file_id: str, options: object, changes: FileChanges) -> SessionFile:
    parts = resources()
    try:
        return reread_file(
            parts.database,
            parts.store,
            current_actor(),
            file_id,
            options,
            parts.settings.home / "tmp",
            series_reader(),
            series_joiner(),
            changes=changes,
        )
    except SeriesNotFound as error:  # a 400 here, as the contract has it
        raise FieldRefused("fileId", error.detail) from None


@files.delete("/csv-files/<file_id>")
@returns(FileAnswer(only=("success", "message")))
@fails({404: "There is no such file, or it is not shared with you."})
def delete_session_file(file_id: str) -> dict[str, Any]:
    """Take a file out of its session."""
    delete_file(resources().database, current_actor(), file_id)
    return {"message": "The file is deleted."}


@files.get("/csv-files/<file_id>/content")
@raw("text/csv")
@fails({404: "There is no such file, or its bytes have not arrived."})
async def show_content(file_id: str) -> Response:
    """Return the bytes of a file as they came."""
    parts = resources()
    row = await run_in_thread(find_content, parts.database, current_actor(), file_id)
    stream = await run_in_thread(parts.store.open, str(row.object_key))
    return attachment(stream, row.size_bytes, row.file_name, "text/csv")
