"""The queues, what each is for, and who does the jobs of which kind."""

import resource
from collections.abc import Mapping
from importlib import import_module

from app.process import cap
from app.resources import Resources
from services.runs.training.ports import TrainingEngine
from workers.attempt import Attempt
from workers.runtime import Handler

QUEUES = ("train", "io")
MOST_MEMORY = 4 * 1024**3  # bytes of addresses of a work-horse that reads a foreign file


def train_run(attempt: Attempt, resources: Resources) -> None:
    """Train the run that the job is about."""
    from services.datasets.load import load_training_data
    from services.runs.training.train import train_run as train

    run_id = int(attempt.claim.subject.removeprefix("run:"))
    train(
        run_id,
        attempt,
        resources.database,
        resources.store,
        _engine(resources, run_id),
        lambda dataset, store, config: load_training_data(
            dataset, store, image_size=config.img_size, color_mode=config.color_mode
        ),
    )


def _engine(resources: Resources, run_id: int) -> TrainingEngine:
    """Return what trains the run: this process alone, or the sites of its federation."""
    from services.federations.participants import participants_of_run

    participants = participants_of_run(resources.database, resources.settings.home, run_id)
    if participants is None:
        from services.runs.training.engine import LightningFlowerEngine

        return LightningFlowerEngine()
    from services.federations.engine.train import SitesEngine

    return SitesEngine(participants)


def import_runs(attempt: Attempt, resources: Resources) -> None:
    """Read the file of the import that the job is about.

    The work-horse does nothing else, so its memory can be bounded: files are not trusted.
    """
    from services.imports.job_sync import import_id_of
    from services.imports.work import import_runs as work

    cap(resource.RLIMIT_AS, MOST_MEMORY)
    import_id = import_id_of(attempt.claim.subject)
    folder = resources.settings.home / "tmp"
    work(import_id, attempt, resources.database, resources.store, folder)


HANDLERS: Mapping[str, Handler] = {"train_run": train_run, "import_runs": import_runs}


PRELOADED = {"train": ("services.runs.training.engine.preload", "services.datasets.builtin_loader")}


def preload(queue: str) -> None:
    """Import what is heavy in the parent, once; it must never compute with it.

    A forked child shares the imported pages. But once torch has computed in the parent, its
    thread pool exists and every child would wait for threads that it does not have.
    """
    for module in PRELOADED.get(queue, ()):
        import_module(module)
