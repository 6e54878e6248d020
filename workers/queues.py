"""The queues, and who does the jobs of which kind: as the domains declare it."""

from collections.abc import Mapping
from importlib import import_module

from app.later import load_all
from app.process import importing
from app.resources import Resources
from services.domains import JOBS
from workers.attempt import Attempt
from workers.runtime import Handler


def loading(handler: str) -> Handler:
    """Return a handler that imports ``module:function``: in the child that does the job."""

    def handle(attempt: Attempt, resources: Resources) -> None:
        path, _, function = handler.partition(":")
        with importing():
            module = import_module(path)
        getattr(module, function)(attempt, resources)

    return handle


HANDLERS: Mapping[str, Handler] = {
    name: loading(job.handler) for name, job in JOBS.items() if job.handler is not None
}


def preload(queue: str) -> None:
    """Import what is heavy in the parent, once; it must never compute with it.

    A forked child shares the imported pages. But once torch has computed in the parent, its
    thread pool exists and every child would wait for threads that it does not have.
    """
    load_all()
    with importing():
        for job in JOBS.values():
            if job.queue == queue:
                for module in job.preload:
                    import_module(module)
