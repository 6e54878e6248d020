"""What MLflow takes for the same work, by its REST API over SQLite with one worker."""

import os
import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from bench.peers.environment import peers_python
from bench.peers.server import private_folder, serving
from bench.peers.timing import p50_ms, per_second
from harness.ports import free_port

METRICS, PARAMS = 10, 20
Answers = dict[str, float]


@contextmanager
def mlflow_server() -> Iterator[tuple[httpx.Client, Path]]:
    """Yield a client and the database of a fresh server."""
    with private_folder() as folder:
        port = free_port()
        command = [str(peers_python()), "-m", "mlflow", "server", "--workers", "1"]
        command += ["--backend-store-uri", f"sqlite:///{folder}/mlflow.db", "--port", str(port)]
        quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
        environment = {**os.environ, **quiet}
        with serving(command, f"http://127.0.0.1:{port}", folder, environment) as client:
            yield client, folder / "mlflow.db"


def measure(*, quick: bool = False) -> Answers:
    """Return p50 in ms of reads and single writes, and points per second of batches."""
    runs, million = (1_000, 100_000) if quick else (10_000, 1_000_000)
    times = 5 if quick else 15
    with mlflow_server() as (client, path):
        answers = _writes(client, times)
        seed_runs(path, runs)
        answers |= _lists(client, times)
        answers |= _curve(client, path, million, times)
    return answers


def _call(client: httpx.Client, path: str, json: Any) -> Any:
    answer = client.post(f"/api/2.0/mlflow/{path}", json=json)
    answer.raise_for_status()
    return answer.json()


def _new_run(client: httpx.Client) -> str:
    made = _call(client, "runs/create", {"experiment_id": "0", "start_time": _now()})
    return str(made["run"]["info"]["run_id"])


def _now() -> int:
    return int(1000 * time.time())


def _writes(client: httpx.Client, times: int) -> Answers:
    runs = [_new_run(client) for _ in range(17)]

    def batch(number: int) -> None:
        first, at = (number + 1) * 1000, _now()
        metrics = [
            {"key": "loss", "value": random.random(), "timestamp": at, "step": first + place}
            for place in range(1000)
        ]
        body = {"run_id": runs[number % 16], "metrics": metrics}
        _call(client, "runs/log-batch", body)

    def single() -> None:
        point = {"key": "one", "value": random.random(), "timestamp": _now(), "step": _now()}
        _call(client, "runs/log-metric", {"run_id": runs[16], **point})

    return {
        "batch": per_second(batch, times, 1000),
        "batch_16": per_second(batch, 2 * times, 1000, writers=16),
        "single": p50_ms(single, 4 * times),
    }


def _lists(client: httpx.Client, times: int) -> Answers:
    newest = {"experiment_ids": ["0"], "max_results": 100}
    by_metric = {"filter": "metrics.m0 > 0.5", "order_by": ["metrics.m1 DESC"]}
    rare = {"filter": "metrics.m0 > 0.999", "order_by": ["metrics.m1 DESC"]}
    return {
        "newest": p50_ms(lambda: _call(client, "runs/search", newest), times),
        "half": p50_ms(lambda: _call(client, "runs/search", {**newest, **by_metric}), times),
        "rare": p50_ms(lambda: _call(client, "runs/search", {**newest, **rare}), times),
    }


def _curve(client: httpx.Client, path: Path, points: int, times: int) -> Answers:
    run_id = _new_run(client)
    spike = points // 2 + 7
    with sqlite3.connect(path) as database:
        rows = (
            ("spiky", 1e6 if step == spike else random.random(), step, run_id, step, False)
            for step in range(points)
        )
        database.executemany(
            "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            rows,
        )
    query = {"run_ids": [run_id], "metric_key": "spiky", "max_results": 2500}
    url = "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval"

    def read() -> httpx.Response:
        answer = client.get(url, params=query)
        answer.raise_for_status()
        return answer

    values = [point["value"] for point in read().json()["metrics"]]
    return {
        "curve": p50_ms(read, max(3, times // 3)),
        "curve_kb": len(read().content) / 1000,
        "spike_kept": float(max(values) > 1e5),
    }


def seed_runs(path: Path, count: int) -> None:
    """Write ``count`` runs of 10 metrics and 20 parameters each straight into the database."""
    random.seed(7)
    with sqlite3.connect(path) as database:
        for number in range(count):
            _seed_run(database, number)


def _seed_run(database: sqlite3.Connection, number: int) -> None:
    run_id = uuid4().hex
    database.execute(
        "INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, "
        "status, start_time, end_time, deleted_time, source_version, lifecycle_stage, "
        "artifact_uri, experiment_id) "
        "VALUES (?, ?, 'LOCAL', '', '', 'bench', 'FINISHED', ?, ?, NULL, '', 'active', '', 0)",
        (run_id, f"run {number}", 1_700_000_000_000 + number, 1_700_000_600_000 + number),
    )
    latest = [(f"m{place}", random.random(), number, run_id) for place in range(METRICS)]
    for table in ("latest_metrics", "metrics"):
        database.executemany(
            f"INSERT INTO {table} (key, value, timestamp, step, is_nan, run_uuid) "
            "VALUES (?, ?, ?, 1, 0, ?)",
            latest,
        )
    params = [(f"p{place}", str(random.randrange(100)), run_id) for place in range(PARAMS)]
    database.executemany("INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)", params)
