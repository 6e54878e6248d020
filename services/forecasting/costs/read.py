"""What the errors of a model amount to on its test block, and what they cost."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.forecasting import ForecastSession, SessionModel
from app.models.run import Artifact
from app.storage import ObjectStore
from services.forecasting.datasets.dropped import iso
from services.forecasting.datasets.npz import NpzReader
from services.forecasting.errors import ModelNotFound
from services.forecasting.evaluation.cost import Price, error_cost
from services.forecasting.plots.source import FORECASTS
from services.forecasting.resolve import visible_session
from services.forecasting.training.geometry import step_minutes
from services.forecasting.training.prepare import window_plan_of

MICROSECONDS = 1_000_000


@dataclass(frozen=True, kw_only=True)
class ErrorCosts:
    """By output: ``under`` and ``over`` in its unit, and money where it has a price.

    They are means over ``windows`` test windows of the reference times ``first`` to ``last``.
    """

    session_id: str
    run_id: int
    windows: int
    first: str | None
    last: str | None
    currency: str | None
    outputs: Mapping[str, Mapping[str, Any]]


def read_costs(
    database: Database, store: ObjectStore, actor: Actor, wire_id: object, run_id: int
) -> ErrorCosts:
    """Return what the errors of a model cost with the session's prices of today.

    Raises ModelNotFound where the session has no measured model of that run.
    """
    with database.read() as session:
        owner = visible_session(session, actor, wire_id)
        plan, key = _measured(session, owner, run_id)
        prices = owner.prices or {}
    with NpzReader(store.open(key)) as arrays:
        truth, forecast = arrays.array("truth"), arrays.array("forecast")
        times, names = arrays.array("t_ref"), arrays.array("outputs").tolist()
    steps = step_minutes(window_plan_of(plan))
    return ErrorCosts(
        session_id=owner.wire_id,
        run_id=run_id,
        windows=len(times),
        first=iso(times.min() * MICROSECONDS) if len(times) else None,
        last=iso(times.max() * MICROSECONDS) if len(times) else None,
        currency=prices.get("currency"),
        outputs={
            name: _of_output(
                truth[:, :, number],
                forecast[:, :, number],
                steps[number],
                prices.get("outputs", {}).get(name),
            )
            for number, name in enumerate(names)
        },
    )


def _measured(
    session: Session, owner: ForecastSession, run_id: int
) -> tuple[Mapping[str, Any], str]:
    query = (
        select(SessionModel.plan, Artifact.object_key)
        .join(Artifact, (Artifact.run_id == SessionModel.run_id) & (Artifact.name == FORECASTS))
        .where(SessionModel.session_id == owner.id, SessionModel.run_id == run_id)
    )
    row = session.execute(query).first()
    if row is None:
        raise ModelNotFound(f"Session {owner.wire_id} has no measured model of run {run_id}.")
    return row.plan, row.object_key


def _of_output(
    truth: np.ndarray[Any, Any],
    forecast: np.ndarray[Any, Any],
    minutes: float,
    price: Mapping[str, Any] | None,
) -> dict[str, Any]:
    chosen = None
    if price is not None:
        hours = minutes / 60 if price["per_hour"] else 1.0
        chosen = Price(too_low=price["too_low"], too_high=price["too_high"], hours_per_step=hours)
    return {
        **asdict(error_cost(truth, forecast, chosen, minutes)),
        "step_minutes": minutes,
        "price": None if price is None else dict(price),
    }
