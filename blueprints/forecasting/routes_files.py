"""The files of a session: added, listed, changed, given back as they came, and deleted."""

from collections.abc import Mapping
from typing import Any

from quart import Response, request

from app import strict_json
from app.errors import RoundhouseError
from app.http.blueprint import ApiBlueprint, load, read_json
from app.http.endpoint import body, creates, fails, form, query, raw, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.threads import run_in_thread
from app.http.uploads import receive_form
from app.models.forecasting import SessionFile
from blueprints.datasets.receive import in_a_slot
from blueprints.forecasting.files_on_wire import file_row
from blueprints.forecasting.schemas_files import (
    ChangesBody,
    FileAnswer,
    FileBody,
    FileListAnswer,
    FilesQuery,
    NewFileAnswer,
    SeriesFileForm,
    message_of,
)
from services.forecasting.files.announce import announce_file
from services.forecasting.files.content import original_content
from services.forecasting.files.create import SeriesUpload, create_file
from services.forecasting.files.list import list_files
from services.forecasting.files.reading import read_in_child
from services.forecasting.files.reread import reread_file
from services.forecasting.files.update import delete_file, update_file

files = ApiBlueprint("forecasting_files", __name__, url_prefix="/api/training")
OWN_FIELDS = ("sessionId", "session_id", "type", "bezeichnung", "fileName", "fileData")


@files.get("/csv-files/<session_id>")
@query(FilesQuery())
@returns(FileListAnswer())
@fails({404: "There is no such session, or it is not shared with you."})
def list_series(session_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return the files of a session with what was read in them."""
    rows = list_files(resources().database, current_actor(), session_id, query["type"])
    return {"data": [file_row(row) for row in rows], **message_of(len(rows))}


@files.post("/csv-files")
@creates
@form(SeriesFileForm())
@returns(NewFileAnswer())
@fails({400: "What is wrong, with row and column.", 413: "The file is larger than the limit."})
async def add_series() -> dict[str, Any]:
    """Take a file into a session, or announce one whose bytes follow in chunks."""
    if request.mimetype != "multipart/form-data":
        values = load(FileBody(), await read_json(), "body")
        row = await run_in_thread(
            announce_file,
            resources().database,
            current_actor(),
            values["sessionId"],
            values["fileData"],
        )
        return _made([row])
    settings = resources().settings
    received = await receive_form(
        settings.home / "tmp",
        field="file",
        max_bytes=settings.max_upload_bytes,
        timeout_seconds=settings.body_timeout_seconds,
    )
    try:
        upload = _upload(received.path, received.filename, dict(received.values))
    except RoundhouseError:
        received.remove()
        raise
    return _made(await in_a_slot(received, _create, upload))


def _create(database: Any, store: Any, actor: Any, upload: SeriesUpload) -> list[SessionFile]:
    return create_file(database, store, actor, upload, read_in_child)


def _upload(path: Any, filename: str | None, values: dict[str, Any]) -> SeriesUpload:
    more = strict_json.parse_body(values["fileData"].encode()) if "fileData" in values else {}
    metadata = {**(more if isinstance(more, Mapping) else {}), **values}
    options = metadata.get("importOptions")
    if isinstance(options, str):
        metadata["importOptions"] = strict_json.parse_body(options.encode())
    return SeriesUpload(
        path=path,
        file_name=metadata.get("fileName") or filename,
        direction=metadata.get("type"),
        session_id=metadata.get("sessionId", metadata.get("session_id")),
        label=metadata.get("bezeichnung"),
        metadata={name: value for name, value in metadata.items() if name not in OWN_FIELDS},
    )


def _made(rows: list[SessionFile]) -> dict[str, Any]:
    message = "The file is there." if rows[0].object_key else "The file is announced."
    data = {"id": rows[0].uuid, "ids": [row.uuid for row in rows], "status": rows[0].status}
    return {"message": message, "data": {**data, "message": message}}


@files.put("/csv-files/<file_id>")
@body(ChangesBody())
@returns(FileAnswer())
@fails({400: "No field is known, a value is wrong, or there is no such file."})
def change_series(file_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Set fields of a file; importOptions have its kept bytes read again."""
    parts, actor = resources(), current_actor()
    options = body.pop("importOptions", body.pop("import_options", None))
    row = update_file(parts.database, actor, file_id, body) if body or options is None else None
    if options is not None:
        folder = parts.settings.home / "tmp"
        row = reread_file(
            parts.database, parts.store, actor, file_id, options, folder, read_in_child
        )
    return {"data": file_row(row)} if row is not None else {}


@files.delete("/csv-files/<file_id>")
@returns(FileAnswer(only=("success", "message")))
@fails({404: "There is no such file, or it is not shared with you."})
def delete_series(file_id: str) -> dict[str, Any]:
    """Take a file out of its session."""
    delete_file(resources().database, current_actor(), file_id)
    return {"message": "The file is deleted."}


@files.get("/csv-files/<file_id>/content")
@raw("text/csv")
@fails({404: "There is no such file, or its bytes have not arrived."})
def show_content(file_id: str) -> Response:
    """Return the bytes of a file as they came."""
    parts = resources()
    name, data = original_content(parts.database, parts.store, current_actor(), file_id)
    response = Response(data, content_type="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
