"""Which study a run belongs to, and what the runs of a study come to in one row of the list."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import visible
from app.auth.actor import Actor
from app.models.run import RunResult
from app.models.study import Study, StudyRun
from services.runs.results.domain.result import TEST
from services.search.study_rows import StudyMember
from services.tracking.catalogue import canonical_name

ARMS_WITH_A_MEAN = ("federated", "central")  # one run for each seed; sites have a rule of their own


@dataclass(frozen=True, kw_only=True)
class StudyOfRun:
    """The study of a run, and its part in it; ``client`` names a site that trains alone."""

    id: int
    name: str
    arm: str
    seed: int
    client: str | None


@dataclass(frozen=True, kw_only=True)
class ArmMean:
    """The mean of the study's metric over the ``n`` runs of an arm that measured test rows."""

    arm: str
    n: int
    mean: float


@dataclass(frozen=True, kw_only=True)
class StudyRow:
    """The matching runs of a study: their ids, how many are in each status, and means by arm."""

    id: int
    name: str
    metric: str
    run_ids: Sequence[int]
    statuses: Mapping[str, int]
    means: Sequence[ArmMean]


def studies_of(session: Session, actor: Actor, run_ids: Sequence[int]) -> dict[int, StudyOfRun]:
    """Return the study of each run that is part of one the actor may see; one statement."""
    query = (
        select(StudyRun.run_id, Study.id, Study.name, StudyRun.arm, StudyRun.seed, StudyRun.client)
        .join(Study, Study.id == StudyRun.study_id)
        .where(StudyRun.run_id.in_(run_ids), visible(Study, actor))
        .order_by(Study.id.desc())  # of two studies the older one is named, as in the list
    )
    return {
        run_id: StudyOfRun(id=study_id, name=name, arm=arm, seed=seed, client=client or None)
        for run_id, study_id, name, arm, seed, client in session.execute(query)
    }


def rows_of_studies(
    session: Session, members: Mapping[int, Sequence[StudyMember]]
) -> list[StudyRow]:
    """Return the summary of each study, in the order of ``members``; two statements."""
    query = select(Study.id, Study.name, Study.metric).where(Study.id.in_(members))
    studies = {row.id: row for row in session.execute(query)}
    values = _test_values(session, {row.id: row.metric for row in studies.values()})
    return [
        StudyRow(
            id=study_id,
            name=studies[study_id].name,
            metric=studies[study_id].metric,
            run_ids=[one.run_id for one in runs],
            statuses=dict(Counter(one.status for one in runs)),
            means=_means(runs, values),
        )
        for study_id, runs in members.items()
        if study_id in studies
    ]


def _test_values(session: Session, metric_by_study: Mapping[int, str]) -> dict[int, float]:
    """Return what each completed run of the studies scored on test rows in its study's metric."""
    metric = {study: canonical_name(name) for study, name in metric_by_study.items()}
    query = (
        select(StudyRun.study_id, RunResult.run_id, RunResult.metric, RunResult.value)
        .join(RunResult, RunResult.run_id == StudyRun.run_id)
        .where(
            StudyRun.study_id.in_(metric),
            StudyRun.arm.in_(ARMS_WITH_A_MEAN),
            RunResult.metric.in_(set(metric.values())),
            RunResult.measured_on == TEST,
        )
    )
    return {
        run_id: value
        for study, run_id, name, value in session.execute(query)
        if metric[study] == name and value is not None
    }


def _means(runs: Sequence[StudyMember], values: Mapping[int, float]) -> list[ArmMean]:
    by_arm: dict[str, list[float]] = defaultdict(list)
    for one in runs:
        if one.status == "completed" and one.run_id in values:
            by_arm[one.arm].append(values[one.run_id])
    return [
        ArmMean(arm=arm, n=len(by_arm[arm]), mean=fsum(by_arm[arm]) / len(by_arm[arm]))
        for arm in ARMS_WITH_A_MEAN
        if by_arm[arm]
    ]
