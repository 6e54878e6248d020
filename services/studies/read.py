"""The results of a study so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Row

from app.auth.access import can_edit, require_visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.run import Run
from app.models.study import Study, StudyRun
from app.storage import ObjectStore
from services.runs.progress import progress_of
from services.runs.statements import predictions_of
from services.studies.domain import outcome
from services.studies.domain.contrasts import Contrast, RowError, contrasts, mean_interval
from services.studies.domain.failures import (
    SiteFailure,
    arm_failures,
    site_failures,
    smallest_failures,
)
from services.studies.domain.outcome import Score, Values
from services.studies.domain.pairing import held_out_ratio, paired_seeds, weights
from services.studies.domain.sentence import METHOD, refused_note, sentence_for
from services.studies.predictions import Weights, errors_of_rows
from services.studies.repository import trainings_of
from services.studies.scores import score_of
from services.studies.types import Arm, LabelledContrast, StudyDetail, Training
from services.tracking.catalogue import direction_of
from services.tracking.domain.metric_names import is_share

LABELS = {
    outcome.CENTRAL: "Central: all rows in one place",
    outcome.FEDERATED: "Federated",
    outcome.MEAN: "Local-only: mean of the sites",
    outcome.SMALLEST: "Local-only: the smallest site",
}


@dataclass(frozen=True, kw_only=True)
class _Stored:
    """What the database says of a study."""

    study: Study
    rows: Sequence[Row[StudyRun, Run]]
    progress: Mapping[int, float]
    predictions: Mapping[int, str]
    can_edit: bool


def show_study(database: Database, store: ObjectStore, actor: Actor, study_id: str) -> StudyDetail:
    """Return the study with its trainings, its chart and its sentence."""
    stored = _stored(database, actor, study_id)
    study = stored.study
    scores = [score_of(part, run, study.metric) for part, run in stored.rows]
    failures = site_failures(scores)
    values = _values(scores, failures)
    each = _each_site(scores)
    contrasts_of_study = _contrasts(store, stored, scores, values)
    notes = [
        *(one.sentence for one in failures),
        *smallest_failures(values[outcome.SMALLEST], failures),
        *arm_failures(scores),
        *refused_note(contrasts_of_study),
    ]
    return StudyDetail(
        study=study,
        can_edit=stored.can_edit,
        seeds=sorted({one.seed for one in scores}),
        trainings=_trainings(stored, scores),
        arms=_arms(store, stored, scores, values, each, failures),
        contrasts=[
            LabelledContrast(label=LABELS[one.against], contrast=one) for one in contrasts_of_study
        ],
        sentence=sentence_for(study.metric, contrasts_of_study, study.equivalence_margin, notes),
        notes=notes,
        method=METHOD,
        lower_is_better=direction_of(study.metric) == "min",
        seeds_compared=max((one.difference.n for one in contrasts_of_study), default=0),
    )


def _stored(database: Database, actor: Actor, study_id: str) -> _Stored:
    with database.read() as session:
        study = require_visible(session, Study, study_id, actor, what="Study")
        rows = trainings_of(session, actor, study.id)
        run_ids = [run.id for _, run in rows]
        return _Stored(
            study=study,
            rows=rows,
            progress=progress_of(session, run_ids),
            predictions=predictions_of(session, run_ids),
            can_edit=can_edit(actor, study),
        )


def _trainings(stored: _Stored, scores: Sequence[Score]) -> list[Training]:
    return [
        Training(
            run_id=run.id,
            name=run.name,
            arm=one.arm,
            seed=one.seed,
            client=one.client or None,
            status=run.status,
            progress=stored.progress.get(run.id, 0.0),
            train_rows=one.train_rows,
            test_rows=one.test_rows,
            value=one.value,
            has_result=not one.is_without_result,
        )
        for (_, run), one in zip(stored.rows, scores, strict=True)
    ]


def _values(scores: Sequence[Score], failures: Sequence[SiteFailure]) -> dict[str, Values]:
    sites = outcome.sites_of(scores)
    left_out = {one.client for one in failures}
    return {
        outcome.CENTRAL: outcome.by_seed(scores, outcome.CENTRAL),
        outcome.FEDERATED: outcome.by_seed(scores, outcome.FEDERATED),
        outcome.MEAN: outcome.mean_of_sites(scores, [one for one in sites if one not in left_out]),
        outcome.SMALLEST: outcome.smallest_site(scores, sites),
    }


def _each_site(scores: Sequence[Score]) -> dict[str, Values]:
    return {site: outcome.by_seed(scores, outcome.LOCAL, site) for site in outcome.sites_of(scores)}


def _contrasts(
    store: ObjectStore, stored: _Stored, scores: Sequence[Score], values: Mapping[str, Values]
) -> list[Contrast]:
    metric, federated = stored.study.metric, values[outcome.FEDERATED]
    weights_by_sum: dict[str, Weights] = {}
    for name, other in values.items():
        seeds = paired_seeds(federated, other).seeds
        if name != outcome.FEDERATED and len(seeds) > 1:
            weights_by_sum[name] = weights(federated, seeds) | weights(other, seeds, -1.0)
    return contrasts(
        scores,
        values,
        errors_of_rows(store, metric, stored.predictions, weights_by_sum),
        is_share=is_share(metric),
        margin=stored.study.equivalence_margin,
    )


def _arms(
    store: ObjectStore,
    stored: _Stored,
    scores: Sequence[Score],
    values: Mapping[str, Values],
    each: Mapping[str, Values],
    failures: Sequence[SiteFailure],
) -> list[Arm]:
    metric = stored.study.metric
    every = {(name, ""): of_seeds for name, of_seeds in values.items()}
    every |= {(outcome.LOCAL, site): of_seeds for site, of_seeds in each.items()}
    weights_by_sum = {
        "/".join(key): weights(of_seeds, list(of_seeds))
        for key, of_seeds in every.items()
        if len(of_seeds) > 1
    }
    rows = errors_of_rows(store, metric, stored.predictions, weights_by_sum)
    return [
        _arm(metric, scores, name, site, of_seeds, rows.get(f"{name}/{site}"), failures)
        for (name, site), of_seeds in every.items()
    ]


def _arm(
    metric: str,
    scores: Sequence[Score],
    name: str,
    site: str,
    of_seeds: Values,
    row_error: RowError | None,
    failures: Sequence[SiteFailure],
) -> Arm:
    """Return an arm; ``site`` is "" unless it is the training of one site alone."""
    failed = {one.client: len(one.seeds) for one in failures}
    ratio = held_out_ratio(scores, [of_seeds], list(of_seeds))
    return Arm(
        arm=name,
        client=site or None,
        label=f"Local-only: {site}" if site else LABELS[name],
        values={str(seed): one.value for seed, one in sorted(of_seeds.items())},
        interval=mean_interval(of_seeds, ratio, row_error, is_share=is_share(metric)),
        failed=failed.get(site, 0) if site else _failed(scores, name),
        is_left_out=site in failed,
    )


def _failed(scores: Sequence[Score], arm: str) -> int:
    if arm not in (outcome.CENTRAL, outcome.FEDERATED):
        return 0
    return sum(one.arm == arm and one.is_without_result for one in scores)
