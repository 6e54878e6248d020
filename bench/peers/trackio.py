"""What trackio takes for the same writes, by the API that its own client speaks."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from bench.peers.environment import peers_python
from bench.peers.server import private_folder, serving
from bench.peers.timing import p50_ms, per_second
from harness.ports import free_port

TOKEN = "bench"
SERVE = (
    "import sys, trackio.server as server\n"
    "server.write_token = sys.argv[2]\n"
    "import trackio\n"
    "trackio.show(server_port=int(sys.argv[1]), open_browser=False, block_thread=True)\n"
)


@contextmanager
def trackio_server() -> Iterator[httpx.Client]:
    """Yield a client of a fresh server."""
    with private_folder() as folder:
        port = free_port()
        command = [str(peers_python()), "-c", SERVE, str(port), TOKEN]
        environment = {**os.environ, "TRACKIO_DIR": str(folder), "HF_HUB_OFFLINE": "1"}
        with serving(command, f"http://127.0.0.1:{port}", folder, environment) as client:
            client.headers["X-Trackio-Write-Token"] = TOKEN
            yield client


def measure(*, quick: bool = False) -> dict[str, float]:
    """Return p50 in ms of a single write, and points per second of batches."""
    times = 5 if quick else 15
    with trackio_server() as client:
        return {
            "batch": per_second(lambda number: _batch(client, number), times, 1000),
            "batch_16": per_second(
                lambda number: _batch(client, number), 2 * times, 1000, writers=16
            ),
            "single": p50_ms(
                lambda: _log(client, [_entry(16, random.randrange(10**9))]), 4 * times
            ),
        }


def _batch(client: httpx.Client, number: int) -> None:
    first = (number + 1) * 1000
    _log(client, [_entry(number % 16, first + place) for place in range(1000)])


def _entry(run: int, step: int) -> dict[str, object]:
    metrics = {"loss": random.random()}
    return {"project": "bench", "run": f"run-{run}", "metrics": metrics, "step": step}


def _log(client: httpx.Client, logs: list[dict[str, object]]) -> None:
    answer = client.post(
        "/api/bulk_log", json={"args": [], "kwargs": {"logs": logs, "hf_token": None}}
    )
    answer.raise_for_status()
    if answer.json().get("error"):
        raise RuntimeError(answer.json()["error"])
