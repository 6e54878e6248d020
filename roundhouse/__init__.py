"""Log a training that runs anywhere to Roundhouse, without ever getting in its way.

    import roundhouse

    run = roundhouse.init(name="baseline", params={"lr": 0.1})
    run.log({"train_loss": 0.3})
    run.finish()

What is logged goes to a spool on the disk first and to the platform from a thread. A platform
that is away changes nothing for the training: ``python -m roundhouse sync DIR`` sends the spool
later. This package needs the standard library and httpx.
"""

import multiprocessing
import os
from collections.abc import Mapping
from typing import Any

from roundhouse.begin import init
from roundhouse.errors import StopRequested, warn
from roundhouse.run import Run

__all__ = ["Run", "StopRequested", "finish", "init", "log"]


def log(metrics: Mapping[str, Any], step: int | None = None) -> None:
    """Log metrics to the run that ``init`` began last; without one nothing happens."""
    if Run.current is None:
        warn(_why_nothing_is_logged())
        return
    Run.current.log(metrics, step)


def _why_nothing_is_logged() -> str:
    if multiprocessing.parent_process() is None:
        return "nothing is logged: call roundhouse.init() first"
    name = f"{multiprocessing.current_process().name} (process {os.getpid()})"
    return (
        f"{name} was started by the script and has no run, so nothing that it logs is kept: log "
        "in the process that called roundhouse.init(), or call it here for a run of its own"
    )


def finish(status: str = "completed") -> None:
    """End the run that ``init`` began last."""
    if Run.current is not None:
        Run.current.finish(status)
