"""Many finished runs at once, with metrics, parameters and tags, for tables and searches."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from app.clock import now
from app.db.engine import Database
from app.models.label import RunParam, RunTag
from app.models.run import Run
from app.models.series import Series
from services.runs.training.config.config import TrainingConfig
from tests.factories.runs import set_times

MINUTE = timedelta(minutes=1)


def make_many(database: Database, owner_id: int, many: int, name: str = "many") -> list[int]:
    """Write runs ``<name> 0`` to ``<name> <many-1>``, the last the newest, and return their ids.

    The n-th has val_loss n/many, the parameter lr out of three and the tag site out of two.
    """
    config, until = TrainingConfig().as_mapping(), now() - MINUTE
    runs = [_run(owner_id, f"{name} {n}", until - (many - n) * MINUTE, config) for n in range(many)]
    with database.write() as unit:
        unit.session.add_all(runs)
        unit.session.flush()
        ids = [run.id for run in runs]
        series = [_series(run_id, n / many) for n, run_id in enumerate(ids)]
        params = [
            {**_label(run_id, "lr", f"0.{n % 3}"), "number": n % 3 / 10}
            for n, run_id in enumerate(ids)
        ]
        tags = [_label(run_id, "site", ("north", "south")[n % 2]) for n, run_id in enumerate(ids)]
        for table, rows in ((Series, series), (RunParam, params), (RunTag, tags)):
            unit.session.execute(insert(table), rows)
    return ids


def _run(owner_id: int, name: str, start: Any, config: Mapping[str, Any]) -> Run:
    run = Run(
        name=name,
        owner_id=owner_id,
        training_mode="centralized",
        status="completed",
        visibility="team",
        start_time=start,
        end_time=start + MINUTE,
        config=dict(config),
        seed=1,
    )
    set_times(run)
    return run


def _series(run_id: int, value: float) -> dict[str, Any]:
    ends = dict.fromkeys(("last", "min", "max", "best"), value)
    steps = dict.fromkeys(("last_step", "top_step", "min_step", "max_step", "best_step"), 9)
    return {"run_id": run_id, "name": "val_loss", "client": "", "count": 10, **ends, **steps}


def _label(run_id: int, name: str, value: str) -> dict[str, Any]:
    return {"run_id": run_id, "name": name, "value": value, "short": value}
