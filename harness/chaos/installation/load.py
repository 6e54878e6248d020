"""What people write meanwhile, and what was answered: runs, points, files, uploads, executions."""

import hashlib
import random
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from harness.chaos.installation.client import Refused, RepeatingClient, WritingStopped

MAX_BYTES = 200_000
ROWS = 40
NAMES = 3  # of files of one run: each is replaced again and again
TUS = {"Tus-Resumable": "1.0.0"}
BYTES = TUS | {"Content-Type": "application/offset+octet-stream"}
REST_SECONDS = 0.1
TRAINING = {"dataset": "breast_cancer", "config": {"epochs": 2}}


@dataclass
class Acknowledged:
    """What was answered with success: it must be there for ever, once."""

    runs: dict[int, str] = field(default_factory=dict)  # id: name
    points: dict[int, int] = field(default_factory=dict)  # run: how many
    files: dict[tuple[int, str], str] = field(default_factory=dict)  # (run, name): SHA-256
    datasets: set[int] = field(default_factory=set)
    uploads: dict[str, str] = field(default_factory=dict)  # id: SHA-256
    executions: set[int] = field(default_factory=set)
    trainings: set[int] = field(default_factory=set)
    benchmarks: set[int] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)

    @property
    def writes(self) -> int:
        """Return how many writes were acknowledged."""
        return (
            len(self.runs)
            + sum(self.points.values())
            + len(self.files)
            + len(self.datasets)
            + len(self.uploads)
            + len(self.executions)
            + len(self.trainings)
            + len(self.benchmarks)
        )


class RepeatingWriter:
    """One program that writes one thing after the other, in a thread."""

    def __init__(self, url: str, token: str, seed: int, *, with_jobs: bool = False) -> None:
        self.acknowledged = Acknowledged()
        self._over, self._left = threading.Event(), threading.Event()
        self.client = RepeatingClient(url, token, self._left.is_set)
        self._chance = random.Random(seed)
        self._number = seed
        self._schedule: int | None = None
        self.acts = ACTS | (JOBS if with_jobs else {})
        self.current = ""  # what is written now
        self._thread = threading.Thread(target=self._go_on, daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def finish(self, seconds: float) -> None:
        """End with what is on its way, or leave it after ``seconds``."""
        self._over.set()
        self._thread.join(seconds)
        self._left.set()
        self._thread.join()
        self.client.close()

    def _go_on(self) -> None:
        while not self._over.is_set():
            weights = [weight for _, weight in self.acts.values()]
            act = self.current = self._chance.choices(list(self.acts), weights)[0]
            try:
                self.acts[act][0](self)
            except Refused as error:
                self.acknowledged.refused.append(f"{act}: {error}")
            except WritingStopped:
                return
            self.current = ""
            self._over.wait(REST_SECONDS)

    def _write(self, path: str, **options: Any) -> Any:
        return self.client.write("POST", path, **options).json()

    def start_run(self) -> int:
        """Begin a run that is logged from outside."""
        name = f"chaos {self._number} {len(self.acknowledged.runs)}"
        body = {"name": name, "heartbeat_seconds": None}
        run = int(self._write("/api/runs", json=body)["id"])
        self.acknowledged.runs[run] = name
        return run

    def _run(self) -> int:
        runs = list(self.acknowledged.runs)
        return self._chance.choice(runs) if runs else self.start_run()

    def send_point(self) -> None:
        """Send the next point of a run."""
        run = self._run()
        step = self.acknowledged.points.get(run, 0)
        series = [{"name": "loss", "steps": [step], "values": [1.0 / (step + 1)]}]
        self._write(f"/api/runs/{run}/series", json={"batch_id": f"b{step}", "series": series})
        self.acknowledged.points[run] = step + 1

    def keep_file(self) -> None:
        """Keep a file, in the place of an older one of its name."""
        run, name = self._run(), f"model-{self._chance.randrange(NAMES)}"
        data = self._chance.randbytes(self._chance.randrange(1, MAX_BYTES))
        files = {"file": (name, data, "application/octet-stream")}
        shown = self._write(f"/api/runs/{run}/artifacts", files=files)
        self.acknowledged.files[(run, str(shown["name"]))] = hashlib.sha256(data).hexdigest()

    def make_dataset(self) -> None:
        """Make a dataset of a table."""
        lines = [f"{self._chance.random()},{row % 2}" for row in range(ROWS)]
        table = "\n".join(["a,Target", *lines]).encode()
        about = {"kind": "table", "name": f"table {secrets.token_hex(4)}"}
        files = {"file": ("table.csv", table, "text/csv")}
        self.acknowledged.datasets.add(
            int(self._write("/api/datasets", files=files, data=about)["id"])
        )

    def upload(self) -> None:
        """Send a file by tus, from where the platform says that it is."""
        data = self._chance.randbytes(self._chance.randrange(1, MAX_BYTES))
        begin = {**TUS, "Upload-Length": str(len(data))}
        path = self.client.write("POST", "/api/uploads", headers=begin).headers["Location"]
        offset = 0
        while offset < len(data):
            shown = self.client.ask("HEAD", path, headers=TUS)
            offset = int(shown.headers["Upload-Offset"])
            self._append(path, offset, data[offset:])
        self.acknowledged.uploads[path.rpartition("/")[2]] = hashlib.sha256(data).hexdigest()

    def _append(self, path: str, offset: int, data: bytes) -> None:
        """Send bytes once: after another answer than success the next look says what arrived."""
        if not data:
            return
        headers = BYTES | {"Upload-Offset": str(offset)}
        try:
            self.client.ask("PATCH", path, headers=headers, content=data)
        except Refused as error:
            if error.status not in (409, 423):  # what was sent before had arrived, or still does
                raise
            time.sleep(REST_SECONDS)

    def run_schedule(self) -> None:
        """Begin an execution of a schedule at once."""
        if self._schedule is None:
            body = {"kind": "health.probe", "name": "chaos", "params": {}, "cron": "0 2 1 1 *"}
            self._schedule = int(self._write("/api/scheduler/schedules", json=body)["id"])
        try:
            shown = self._write(f"/api/scheduler/schedules/{self._schedule}/run-now")
        except Refused as error:
            if error.status != 409:  # the one before is still open
                raise
        else:
            self.acknowledged.executions.add(int(shown["execution_id"]))

    def train(self) -> None:
        """Start a short training."""
        body = {**TRAINING, "experiment_name": f"training {self._number}"}
        shown = self._write("/api/experiments/centralized/train", json=body)
        self.acknowledged.trainings.add(int(shown["run_id"]))

    def rate(self) -> None:
        """Start a benchmark run with the simulated model."""
        shown = self._write("/api/benchmarks/sample", json={})
        self.acknowledged.benchmarks.add(int(shown["run_id"]))


Act = Callable[[RepeatingWriter], object]
ACTS: dict[str, tuple[Act, float]] = {
    "run": (RepeatingWriter.start_run, 15),
    "point": (RepeatingWriter.send_point, 30),
    "file of a run": (RepeatingWriter.keep_file, 25),
    "dataset": (RepeatingWriter.make_dataset, 5),
    "upload": (RepeatingWriter.upload, 15),
    "execution": (RepeatingWriter.run_schedule, 10),
}
JOBS: dict[str, tuple[Act, float]] = {
    "training": (RepeatingWriter.train, 1.0),
    "benchmark run": (RepeatingWriter.rate, 0.3),
}
