"""The models that an ensemble weighs: which of a session's may be chosen together."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import strict_json
from app.models.forecasting import ForecastSession, SessionModel
from app.models.run import Artifact, Run
from services.forecasting.errors import FieldRefused, ModelNotFound
from services.forecasting.models.ensembles import MAX_MEMBERS, MIN_MEMBERS, EnsembleSettings
from services.forecasting.training.bundle import BUNDLE
from services.forecasting.training.prepare import window_plan_of

FIELD = "run_ids"
# what may differ between two plans, and what it is called
PARTS = (
    ("split", "another split"),
    ("outputs", "other outputs"),
    ("inputs", "other inputs"),
    ("steps", "other time steps"),
    ("calendar", "another calendar"),
)


@dataclass(frozen=True, kw_only=True)
class Member:
    """A trained model of a session; ``plan`` is what its windows were cut by."""

    run_id: int
    mode: str
    status: str
    is_kept: bool
    plan: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Return what an error calls it."""
        return f"run {self.run_id} ({self.mode})"


def chosen_members(
    session: Session, owner: ForecastSession, run_ids: Sequence[int] | None
) -> list[Member]:
    """Return the models of ``run_ids``; without them the newest that share windows.

    Raises ModelNotFound for a run that is none of the session's models, FieldRefused naming the
    runs that cannot be weighed together, and why.
    """
    models = _models(session, owner)
    chosen = _default(models) if run_ids is None else _named(owner, models, run_ids)
    if run_ids is None and len(chosen) < MIN_MEMBERS:
        share = "1 model shares" if len(chosen) == 1 else f"{len(chosen)} models share"
        detail = (
            f"{share} the windows of the newest one, but an ensemble weighs "
            f"{MIN_MEMBERS} to {MAX_MEMBERS} trained models."
        )
        raise FieldRefused(FIELD, detail)
    if not MIN_MEMBERS <= len(chosen) <= MAX_MEMBERS:
        given = "1 model was" if len(chosen) == 1 else f"{len(chosen)} models were"
        detail = (
            f"{given} given, but an ensemble weighs {MIN_MEMBERS} to {MAX_MEMBERS} trained models."
        )
        raise FieldRefused(FIELD, detail)
    _require_finished(chosen)
    _require_same_windows(chosen)
    return chosen


def _models(session: Session, owner: ForecastSession) -> list[Member]:
    bundle = (Artifact.run_id == SessionModel.run_id) & (Artifact.name == BUNDLE)
    query = (
        select(SessionModel, Run.status, Artifact.id)
        .join(Run, Run.id == SessionModel.run_id)
        .outerjoin(Artifact, bundle)
        .where(SessionModel.session_id == owner.id)
        .order_by(SessionModel.run_id)
    )
    return [
        Member(
            run_id=model.run_id,
            mode=model.mode,
            status=status,
            is_kept=file is not None,
            plan=model.plan,
        )
        for model, status, file in session.execute(query)
    ]


def _can_be_weighed(one: Member) -> bool:
    return one.status == "completed" and one.is_kept and one.mode != EnsembleSettings.mode


def _default(models: Sequence[Member]) -> list[Member]:
    usable = [one for one in models if _can_be_weighed(one)]
    if not usable:
        return []
    same = [one for one in usable if not differences(one.plan, usable[-1].plan)]
    return same[-MAX_MEMBERS:]  # not the best: their figures are those of the test block


def _named(
    owner: ForecastSession, models: Sequence[Member], run_ids: Sequence[int]
) -> list[Member]:
    known = {one.run_id: one for one in models}
    for run_id in run_ids:
        if run_id not in known:
            raise ModelNotFound(f"Session {owner.wire_id} has no model of run {run_id}.")
    twice = sorted({one for one in run_ids if run_ids.count(one) > 1})
    if twice:
        raise FieldRefused(FIELD, f"run {twice[0]} is given twice, but each model counts once.")
    return [known[run_id] for run_id in run_ids]


def _require_finished(chosen: Sequence[Member]) -> None:
    for one in chosen:
        if one.mode == EnsembleSettings.mode:
            detail = f"{one.name} is an ensemble itself: choose the models that it is made of."
            raise FieldRefused(FIELD, detail)
        if not _can_be_weighed(one):
            state = one.status.replace("_", " ")
            raise FieldRefused(FIELD, f"{one.name} is {state}, but it must be trained to its end.")


def _require_same_windows(chosen: Sequence[Member]) -> None:
    """Raise FieldRefused naming the models that differ from the largest group, and in what."""
    groups: list[list[Member]] = []
    for one in chosen:
        for group in groups:
            if not differences(one.plan, group[0].plan):
                group.append(one)
                break
        else:
            groups.append([one])
    most = max(groups, key=len)
    rest = ", ".join(one.name for one in most)
    faults = [
        f"{one.name} cannot be weighed with {rest}: it has {words[0]}."
        for one in chosen
        if (words := differences(one.plan, most[0].plan))
    ]
    if faults:
        raise FieldRefused(FIELD, " ".join(faults))


def differences(plan: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return in what the windows of two plans differ, in words; empty where they are the same."""
    first, second = window_plan_of(plan), window_plan_of(other)
    parts = [words for name, words in PARTS if getattr(first, name) != getattr(second, name)]
    if parts or _sources(plan) == _sources(other):
        return parts
    return ["other values in its files"]


def windows_key(plan: Mapping[str, Any]) -> str:
    """Return a short name that two models share if their windows are the same."""
    return _windows_key(strict_json.dump_bytes(plan))


@lru_cache(maxsize=256)  # lists ask for it again and again, and most models share their plan
def _windows_key(plan: bytes) -> str:
    read = strict_json.loads(plan)
    said = repr((window_plan_of(read), _sources(read)))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _sources(plan: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (one["direction"], one["label"], one["values_key"], one["series_index"])
        for one in plan["files"]
    ]
