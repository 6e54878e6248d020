"""Sessions: beginning, settings, state and end, as sections 1 and 2 of the contract have them."""

from typing import Any

from quart import request

from app.http.blueprint import ApiBlueprint, load, read_json
from app.http.endpoint import body, creates, fails, form, own_body, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.threads import run_in_thread
from app.models.forecasting import ForecastSession
from blueprints.forecasting import schemas as say
from blueprints.forecasting.reader import series_reader
from services.forecasting.create import init_session
from services.forecasting.delete import delete_all_sessions, delete_session
from services.forecasting.finalize import FinalizedSession, finalize_session
from services.forecasting.list import SessionPage, list_sessions
from services.forecasting.read import SessionOverview, show_session
from services.forecasting.samples.create import SAMPLES, create_sample
from services.forecasting.status import SessionStatus, status_of
from services.forecasting.update import rename_session, save_settings

sessions = ApiBlueprint("forecasting", __name__, url_prefix="/api/training")
MISSING = {404: "There is no such session, or it is not shared with you."}
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


@sessions.post("/init-session")
@creates
@body(say.SettingsBody())
@returns(say.SessionAnswer())
def init_session_of(body: dict[str, Any]) -> ForecastSession:
    """Begin a session, or set the calendar and the time steps of one."""
    return init_session(resources().database, current_actor(), body.pop("sessionId"), body)


@sessions.post("/sessions")
@creates
@body(say.NewSessionBody())
@returns(say.SessionAnswer(), 201)
def create_session(body: dict[str, Any]) -> ForecastSession:
    """Begin a session with a name."""
    wire_id, name = body.pop("sessionId"), body.pop("sessionName")
    return init_session(resources().database, current_actor(), wire_id, body, name)


@sessions.post("/sessions/sample")
@creates
@body(say.SampleBody())
@returns(say.SampleAnswer(), 201)
@fails({400: "There is no such sample."})
def create_from_sample(body: dict[str, Any]) -> dict[str, Any]:
    """Begin a session with files that come with the platform; ``models`` are worth a try."""
    parts, actor, name = resources(), current_actor(), body["sample"]
    folder = parts.settings.home / "tmp"
    session = create_sample(
        parts.database,
        parts.store,
        actor,
        name,
        folder,
        series_reader(),
        called=body["sessionName"],
    )
    sample = SAMPLES[name]()
    return {"wire_id": session.wire_id, "models": sample.models, "training_split": sample.split}


@sessions.post("/create-database-session")
@creates
@body(say.NamedBody())
@returns(say.UuidAnswer())
def create_in_database(body: dict[str, Any]) -> ForecastSession:
    """Begin a session, or name one, and return the server's name of it."""
    actor = current_actor()
    return init_session(resources().database, actor, body["sessionId"], {}, body["sessionName"])


@sessions.post("/finalize-session")
@creates
@body(say.SettingsBody())
@returns(say.FinalizedAnswer())
@fails(MISSING)
def finalize_one_session(body: dict[str, Any]) -> FinalizedSession:
    """Say that all files of a session are there."""
    return finalize_session(resources().database, current_actor(), body.pop("sessionId"), body)


@sessions.get("/list-sessions")
@query(say.SessionListQuery())
@returns(say.SessionListAnswer())
def list_newest(query: dict[str, int]) -> SessionPage:
    """Return the sessions that were changed last."""
    return list_sessions(resources().database, current_actor(), **query)


sessions.get("/sessions", endpoint="list_sessions_too")(list_newest)


@sessions.get("/session/<session_id>")
@returns(say.FolderAnswer())
@fails(MISSING)
def show_folder(session_id: str) -> dict[str, Any]:
    """Return a session with its files by name."""
    return {"session": _shown(session_id)}


@sessions.get("/session/<session_id>/database")
@returns(say.DatabaseAnswer())
@fails(MISSING)
def show_database(session_id: str) -> dict[str, Any]:
    """Return everything that is stored of a session."""
    return {"session": _shown(session_id)}


sessions.get("/sessions/<session_id>", endpoint="show_session")(show_database)


