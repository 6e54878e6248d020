"""The socket events of forecasting sessions, in the words of the contract (section 7).

A room is what one socket has joined, under the name that its client has for the session. Its
events are translated out of the numbered ones (``live_words``), beginning with how things stand.
"""

from collections.abc import Mapping
from typing import Any

from app.auth.policy import OWN, READS
from app.clock import now
from app.errors import Invalid, RoundhouseError
from app.http.threads import run_in_thread
from app.realtime.extension import Connection, Emission, Payload, SocketEvent
from blueprints.forecasting.live_session import SessionWatcher
from blueprints.forecasting.live_words import RunTranslation, of_datasets
from services.forecasting.live import (
    FilesState,
    datasets_state,
    files_state,
    live_session,
    state_of,
)
from services.forecasting.status import status_of
from services.uploads.progress import upload_progress

MAX_ROOMS = 5  # sessions that one socket follows
ROOMS = "forecasting_rooms"


async def join_training_session(connection: Connection, request: Any) -> None:
    """Follow a session; joining again says once more how it stands."""
    name = _session_id(request)
    session = await run_in_thread(
        live_session, connection.resources.database, connection.actor, name
    )
    rooms = _rooms(connection)
    _leave(connection, name)
    if len(rooms) >= MAX_ROOMS:
        raise Invalid(f"One socket may follow {MAX_ROOMS} sessions: leave one of them.")
    watcher = SessionWatcher(connection, name, session.session_id)
    rooms[name] = watcher
    await connection.emit(
        "training_session_joined",
        {
            "status": "joined",
            "session_id": name,
            "room": _room(name),
            "message": "The events of this session follow.",
        },
    )
    try:
        await connection.watch(watcher.topic, watcher)
    except RoundhouseError:
        _leave(connection, name)
        raise


async def leave_training_session(connection: Connection, request: Any) -> None:
    """Follow a session no more."""
    name = _session_id(request)
    _leave(connection, name)
    left = {"status": "left", "session_id": name, "room": _room(name)}
    await connection.emit("training_session_left", left)


async def request_training_status(connection: Connection, request: Any) -> None:
    """Say once how the models stand that train, or how the session does where none trains."""
    name, database = _session_id(request), connection.resources.database
    session = await run_in_thread(live_session, database, connection.actor, name)
    live = [model for model in session.models if model.is_live]
    for model in reversed(live):
        translation = RunTranslation(name, model.run_id, model.mode)
        state = await run_in_thread(state_of, database, model.run_id, translation.TYPES)
        translation.catch_up(state.events)
        await connection.emit(*translation.moved())
    if live:
        return
    status = await run_in_thread(status_of, database, connection.actor, name)
    await connection.emit(
        "training_status_update",
        {
            "session_id": name,
            "status": status.status,
            "message": status.message,
            "last_updated": (status.completed_at or session.updated_at).isoformat(),
            "models_trained": session.trained,
        },
    )


async def request_dataset_status(connection: Connection, request: Any) -> None:
    """Say how far the datasets of a session are; before they are built, how many files are read."""
    name, database = _session_id(request), connection.resources.database
    session = await run_in_thread(live_session, database, connection.actor, name)
    said = (await run_in_thread(datasets_state, database, session.session_id)).events
    if said:
        await connection.emit(*of_datasets(name, said[-1]["data"]))
        return
    state = await run_in_thread(files_state, connection.resources.database, connection.actor, name)
    await connection.emit("dataset_status_update", {"session_id": name, **_files(state)})


async def join_upload_room(connection: Connection, request: Any) -> None:
    """Say how far an upload is; the answers to its parts say the rest."""
    await connection.emit("joined_room", await _upload_state(connection, request))


async def join_upload(connection: Connection, request: Any) -> None:
    """Say the same under the contract's shorter name."""
    await connection.emit("status", await _upload_state(connection, request))


async def _upload_state(connection: Connection, request: Any) -> Payload:
    upload_id = _text(request, "uploadId")
    database = connection.resources.database
    progress = await run_in_thread(upload_progress, database, connection.actor, upload_id)
    done = progress.received / progress.length if progress.length else 0.0
    return {
        "uploadId": upload_id,
        "status": progress.state,
        "received_bytes": progress.received,
        "total_bytes": progress.length,
        "progress": round(100 * done, 2),
    }


async def leave_upload_room(connection: Connection, request: Any) -> None:
    """Leave an upload."""
    await connection.emit("left_room", {"uploadId": _text(request, "uploadId")})


def _rooms(connection: Connection) -> dict[str, SessionWatcher]:
    rooms: dict[str, SessionWatcher] = connection.notes.setdefault(ROOMS, {})
    return rooms


def _leave(connection: Connection, name: str) -> None:
    watcher = _rooms(connection).pop(name, None)
    if watcher is not None:
        watcher.end()


def _room(name: str) -> str:
    return f"training_{name}"


def _session_id(request: Any) -> str:
    return _text(request, "session_id")


def _text(request: Any, field: str) -> str:
    value = request.get(field) if isinstance(request, Mapping) else None
    if not isinstance(value, str) or not 1 <= len(value) <= 100:
        raise Invalid(f"Send {{{field}}}: the id, a text of at most 100 characters.")
    return value


def _files(state: FilesState) -> Payload:
    share = state.ready / state.total if state.total else 0.0
    is_done = state.total > 0 and state.ready == state.total
    return {
        "progress": round(100 * share, 1),
        "step": "read_files",
        "status": "failed" if state.refused else "completed" if is_done else "processing",
        "message": f"{state.ready} of {state.total} series are read.",
        "eta_seconds": 0.0 if is_done else None,
    }


class Refusal:
    """Puts a refusal into the event that the contract has for it."""

    def __init__(self, name: str, field: str = "session_id") -> None:
        self._name, self._field = name, field

    def __call__(self, request: Any, error: RoundhouseError) -> Emission:
        """Return the event; the id is the client's own word, cut to a usual length."""
        value = request.get(self._field) if isinstance(request, Mapping) else None
        return self._name, {
            self._field: value[:100] if isinstance(value, str) else None,
            "status": "error",
            "code": error.code,
            "error": error.detail,
            "message": error.detail,
            "timestamp": now().isoformat(),
        }


SOCKET_EVENTS = (
    SocketEvent(
        name="join_training_session",
        rule=READS,
        answer=join_training_session,
        refuse=Refusal("training_session_error"),
    ),
    SocketEvent(
        name="leave_training_session",
        rule=OWN,
        answer=leave_training_session,
        refuse=Refusal("training_session_error"),
    ),
    SocketEvent(
        name="request_training_status",
        rule=READS,
        answer=request_training_status,
        refuse=Refusal("training_status_error"),
    ),
    SocketEvent(
        name="request_dataset_status",
        rule=READS,
        answer=request_dataset_status,
        refuse=Refusal("dataset_status_error"),
    ),
    SocketEvent(
        name="join_upload_room",
        rule=READS,
        answer=join_upload_room,
        refuse=Refusal("upload_error", "uploadId"),
    ),
    SocketEvent(
        name="leave_upload_room",
        rule=OWN,
        answer=leave_upload_room,
        refuse=Refusal("upload_error", "uploadId"),
    ),
    SocketEvent(
        name="join",
        rule=READS,
        answer=join_upload,
        refuse=Refusal("upload_error", "uploadId"),
    ),
    SocketEvent(
        name="leave",
        rule=OWN,
        answer=leave_upload_room,
        refuse=Refusal("upload_error", "uploadId"),
    ),
)
