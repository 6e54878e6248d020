"""Every error leaves as one envelope: ``{code, detail, errors?, request_id}`` and its facts."""

from collections.abc import Mapping
from typing import Any

import structlog
from quart import Quart, Response, g, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from app import strict_json
from app.db.outage import is_outage
from app.errors import (
    DiskFailing,
    DiskReadOnly,
    NoRoom,
    RoundhouseError,
    Unauthorised,
    Unavailable,
)
from app.outage_kinds import (
    DISK_FAILING,
    DISK_FULL,
    DISK_READ_ONLY,
    OF_DISKS,
    is_of_disk,
    outage_of,
)
from app.outages import report_failure
from app.storage import StorageUnavailable

log = structlog.get_logger(__name__)

RETRY_SECONDS = 2
SENTENCES = {
    400: "The request cannot be read.",
    404: "There is nothing here.",
    405: "This address does not take that method.",
    408: "The request took too long to arrive.",
    413: "The body is larger than this address takes.",
}
NO_ROOM = {
    DISK_FULL: NoRoom("The disk is full, so nothing was stored. Try again when there is room."),
    DISK_READ_ONLY: DiskReadOnly("The disk can only be read, so nothing was stored."),
    DISK_FAILING: DiskFailing("The disk does not take what is written, so nothing was stored."),
}


def install_error_handlers(app: Quart) -> None:
    """Register the handlers; the last one is the border at which everything is caught."""
    app.register_error_handler(RoundhouseError, _known)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SQLAlchemyError, _database)
    app.register_error_handler(StorageUnavailable, _storage)
    app.register_error_handler(OSError, _disk)
    app.register_error_handler(Exception, _unknown)


async def _known(error: RoundhouseError) -> Response:
    response = envelope(error.status, error.code, error.detail, error.errors, error.facts)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Unauthorised):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


async def _http(error: HTTPException) -> Response:
    status = error.code or 500
    code = "too_large" if isinstance(error, RequestEntityTooLarge) else _code(error.name)
    detail = SENTENCES.get(status, f"{error.name}.")
    response = envelope(status, code, detail)
    allow = getattr(error, "valid_methods", None)
    if allow:
        response.headers["Allow"] = ", ".join(sorted(allow))
    return response


async def _database(error: SQLAlchemyError) -> Response:
    if is_of_disk(error):
        return await _disk(error)
    if not is_outage(error):
        return await _unknown(error)
    report_failure(error, path=request.path)
    return await _later(Unavailable("The database does not answer. Try again in a moment."))


async def _storage(error: StorageUnavailable) -> Response:
    return await (_disk(error) if is_of_disk(error) else _known(error))


async def _disk(error: Exception) -> Response:
    """Answer 507 where a disk took nothing, whoever met it: the database, the objects, a file."""
    outage = outage_of(error)
    if outage not in OF_DISKS:
        return await _unknown(error)
    report_failure(error, path=request.path)
    return await _later(NO_ROOM[outage])


async def _later(error: RoundhouseError) -> Response:
    response = await _known(error)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


async def _unknown(error: Exception) -> Response:
    log.error("request failed", path=request.path, exc_info=error)
    return envelope(500, "internal", "Something broke on our side; the log knows it by request_id.")


def envelope(
    status: int,
    code: str,
    detail: str,
    errors: dict[str, list[str]] | None = None,
    facts: Mapping[str, float] | None = None,
) -> Response:
    """Return the error envelope as a response."""
    content: dict[str, Any] = {**(facts or {}), "code": code, "detail": detail}
    if errors:
        content["errors"] = errors
    content["request_id"] = getattr(g, "request_id", None)
    return Response(strict_json.dump_bytes(content), status=status, content_type="application/json")


def _code(name: str) -> str:
    return name.lower().replace(" ", "_")
