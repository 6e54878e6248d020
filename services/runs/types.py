"""What the use cases of runs hand to each other and to their callers."""

from dataclasses import dataclass
from typing import Self

from app.models.job import Job
from app.models.run import Run


@dataclass(frozen=True, kw_only=True)
class RunState:
    """Where a run and its newest job stand after a change."""

    run_id: int
    status: str
    job: Job | None

    @classmethod
    def of(cls, run: Run, job: Job | None) -> Self:
        """Return the state of ``run``, which follows ``job``."""
        return cls(run_id=run.id, status=run.status, job=job)
