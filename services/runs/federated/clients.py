"""What each client of a federated run measured on its own rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import require_visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.run import Client, Run
from services.runs.results.domain.aggregation import best
from services.tracking.domain.metric_names import series_names
from services.tracking.domain.training_modes import is_federated
from services.tracking.metrics import read_series

ALL_POINTS = 10_000_000  # more points than a run has rounds: nothing is thinned
ONLY_ONCE = "final_"  # written once at the end, with a step of its own: no step of the history
LOWEST = "lowest_val_loss"
BEST = {
    "best_val_accuracy": series_names("val", "accuracy"),
    "best_val_precision": series_names("val", "precision"),
    "best_val_recall": series_names("val", "recall"),
    "best_val_f1": series_names("val", "f1_score"),
    "best_val_auroc": series_names("val", "auroc"),
    LOWEST: series_names("val", "loss"),
}
Row = dict[str, float]


@dataclass(frozen=True, kw_only=True)
class ClientMetrics:
    """Every client's history, and the values of all clients put together."""

    run_id: int
    is_federated: bool
    num_clients: int
    clients: Sequence[Mapping[str, Any]]
    aggregated_metrics: Sequence[Row]


def show_client_metrics(database: Database, actor: Actor, run_id: str) -> ClientMetrics:
    """Return the clients by name; a centralised run has none."""
    with database.read() as session:
        run = require_visible(session, Run, run_id, actor)
        federated = is_federated(run.training_mode)
        query = select(Client).where(Client.run_id == run.id).order_by(Client.client_identifier)
        clients = session.scalars(query).all() if federated else []
        rows = _rows_by_client(session, run.id) if federated else {}
    return ClientMetrics(
        run_id=run.id,
        is_federated=federated,
        num_clients=len(clients),
        clients=[_client(client, rows.get(client.client_identifier, [])) for client in clients],
        aggregated_metrics=[_renamed(row) for row in rows.get(None, [])],
    )


def _rows_by_client(session: Session, run_id: int) -> dict[str | None, list[Row]]:
    """Return a row per client and step; the run's own series have no client."""
    grids: dict[str | None, dict[int, Row]] = {}
    for curve in read_series(session, run_id, max_points=ALL_POINTS):
        if curve["name"].startswith(ONLY_ONCE):
            continue
        grid = grids.setdefault(curve["client"], {})
        for step, value in zip(curve["steps"], curve["values"], strict=True):
            if value is not None:
                grid.setdefault(step, {"step": step})[curve["name"]] = value
    return {client: [grid[step] for step in sorted(grid)] for client, grid in grids.items()}


def _client(client: Client, rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "client_id": client.id,
        "client_identifier": client.client_identifier,
        "total_steps": len(rows),
        "training_history": [{"round": row["step"], **row} for row in rows],
        "best_metrics": {name: _best(rows, name) for name in BEST},
    }


def _best(rows: Sequence[Row], name: str) -> float | None:
    values = [row[series] for row in rows for series in BEST[name] if series in row]
    if name == LOWEST:
        return best(values, lower=True)
    return best(value for value in values if 0.0 <= value <= 1.0)


def _renamed(row: Row) -> Row:
    return {"round" if name == "step" else name: value for name, value in row.items()}
