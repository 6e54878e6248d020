"""What Roundhouse adds to a model of a session, and what a second worker brings.

The same LSTM is trained bare and through a worker at the same time, each with one thread, so that
what else the machine does slows both alike. Ours begins with the request and ends with its job:
queue, fork, windows, every epoch stored with checkpoint and events, evaluation, the model to take
away. Then eight models are trained by one worker, and by two.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from safetensors.numpy import save_file
from sqlalchemy import select

from app.auth.credentials import actor_of_session
from app.models import Job
from app.models.forecasting import SessionModel
from app.resources import open_resources
from app.settings import Settings
from bench.figures import Figure, at_most
from bench.private import private_settings
from bench.training_cost import ENVIRONMENT, Bare, Cost, seconds_of_a_step, wait_for_children
from harness.eventually import eventually
from harness.site import Site
from services.domains import OBSERVERS
from services.forecasting.files.reading import read_in_child
from services.forecasting.models.families import read_settings
from services.forecasting.samples.create import create_sample
from services.forecasting.training.prepare import prepare
from services.forecasting.training.start import TrainingRequest, start_training

MAX_RATIO, MAX_SHARE = 1.05, 0.6
WARM_UP, MODELS = 2, 8
MAX_SECONDS = 3600.0  # of all trainings
LSTM = {"MODE": "LSTM", "LAY": 2, "N": 128, "ACTF": "tanh", "patience": 0}
SPLIT = {"gap": True}


def measure(seconds: float = 60.0) -> list[Figure]:
    """Return the ratios, for a bare run of at least ``seconds``."""
    with private_settings(ROUNDHOUSE_TRAIN_WORKERS="1") as settings:
        bench = SessionBench(settings)
        try:
            bench.start_worker()
            bench.train([_epochs(WARM_UP)])  # warm: its libraries are imported
            arrays = bench.write_windows()
            each = _seconds_of_an_epoch(arrays)
            compared = _compare(bench, arrays, _number(seconds, each))
            return [*compared, *_workers(bench, _number(seconds / 10, each))]
        finally:
            bench.close()


def _compare(bench: "SessionBench", arrays: Path, epochs: int) -> list[Figure]:
    with _bare(arrays, epochs) as script:
        script.go()
        ours = bench.train([_epochs(epochs)])
        bare = script.cost()
    note = f"LSTM, {epochs} epochs, bare {bare.seconds:.1f} s"
    ratio = ours.seconds / bare.seconds
    return [
        at_most("Session model: wall, ours / bare", ratio, MAX_RATIO, "×", note),
        Figure(name="Session model: processor, ours / bare", value=ours.cpu / bare.cpu, unit="×"),
    ]


def _workers(bench: "SessionBench", epochs: int) -> list[Figure]:
    """Return what eight models take with two workers, against one."""
    models = [_epochs(epochs)] * MODELS
    one = bench.train(models)
    bench.start_worker()
    bench.train([_epochs(WARM_UP)] * 2)
    two = bench.train(models)
    note = f"{two.seconds:.1f} s against {one.seconds:.1f} s, {os.cpu_count()} cores"
    cpu = f"{two.cpu:.1f} s against {one.cpu:.1f} s"
    share = two.seconds / one.seconds
    return [
        at_most(f"{MODELS} models on two workers / on one", share, MAX_SHARE, "×", note),
        Figure(name="  the same in processor time", value=two.cpu / one.cpu, unit="×", note=cpu),
    ]


def _epochs(number: int) -> dict[str, Any]:
    return {**LSTM, "EP": number}


def _number(seconds: float, each: float) -> int:
    """Return how many epochs take ``seconds``, at least a few."""
    return max(WARM_UP, round(seconds * 1.1 / each))


def _seconds_of_an_epoch(arrays: Path) -> float:
    """Return what a bare epoch takes on this machine now."""
    few, more = (_alone(arrays, number) for number in (WARM_UP, 3 * WARM_UP))
    return seconds_of_a_step(few, more, 2 * WARM_UP)


def _alone(arrays: Path, epochs: int) -> Cost:
    with _bare(arrays, epochs) as script:
        script.go()
        return script.cost()


def _bare(arrays: Path, epochs: int) -> Bare:
    settings = read_settings(_epochs(epochs)).as_mapping()
    return Bare(str(arrays), dict(settings), "bench.bare_forecast")


class SessionBench:
    """A session of the sample, and workers that train its models."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._resources = open_resources(settings, OBSERVERS, pool_size=2)
        self._database, self._store = self._resources.database, self._resources.store
        user = Site(settings).user()
        self._actor = actor_of_session(0, user.id, user.role, user.name)
        made = create_sample(
            self._database, self._store, self._actor, "load", settings.home / "tmp", read_in_child
        )
        self._wire_id = made.wire_id
        self._workers: list[subprocess.Popen[bytes]] = []

    def close(self) -> None:
        """End the workers."""
        for worker in self._workers:
            worker.kill()
            worker.wait()
        self._resources.close()

    def start_worker(self) -> None:
        """Start one more worker of the queue."""
        command = [sys.executable, "-m", "workers", "--queue", "train"]
        self._workers.append(
            subprocess.Popen(
                [*command, "--parent", str(os.getpid())],
                env={**os.environ, **self._settings.environment(), **ENVIRONMENT},
            )
        )

    def train(self, models: Sequence[Mapping[str, Any]]) -> Cost:
        """Train the models and wait for the last of them."""
        request = TrainingRequest(models=models, split=SPLIT)
        cpu, began = self._cpu(), time.monotonic()
        started = start_training(self._database, self._actor, self._wire_id, request)
        eventually(lambda: self._ended(started.job_ids), MAX_SECONDS, every=0.05)
        seconds = time.monotonic() - began
        wait_for_children(*(worker.pid for worker in self._workers))
        return Cost(seconds=seconds, cpu=self._cpu() - cpu, phases={})

    def _ended(self, job_ids: Sequence[int]) -> bool:
        with self._database.read() as session:
            jobs = session.scalars(select(Job).where(Job.id.in_(job_ids))).all()
        wrong = [job.error for job in jobs if job.finished_at and job.state != "succeeded"]
        if wrong:
            raise RuntimeError(f"a training ended with {wrong}")
        return all(job.finished_at is not None for job in jobs)

    def _cpu(self) -> float:
        times = [psutil.Process(worker.pid).cpu_times() for worker in self._workers]
        return float(sum(one.children_user + one.children_system for one in times))

    def write_windows(self) -> Path:
        """Write the scaled windows of the session with the rows of each block; return the file."""
        with self._database.read() as session:
            plan = session.scalars(select(SessionModel.plan)).first()
        assert plan is not None, "a model must have been started"
        prepared = prepare(plan, self._store)
        everything = np.arange(prepared.windows.n)
        blocks = {name: prepared.block(name).samples for name in ("train", "validation", "test")}
        path = self._settings.home / "windows.safetensors"
        arrays = {
            "X": np.ascontiguousarray(prepared.scaled.inputs(everything), np.float32),
            "Y": np.ascontiguousarray(prepared.scaled.outputs(everything), np.float32),
        }
        save_file({**arrays, **blocks}, path)
        return path
