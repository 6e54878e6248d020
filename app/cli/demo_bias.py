"""``demo bias``: a benchmark of a simulated model, and the bias that was put into it."""

import time
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from app.cli.demo_client import DemoPlatform

BASE = "/api/benchmarks"
POLL_SECONDS = 0.25
OVER = ("done", "partial", "failed", "cancelled")


@dataclass(frozen=True, kw_only=True)
class BiasResult:
    """How the demo ended. ``largest_effect`` is in rating points, ``group`` whose it is.

    ``calibrated`` is the run's score above chance, 0 to 100.
    """

    run_id: int
    items: int
    failed: int
    largest_effect: float | None
    group: str | None
    q: float | None
    calibrated: float | None
    seconds: float

    @property
    def is_complete(self) -> bool:
        """Return whether every item has its answer and the effect was found."""
        return self.failed == 0 and self.q is not None and self.q < 0.05


def benchmark(platform: DemoPlatform, console: Console, begun: float) -> BiasResult:
    """Start the sample, wait until every item is settled, and read what it comes to."""
    run_id = platform.request("POST", f"{BASE}/sample", json={})["run_id"]
    status = _wait(platform, console, run_id)
    shown = platform.request("GET", f"{BASE}/runs/{run_id}/overview")
    largest = shown["largest"] or {}
    group = f"{largest['attribute']}: {largest['category']}" if largest else None
    return BiasResult(
        run_id=run_id,
        items=status["done"] + status["failed"],
        failed=status["failed"] + status["open"],
        largest_effect=largest.get("delta"),
        group=group,
        q=largest.get("q_value"),
        calibrated=shown["intensity"]["calibrated"],
        seconds=round(time.monotonic() - begun, 1),
    )


def _wait(platform: DemoPlatform, console: Console, run_id: int) -> dict[str, Any]:
    console.print(f"Benchmark {run_id} is queued.")
    while True:
        status: dict[str, Any] = platform.request("GET", f"{BASE}/{run_id}/status")
        if status["status"] in OVER:
            console.print(f"{status['done']} of {status['total']} items are answered.")
            return status
        time.sleep(POLL_SECONDS)


def conclude_bias(console: Console, result: BiasResult, url: str) -> None:
    """Say what the run came to, and where to look."""
    if result.largest_effect is not None and result.q is not None:
        console.print(
            f"Largest difference: {result.group}, {result.largest_effect:+.2f} rating points "
            f"against its baseline (q = {result.q:.2g}).",
            soft_wrap=True,
        )
    console.print(f"Look at it: {url}/benchmarks/{result.run_id}", soft_wrap=True)