@sessions.get("/status/<session_id>")
@returns(say.StatusAnswer())
@fails(MISSING)
def show_status(session_id: str) -> SessionStatus:
    """Return how far the session's newest job is."""
    return status_of(resources().database, current_actor(), session_id)


sessions.get("/session-status/<session_id>", endpoint="show_status_too")(show_status)


@sessions.get("/get-session-uuid/<session_id>")
@returns(say.UuidAnswer())
@fails(MISSING)
def show_uuid(session_id: str) -> ForecastSession:
    """Return the server's name of a session."""
    return show_session(resources().database, current_actor(), session_id).session


@sessions.post("/session-name-change")
@creates
@body(say.NamedBody())
@returns(say.RenamedAnswer())
@fails(MISSING)
def rename_one_session(body: dict[str, Any]) -> dict[str, Any]:
    """Rename a session."""
    actor = current_actor()
    row = rename_session(resources().database, actor, body["sessionId"], body["sessionName"])
    return {"data": row}


@sessions.post("/session/<session_id>/delete")
@returns(say.DeletedAnswer())
@fails(MISSING | {409: "A model of it still trains."})
def delete_one_session(session_id: str) -> dict[str, Any]:
    """Delete a session with its files and models."""
    parts = resources()
    delete_session(parts.database, parts.store, current_actor(), session_id)
    return {"message": "The session is deleted."}


sessions.delete("/sessions/<session_id>", endpoint="delete_session")(delete_one_session)


@sessions.post("/delete-all-sessions")
@own_body(say.DeleteAllBody())
@form(say.DeleteAllForm())
@returns(say.DeletedAllAnswer())
@fails({409: "A model of one of them still trains."})
async def delete_all_of_mine() -> dict[str, Any]:
    """Delete every session of your own; it must be confirmed, in JSON or in a form."""
    given = dict(await request.form) if request.mimetype in FORMS else await read_json()
    values = load(say.DeleteAllBody(), given, "body")
    return await run_in_thread(_delete_all, values["confirm_delete_all"])


def _delete_all(confirmed: object) -> dict[str, Any]:
    parts = resources()
    deleted = delete_all_sessions(parts.database, parts.store, current_actor(), confirmed=confirmed)
    summary = {
        "database_records_deleted": deleted.records,
        "storage_files_deleted": deleted.objects,
        "local_directories_deleted": 0,
        "local_files_deleted": 0,
    }
    return {"message": "Your sessions are deleted.", "summary": summary, "details": []}


@sessions.post("/save-time-info")
@creates
@body(say.TimeInfoBody())
@returns(say.SessionAnswer())
@fails(MISSING)
def save_time_info(body: dict[str, Any]) -> ForecastSession:
    """Set the calendar of a session."""
    return save_settings(resources().database, current_actor(), body.pop("sessionId"), body)


@sessions.get("/get-time-info/<session_id>")
@returns(say.ObjectAnswer())
@fails(MISSING)
def show_time_info(session_id: str) -> dict[str, Any]:
    """Return the calendar of a session."""
    return {"data": _shown(session_id).time_info}


@sessions.post("/save-zeitschritte")
@creates
@body(say.TimeStepsBody())
@returns(say.SessionAnswer())
@fails(MISSING)
def save_time_steps(body: dict[str, Any]) -> ForecastSession:
    """Set the time steps of a session."""
    return save_settings(resources().database, current_actor(), body.pop("sessionId"), body)


@sessions.post("/save-zeitschritte/<session_id>")
@creates
@body(say.TimeStepsOnlyBody())
@returns(say.SessionAnswer())
@fails(MISSING)
def save_time_steps_of(session_id: str, body: dict[str, Any]) -> ForecastSession:
    """Set the time steps of the session in the address."""
    return save_settings(resources().database, current_actor(), session_id, body)


@sessions.get("/get-zeitschritte/<session_id>")
@returns(say.ObjectAnswer())
@fails(MISSING)
def show_time_steps(session_id: str) -> dict[str, Any]:
    """Return the time steps of a session."""
    return {"data": _shown(session_id).time_steps}


def _shown(session_id: str) -> SessionOverview:
    return show_session(resources().database, current_actor(), session_id)
