"""Starting a search: all of its trials, queued in one commit."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.models.forecast_search import ModelSearch, SearchTrial
from app.models.forecasting import ForecastSession
from services.forecasting.busy import require_idle
from services.forecasting.models.errors import InvalidModelParams
from services.forecasting.models.families import MAX_SEED, ModelSettings, read_settings
from services.forecasting.models.fields import ModelField, read_value
from services.forecasting.models.search_space import SearchDimension, largest, read_space
from services.forecasting.resolve import editable_session
from services.forecasting.topics import subject_of
from services.forecasting.training.feasible import require_all_feasible
from services.forecasting.training.follow import TRIAL_JOB_KIND, announce_on_session
from services.forecasting.training.plan import plan_of
from services.forecasting.training.quota import NO_LIMITS, TrainingLimits, require_quota
from services.forecasting.training.start import add_model
from services.forecasting.training.start_from import ModelRequest
from services.runs.queueing import queue_training
from services.tracking.labels import write_tags

MAX_TRIALS = 100
TRIALS = ModelField(
    type="integer", label="Trials", help="", default=20, minimum=2, maximum=MAX_TRIALS
)
SEED = ModelField(type="integer", label="Seed", help="", default=0, minimum=0, maximum=MAX_SEED)


@dataclass(frozen=True, kw_only=True)
class SearchRequest:
    """What to search: the settings that stay, the ranges that vary, how many trials, the split.

    ``space``, ``trials`` and ``seed`` are as they came; None is the default of each.
    """

    settings: Mapping[str, Any]
    space: object = None
    trials: object = None
    seed: object = None
    split: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class StartedSearch:
    """A search whose trials wait for workers now."""

    search_id: int
    run_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class _CheckedSearch:
    settings: ModelSettings
    space: tuple[SearchDimension, ...]
    trials: int
    seed: int


def start_search(
    database: Database,
    actor: Actor,
    wire_id: object,
    request: SearchRequest,
    limits: TrainingLimits = NO_LIMITS,
) -> StartedSearch:
    """Queue every trial of a search as a run of its own.

    Raises InvalidModelParams for a setting, a range or a number of trials that cannot be, also
    where the largest model in the ranges would not fit into memory, and what ``start_training``
    says of the session and of the limits, which count each trial.
    """
    checked = _checked(request)
    with database.write() as unit:
        session = editable_session(unit.session, actor, wire_id)
        require_idle(unit.session, session)
        require_quota(unit.session, actor, checked.trials, limits)
        plan = plan_of(unit.session, session, request.split)
        most = largest(checked.settings, checked.space)
        require_all_feasible([checked.settings, most], plan, session.n_dat)
        search = _add_search(unit, session, checked)
        runs = [
            _add_trial(unit, actor, session, search, ModelRequest(settings=checked.settings), plan)
            for _ in range(checked.trials)
        ]
        detail = {"search": checked.settings.mode, "trials": checked.trials}
        record(unit, actor, "session_changed", subject_of(session.id), detail)
        session.split, session.updated_at = dict(plan["split"]), now()
    return StartedSearch(search_id=search.id, run_ids=runs)


def _checked(request: SearchRequest) -> _CheckedSearch:
    settings = read_settings(request.settings)
    space = read_space(settings, request.space)
    trials = _read_trials(request.trials, math.prod(one.count for one in space))
    seed = read_value(SEED, request.seed, "seed")
    return _CheckedSearch(settings=settings, space=space, trials=trials, seed=seed)


def _read_trials(given: object, different: float) -> int:
    """Return how many trials there are; by default no more than there are different settings."""
    trials: int = read_value(TRIALS, given, "trials")
    if different >= trials:
        return trials
    if given is None and different >= 2:
        return int(different)
    right = f"at most {different:.0f}: the ranges hold no more different settings"
    raise InvalidModelParams("trials", trials, right)


def _add_search(unit: UnitOfWork, session: ForecastSession, checked: _CheckedSearch) -> ModelSearch:
    search = ModelSearch(
        session_id=session.id,
        mode=checked.settings.mode,
        settings=checked.settings.as_mapping(),
        space=[one.as_dict() for one in checked.space],
        seed=checked.seed,
        trials=checked.trials,
        created_at=now(),
    )
    unit.session.add(search)
    unit.session.flush()
    return search


def _add_trial(
    unit: UnitOfWork,
    actor: Actor,
    session: ForecastSession,
    search: ModelSearch,
    request: ModelRequest,
    plan: Mapping[str, Any],
) -> int:
    number = unit.session.query(SearchTrial).filter_by(search_id=search.id).count()
    run = add_model(unit, actor, session, request, plan, f" · trial {number + 1}")
    unit.session.add(SearchTrial(run_id=run.id, search_id=search.id, number=number))
    write_tags(unit.session, run.id, {"search": str(search.id)})
    announce_on_session(unit, run, queue_training(unit, run, TRIAL_JOB_KIND))
    return run.id
