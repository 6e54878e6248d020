"""``demo forecast``: a sample session, its models, and how they stand beside seasonal naive."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from app.cli.demo_client import ENDED, DemoPlatform

BASE = "/api/training"
POLL_SECONDS = 0.25


@dataclass(frozen=True, kw_only=True)
class ForecastResult:
    """How the demo ended; ``best`` is the model of the highest skill. Seconds are of the whole."""

    session_id: str
    n_dat: int | None
    models: Sequence[Mapping[str, Any]]
    best: str | None
    seconds: float

    @property
    def is_complete(self) -> bool:
        """Return whether every model has a score."""
        return all(model["mase_seasonal"] is not None for model in self.models)


def forecast(platform: DemoPlatform, console: Console, begun: float) -> ForecastResult:
    """Create the sample session, train its models, and show their scores as they come."""
    made = platform.request("POST", f"{BASE}/sessions/sample", json={"sample": "load"})
    session_id = made["sessionId"]
    started = platform.request(
        "POST",
        f"{BASE}/train-models/{session_id}",
        json={"models": made["models"], "training_split": made["training_split"]},
    )
    console.print(f"{len(started['run_ids'])} models are queued.")
    models = _wait(platform, console, session_id)
    scored = [model for model in models if model["skill"] is not None]
    best = max(scored, key=lambda model: model["skill"], default=None)
    session = platform.request("GET", f"{BASE}/sessions/{session_id}")["session"]
    return ForecastResult(
        session_id=session_id,
        n_dat=session["n_dat"],
        models=models,
        best=None if best is None else best["name"],
        seconds=round(time.monotonic() - begun, 1),
    )


def _wait(platform: DemoPlatform, console: Console, session_id: str) -> list[dict[str, Any]]:
    shown: set[int] = set()
    while True:
        rows = platform.request("GET", f"{BASE}/sessions/{session_id}/models")["models"]
        for row in rows:
            if row["status"] in ENDED and row["run_id"] not in shown:
                shown.add(row["run_id"])
                sentence = (row["summary"] or {}).get("sentence", row["message"])
                console.print(f"{row['mode']}: {row['status']}. {sentence}", soft_wrap=True)
        if len(shown) == len(rows):
            return [_score(row) for row in rows]
        time.sleep(POLL_SECONDS)


def _score(row: Mapping[str, Any]) -> dict[str, Any]:
    metrics = (row["summary"] or {}).get("metrics", {})
    return {
        "name": row["mode"],
        "mase_seasonal": metrics.get("mase_seasonal"),
        "skill": metrics.get("skill"),
    }


def conclude(console: Console, result: ForecastResult, url: str) -> None:
    """Show the leaderboard, and where to look."""
    table = Table("Model", "Seasonal MASE", "Skill", title="Test block", title_justify="left")
    for model in sorted(result.models, key=lambda one: -(one["skill"] or -9)):
        table.add_row(model["name"], _figure(model["mase_seasonal"]), _figure(model["skill"]))
    console.print(table)
    console.print(f"Look at it: {url}/sessions/{result.session_id}", soft_wrap=True)


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
