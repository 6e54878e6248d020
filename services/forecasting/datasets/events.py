"""What the dataset job of a session reports on the session's topic."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from app.events import A_MINUTE, Progress


@dataclass(frozen=True, kw_only=True)
class DatasetStatusUpdate(Progress):
    """How far the datasets of a session are: ``progress`` in percent, never going back.

    ``status`` is processing, completed or failed; ``message`` a key of the pages' texts that says
    what is being done, ``detail`` the reason of a failure. ``job_state`` is the engine's word.
    """

    type: ClassVar[str] = "dataset_status_update"
    kept_for: ClassVar[timedelta | None] = A_MINUTE  # the topic of a session is never over
    session_id: str
    progress: float
    step: str
    status: str
    message: str
    job_state: str
    eta_seconds: float | None = None
    detail: str | None = None
