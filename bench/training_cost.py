"""What Roundhouse adds to a training: the same one bare and through a worker, at the same time.

Each has one thread, so two cores carry both, and what else the machine does slows both alike. The
wall clock of Roundhouse runs from the request to the end of its job: queue, fork, data, every
epoch stored with its checkpoint and events, results kept. Both are warm: libraries are imported.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import psutil
from sqlalchemy import select

from app.auth.actor import Actor
from app.models import Job
from app.models.event import EventRow
from app.resources import Resources, open_resources
from app.settings import Settings
from bench.figures import Figure, at_most
from bench.private import private_settings
from harness.eventually import eventually
from harness.site import Site
from services.datasets.builtin_rows import ensure_builtin_datasets
from services.domains import OBSERVERS
from services.runs.create import StartRequest, start_run
from services.runs.training.config.config import TrainingConfig
from services.runs.training.config.presets import preset

MAX_RATIO = 1.10
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
WARM_UP = 2
MAX_SECONDS = 3600.0  # of one training
PRESETS = {"centralized": "digits_cnn", "federated": "digits_federated_cnn"}
WIDTHS = [96, 192]  # an epoch of digits then takes about half a second
STEPS = {"centralized": "epochs", "federated": "num_rounds"}
TITLES = {"centralized": "Lightning", "federated": "Flower"}


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one training took."""

    seconds: float
    cpu: float
    phases: dict[str, float]


def measure(seconds: float = 60.0) -> Iterator[Figure]:
    """Yield the ratios of both modes, for a bare run of at least ``seconds``."""
    with private_settings(ROUNDHOUSE_TRAIN_WORKERS="1") as settings:
        bench = Through(settings)
        try:
            for mode in PRESETS:
                yield from _compare(mode, seconds, bench)
        finally:
            bench.close()


def _compare(mode: str, seconds: float, bench: "Through") -> list[Figure]:
    steps = _steps_for(mode, seconds)
    config = _config(mode, steps)
    with Bare(mode, config) as script:
        script.go()
        ours = bench.train(mode, config)
        bare = script.cost()
    title = TITLES[mode]
    note = f"{steps} {STEPS[mode].replace('num_', '')}, bare {bare.seconds:.1f} s"
    each = (ours.seconds - bare.seconds) / steps * 1000
    figures = [
        at_most(f"{title}: wall, ours / bare", ours.seconds / bare.seconds, MAX_RATIO, "×", note),
        Figure(name=f"{title}: processor, ours / bare", value=ours.cpu / bare.cpu, unit="×"),
        Figure(name=f"{title}: added to each step", value=each, unit="ms"),
    ]
    rest = [Figure(name=f"  {name}", value=value, unit="s") for name, value in ours.phases.items()]
    return [*figures, *rest]


def _steps_for(mode: str, seconds: float) -> int:
    """Return how many epochs or rounds a bare run of ``seconds`` has on this machine now."""
    few, more = (_alone(mode, _config(mode, steps)) for steps in (WARM_UP, 4 * WARM_UP))
    each = seconds_of_a_step(few, more, 3 * WARM_UP)
    return max(4 * WARM_UP, round(seconds * 1.1 / each))


def seconds_of_a_step(few: Cost, more: Cost, steps: int) -> float:
    """Return what a step takes, from two runs of which the second has ``steps`` more.

    Where the machine did other things during the first, that one may have taken longer than the
    second; the processor's seconds know nothing of that.
    """
    return max(more.seconds - few.seconds, more.cpu - few.cpu) / steps


def wait_for_children(*workers: int) -> None:
    """Return when the workers with these ids have no child: what it computed is theirs then."""
    eventually(lambda: not any(psutil.Process(pid).children() for pid in workers))


def _config(mode: str, steps: int) -> dict[str, Any]:
    config = {
        **preset(PRESETS[mode]).config,
        STEPS[mode]: steps,
        "hidden_sizes": WIDTHS,
        "torch_threads": 1,
    }
    if mode == "centralized":
        config["early_stopping_patience"] = 0
    return config


