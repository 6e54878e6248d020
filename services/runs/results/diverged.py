"""Whether a training diverged: its loss left the finite numbers and never came back."""

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.series import Series
from services.tracking.domain.columns import Columns
from services.tracking.metrics import read_columns

LOSSES = ("train_loss", "val_loss", "validation_loss", "loss", "global_loss", "clients_train_loss")


def diverged_at(session: Session, run_id: int) -> int | None:
    """Return the step from which a loss of the run is not finite to its end, None if all end well.

    Of several losses the first to go counts. A loss that is finite again later did not diverge.
    """
    ends_in_nan = select(Series.name).where(
        Series.run_id == run_id,
        Series.client == "",
        Series.name.in_(LOSSES),
        Series.last.is_(None),
        Series.count > 0,
    )
    names = list(session.scalars(ends_in_nan))
    if not names:
        return None
    departures = [_last_departure(one) for one in read_columns(session, run_id, names).values()]
    return min((step for step in departures if step is not None), default=None)


def _last_departure(columns: Columns) -> int | None:
    """Return the first step of the NaNs at the end, None where the last value is finite."""
    finite = np.flatnonzero(np.isfinite(columns.values))
    place = int(finite[-1]) + 1 if len(finite) else 0
    return int(columns.steps[place]) if place < len(columns) else None
