"""What the failure of a job says of its cause, without credentials, paths and statements."""

from sqlalchemy.exc import DBAPIError

from app.errors import RoundhouseError
from app.log_secrets import blank_text
from app.models.job import Job
from services.scheduler.causes.cause import Failure
from services.scheduler.causes.frames import raising_frame_of
from services.scheduler.codes.codes import ErrorCode
from services.scheduler.codes.raised import Raised, WorkerEnd

POISON = "poison"
MAX_MESSAGE = 4000  # characters that are kept of what was raised: half at each end


def failure_of(job: Job, error: BaseException | None) -> Failure:
    """Return what is known of the failure of a job; ``error`` is None where nothing was raised."""
    if error is None:
        return Failure(kind=job.kind, raised=_reported(job), text=detail_of(job))
    return Failure(
        kind=job.kind,
        raised=Raised.from_exception(error),
        text=_short(blank_text(_message(error))),
        frame=raising_frame_of(error),
    )


def detail_of(job: Job) -> str:
    """Return the sentence that pages show of a failed job."""
    return _short(blank_text(str((job.error or {}).get("detail", ""))))


def _reported(job: Job) -> Raised:
    """Return what ended a job that raised nothing itself."""
    word = str((job.error or {}).get("type", "unknown"))
    if word == POISON:
        return Raised.from_worker(WorkerEnd.DIED)
    return Raised(type=word, code=ErrorCode.INTERNAL)


def _message(error: BaseException) -> str:
    """Return the words of an exception; of one of a database not the statement."""
    if isinstance(error, DBAPIError):
        return str(error.orig).partition("\n")[0]
    return error.detail if isinstance(error, RoundhouseError) else str(error)


def _short(text: str) -> str:
    half = MAX_MESSAGE // 2
    return text if len(text) <= MAX_MESSAGE else f"{text[:half]}\n{text[-half:]}"
