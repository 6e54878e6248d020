"""The peers beside us: as figures, and as the tables of docs/benchmarks.md."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import lists, series
from bench.figures import Figure
from bench.peers import mlflow, trackio

RESULTS = Path(__file__).parents[1] / "results" / "peers.json"
SIZE = 10_000

# what, our questions or figures, the peers' figure, the unit, whether more is better
Row = tuple[str, str, str, str, bool]
ROWS: tuple[Row, ...] = (
    ("newest 100 of 10,000 runs", "newest 100, every metric and parameter", "newest", "ms", False),
    ("metric filter that keeps half, by a metric", "filter keeps half, by a metric", "half", "ms",
     False),
    ("metric filter that keeps 0.1 %, by a metric", "filter keeps 0.1 %, by a metric", "rare",
     "ms", False),
    ("analytics over 10,000 runs", "analytics", "", "ms", False),
    ("batches of 1,000 points, one client", "batch", "batch", "points/s", True),
    ("batches of 1,000 points, 16 clients", "batch_16", "batch_16", "points/s", True),
    ("a single point, p50", "single", "single", "ms", False),
    ("a curve of 1,000,000 points", "zoom whole", "curve", "ms", False),
    ("the same, as sent", "zoom whole kb", "curve_kb", "KB", False),
    ("its one-step spike is there", "spike_kept", "spike_kept", "", True),
    ("20 runs × 10 curves × 10,000 points", "many", "", "ms", False),
)  # fmt: skip


def measure(*, quick: bool = False) -> list[Figure]:
    """Measure the peers; the notes hold ours, measured before in the same run."""
    theirs = {"MLflow": mlflow.measure(quick=quick), "trackio": trackio.measure(quick=quick)}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(theirs, indent=1))
    own = ours()
    return [
        Figure(name=f"{what}, {peer}", value=values[key], unit=unit, note=_ratio(row, values, own))
        for row in ROWS
        for what, _, key, unit, _ in [row]
        for peer, values in theirs.items()
        if key in values
    ]


def ours(who: str = "admin") -> dict[str, dict[str, float]]:
    """Return our figures by database and name, as the newest measurements left them."""
    figures: dict[str, dict[str, float]] = {}
    if series.RESULTS.exists():
        figures = json.loads(series.RESULTS.read_text())
    for one in growth():
        if one["runs"] == SIZE and one["who"] == who:
            figures.setdefault(one["database"], {})[one["question"]] = one["p50_ms"]
    return figures


def growth() -> list[dict[str, Any]]:
    """Return every figure of lists over growing numbers of runs."""
    return json.loads(lists.RESULTS.read_text()) if lists.RESULTS.exists() else []


def _ratio(row: Row, theirs: Mapping[str, float], own: Mapping[str, Mapping[str, float]]) -> str:
    _, ours_name, key, unit, more_is_better = row
    mine = own.get("sqlite", {}).get(ours_name)
    if mine is None or not unit or not mine or not theirs[key]:
        return ""
    times = mine / theirs[key] if more_is_better else theirs[key] / mine
    return f"ours {mine:,.3g}, {times:,.1f} × better"


def table() -> str:
    """Return the table of both databases and both peers as Markdown."""
    peers, own = json.loads(RESULTS.read_text()), ours()
    columns: Sequence[tuple[str, Mapping[str, float], int]] = (
        ("Roundhouse, SQLite", own.get("sqlite", {}), 1),
        ("Roundhouse, PostgreSQL", own.get("postgresql", {}), 1),
        ("MLflow 3.17.2", peers["MLflow"], 2),
        ("trackio 0.43.0", peers["trackio"], 2),
    )
    head = ["measure", *(name for name, _, _ in columns)]
    lines = [" | ".join(head), " | ".join("---" for _ in head)]
    for row in ROWS:
        cells = [_cell(figures.get(row[key]), row[3]) for _, figures, key in columns]
        lines.append(" | ".join([row[0], *cells]))
    return "\n".join(f"| {line} |" for line in lines)


def _cell(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    if not unit:
        return "yes" if value else "no"
    if value >= 1_000:
        return f"{value / 1000:,.0f} k {unit}" if unit == "points/s" else f"{value:,.0f} {unit}"
    return f"{value:.3g} {unit}"