def _alone(mode: str, config: dict[str, Any]) -> Cost:
    with Bare(mode, config) as script:
        script.go()
        return script.cost()


class Bare:
    """The plain script in a process of its own, which waits for the word to begin."""

    def __init__(
        self, subject: str, config: dict[str, Any], module: str = "bench.bare_training"
    ) -> None:
        self._complaints = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the script
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, subject, json.dumps(config)],
            env={**os.environ, **ENVIRONMENT},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
        )

    def __enter__(self) -> Self:
        """Wait until its libraries are imported."""
        self._read()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
        self._complaints.close()

    def go(self) -> None:
        """Let it begin."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def cost(self) -> Cost:
        """Wait for its end."""
        answer = json.loads(self._read())
        return Cost(seconds=answer["seconds"], cpu=answer["cpu"], phases={})

    def _read(self) -> str:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):
                return line
        self._complaints.seek(0)
        raise RuntimeError(f"the plain script broke: {self._complaints.read()[-2000:]}")


class Through:
    """A warm worker that trains what the service starts, as the platform does."""

    def __init__(self, settings: Settings) -> None:
        self._resources: Resources = open_resources(settings, OBSERVERS, pool_size=2)
        ensure_builtin_datasets(self._resources.database)
        owner = Site(settings).user()
        self._actor = Actor(user_id=owner.id, role="member", name=owner.name, via="session")
        self._worker = subprocess.Popen(
            [sys.executable, "-m", "workers", "--queue", "train", "--parent", str(os.getpid())],
            env={**os.environ, **settings.environment(), **ENVIRONMENT},
        )
        for mode in PRESETS:
            self.train(mode, _config(mode, WARM_UP))

    def close(self) -> None:
        self._worker.kill()
        self._worker.wait()
        self._resources.close()

    def train(self, mode: str, config: dict[str, Any]) -> Cost:
        """Start a run and wait for its end."""
        TrainingConfig.from_mapping(config)
        request = StartRequest(
            mode=mode, dataset="digits", experiment_name="measured", config=config
        )
        cpu, began, at = self._cpu(), time.monotonic(), time.time()
        started = start_run(self._resources.database, self._actor, request)
        job = self._wait(started.job_id)
        seconds = time.monotonic() - began
        wait_for_children(self._worker.pid)
        phases = self._phases(started.run_id, job, at)
        return Cost(seconds=seconds, cpu=self._cpu() - cpu, phases=phases)

    def _wait(self, job_id: int) -> Job:
        def ended() -> Job | None:
            with self._resources.database.read() as session:
                job = session.get_one(Job, job_id)
            return job if job.finished_at is not None else None

        job = eventually(ended, MAX_SECONDS, every=0.05)
        if job is None or job.state != "succeeded":
            raise RuntimeError(f"the training ended {job and job.state}: {job and job.error}")
        return job

    def _cpu(self) -> float:
        times = psutil.Process(self._worker.pid).cpu_times()
        return times.children_user + times.children_system

    def _phases(self, run_id: int, job: Job, began: float) -> dict[str, float]:
        """Return how long each part took, from the run's own events."""
        query = select(EventRow.type, EventRow.at).where(EventRow.topic == f"run:{run_id}")
        with self._resources.database.read() as session:
            rows = session.execute(query.order_by(EventRow.seq)).all()
        steps = [at.timestamp() for kind, at in rows if kind in ("epoch_end", "round_end")]
        first = next(at.timestamp() for kind, at in rows if kind in ("epoch_start", "round_start"))
        if job.started_at is None or job.finished_at is None:
            raise RuntimeError("the job has no times")
        return {
            "request → claimed": job.started_at.timestamp() - began,
            "claimed → first step": first - job.started_at.timestamp(),
            "first step → last step stored": steps[-1] - first,
            "last step stored → finished": job.finished_at.timestamp() - steps[-1],
        }
