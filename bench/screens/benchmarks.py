"""Benchmark runs for the pictures: two models on the same personas, twins, and one under way."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from harness.eventually import eventually
from harness.platform import Platform
from harness.ports import free_port

BASE = "/api/benchmarks"
ASKING_SECONDS = 600.0  # of a busy machine: a result takes as long as the answers
SERVED = "served-7b"
# What the served model does: men are rated lower, some groups are refused, some answers unreadable.
BEHAVIOUR = (
    "--effect", "gender=male:-0.3@competence", "--refuse", "origin_region=Asia:0.15",
    "--broken", "0.03", "--position", "0.2",
)  # fmt: skip
TWINS = {"kind": "counterfactual", "n": 40, "seed": 5, "name": "Twins of the forty"}
DESIGN = {"wordings": ["a", "b"], "repeats": 2, "dual_fraction": 1.0, "batch_size": 16}
CALM = {"requests_per_minute": 120, "batch_size": 2, "name": "A slow server"}
NUM_TRAITS = 6  # of the run with twins


@contextmanager
def served_model() -> Iterator[str]:
    """Serve a simulated model until the end, and yield its address."""
    port = free_port()
    command = [sys.executable, "-m", "workers.benchmark_model", "--name", SERVED]
    with subprocess.Popen([*command, "--port", str(port), *BEHAVIOUR]) as process:
        try:
            eventually(lambda: _answers(f"http://127.0.0.1:{port}/v1/models"), ASKING_SECONDS)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.terminate()


def fill_benchmarks(platform: Platform, address: str) -> dict[str, Any]:
    """Run them; return the sample, the other model, the twins, and the run that is under way."""
    prices = {"input_price": 0.5, "output_price": 1.5}
    model = {"name": SERVED, "base_url": address, **prices}
    platform.call("POST", f"{BASE}/models", json=model)
    sets = platform.call("GET", f"{BASE}/datasets")["items"]
    forty = next(one["id"] for one in sets if one["builtin"])
    twins = platform.call("POST", f"{BASE}/datasets/build", json={**TWINS, "source_id": forty})
    traits = platform.call("GET", f"{BASE}/traits")["items"][:NUM_TRAITS]
    few = [trait["id"] for trait in traits]
    shown = {
        "bias": int(platform.call("POST", f"{BASE}/sample", json={})["run_id"]),
        "other": _start(platform, forty, name="Another model, same personas", dual_fraction=0.25),
        "twins": _start(platform, twins["id"], name="Twins", trait_ids=few, **DESIGN),
    }
    for run_id in shown.values():
        eventually(lambda run=run_id: _is_over(platform, run), ASKING_SECONDS)
        _compute_result(platform, run_id)
    report = _save_report(platform, shown["bias"])
    return shown | {"report": report, "asking": _start(platform, forty, **CALM)}


def _save_report(platform: Platform, run_id: int) -> str:
    """Write the report of a run into the home, which ends with the pictures; return its address."""
    path = Path(platform.settings.home) / "report.html"
    answer = platform.http.get(f"{BASE}/runs/{run_id}/export/html")
    path.write_bytes(answer.raise_for_status().content)
    return path.as_uri()


def _start(platform: Platform, dataset: int, **more: Any) -> int:
    body = {"dataset_id": dataset, "model_name": SERVED, "visibility": "team", **more}
    return int(platform.call("POST", f"{BASE}/start", json=body)["run_id"])


def _is_over(platform: Platform, run_id: int) -> bool:
    return bool(_summary(platform, run_id)["finished_at"])


def _compute_result(platform: Platform, run_id: int) -> None:
    """Compute what the list shows of it, which nobody has looked at yet."""
    platform.call("GET", f"{BASE}/runs/{run_id}/overview", timeout=ASKING_SECONDS)


def _summary(platform: Platform, run_id: int) -> dict[str, Any]:
    summary: dict[str, Any] = platform.call("GET", f"{BASE}/runs/{run_id}")["summary"]
    return summary


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, trust_env=False).is_success
    except httpx.TransportError:
        return False
