"""What of a failure is kept in its job: who follows the job has the code."""

from typing import Any

from services.scheduler.codes.errors import AttemptFailed
from services.scheduler.codes.exceptions import code_of_exception


def coded(error: BaseException) -> dict[str, Any]:
    """Return the code of what was raised, and when to come again if the other side said so."""
    known: dict[str, Any] = {"code": code_of_exception(error).value}
    if isinstance(error, AttemptFailed):
        if error.retry_after is not None:
            known["retry_after"] = error.retry_after
        if error.reset_at is not None:
            known["reset_at"] = error.reset_at.isoformat()
    return known
