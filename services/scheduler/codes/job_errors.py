"""What of a failure is kept in its job: who follows the job has the code."""

from collections.abc import Mapping
from typing import Any

from services.scheduler.codes.codes import ErrorCode
from services.scheduler.codes.errors import AttemptFailed
from services.scheduler.codes.exceptions import code_of_exception

FIELD = "reason"  # not code: fields of that name hold credentials of OAuth, and are blanked


def code_in(error: Mapping[str, Any]) -> ErrorCode | None:
    """Return the code that the error of a job holds, None where it holds none."""
    known = error.get(FIELD)
    return ErrorCode(known) if known in set(ErrorCode) else None


def coded(error: BaseException) -> dict[str, Any]:
    """Return the code of what was raised, and when to come again if the other side said so."""
    known: dict[str, Any] = {FIELD: code_of_exception(error).value}
    if isinstance(error, AttemptFailed):
        if error.retry_after is not None:
            known["retry_after"] = error.retry_after
        if error.reset_at is not None:
            known["reset_at"] = error.reset_at.isoformat()
    return known
