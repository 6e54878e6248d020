"""The errors that people may see: each with a stable code, an HTTP status and a sentence.

They know no HTTP library; ``app.http.errors`` turns them into the one error envelope.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

FieldErrors = Mapping[str, Sequence[str]]


class RoundhouseError(Exception):
    """Something a person can act on. ``detail`` names the value and what would be right.

    ``facts`` are numbers for machines, beside the sentence that has them for people.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    facts: Mapping[str, float] = {}
    retry_after: int | None = None  # seconds, where waiting helps

    def __init__(self, detail: str, *, errors: FieldErrors | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = {field: list(messages) for field, messages in (errors or {}).items()}


class BadRequest(RoundhouseError):
    """The request cannot be read at all."""

    code = "bad_request"
    status = 400


class Unauthorised(RoundhouseError):
    """Nobody is signed in, or the credential is not valid any more."""

    code = "unauthorised"
    status = 401


class Forbidden(RoundhouseError):
    """The caller may see the resource but not do this to it."""

    code = "forbidden"
    status = 403


class NotFound(RoundhouseError):
    """It does not exist, or it is not the caller's to see: the two look the same."""

    code = "not_found"
    status = 404


class Conflict(RoundhouseError):
    """The resource is in a state in which this cannot be done."""

    code = "conflict"
    status = 409


class TooLarge(RoundhouseError):
    """More bytes than the setting allows."""

    code = "too_large"
    status = 413


class Invalid(RoundhouseError):
    """The request was understood and is wrong; ``errors`` says where and what would be right."""

    code = "invalid"
    status = 422


class ComeAgain(RoundhouseError):
    """Not now; ``retry_after`` says in how many seconds."""

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class TooMany(ComeAgain):
    """Too many attempts in too short a time."""

    code = "too_many_requests"
    status = 429


class NoRoom(RoundhouseError):
    """A disk of the platform has no room; what was acknowledged is safe."""

    code = "disk_full"
    status = 507


class DiskReadOnly(RoundhouseError):
    """A disk of the platform can only be read."""

    code = "disk_read_only"
    status = 507


class DiskFailing(RoundhouseError):
    """A disk of the platform answers with errors."""

    code = "disk_failing"
    status = 507


class Busy(ComeAgain):
    """There is no room for this at the moment."""

    code = "busy"
    status = 503


class Unavailable(RoundhouseError):
    """A part of the platform that this needs is away for the moment."""

    code = "unavailable"
    status = 503
