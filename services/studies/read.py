"""What a study found so far."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Row
from sqlalchemy.orm import Session

from app.auth.access import can_edit, require_visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.run import Run
from app.models.study import Study, StudyRun
from services.runs.progress import progress_of
from services.statistics.interval import t_interval
from services.studies.domain import outcome
from services.studies.domain.outcome import Score
from services.studies.domain.sentence import METHOD, sentence_for
from services.studies.repository import trainings_of
from services.studies.types import Arm, Contrast, StudyDetail, Training
from services.tracking.catalogue import direction_of
from services.tracking.domain.metric_names import is_share

SHORT = {"f1_score": "f1"}  # as the engine spells it
LABELS = {
    outcome.CENTRAL: "Central: all rows in one place",
    outcome.FEDERATED: "Federated",
    outcome.MEAN: "Local-only: mean of the sites",
    outcome.SMALLEST: "Local-only: the smallest site",
}


def show_study(database: Database, actor: Actor, study_id: str) -> StudyDetail:
    """Return the study with its trainings, its chart and its sentence."""
    with database.read() as session:
        study = require_visible(session, Study, study_id, actor, what="Study")
        trainings = _trainings(session, actor, study)
        editable = can_edit(actor, study)
    scores = [_score(one) for one in trainings if one.value is not None]
    # every seed has the same sites: one that lacks a run of them would have another mean
    sites = len({one.client for one in trainings if one.arm == outcome.LOCAL})
    ratio = _test_to_train(study)
    values = _values(scores, sites)
    tests = outcome.contrasts(
        values[outcome.FEDERATED],
        {name: found for name, found in values.items() if name != outcome.FEDERATED},
        ratio,
    )
    differences = {name: test.difference for name, test in tests.items()}
    return StudyDetail(
        study=study,
        can_edit=editable,
        seeds=sorted({one.seed for one in trainings}),
        trainings=trainings,
        arms=_possible(_arms(scores, values, ratio), study.metric),
        contrasts=[
            Contrast(against=name, label=LABELS[name], test=test) for name, test in tests.items()
        ],
        sentence=sentence_for(
            study.metric, differences.get(outcome.CENTRAL), differences.get(outcome.SMALLEST)
        ),
        method=METHOD,
        lower_is_better=direction_of(study.metric) == "min",
        seeds_compared=max((test.difference.n for test in tests.values()), default=0),
    )


def _trainings(session: Session, actor: Actor, study: Study) -> list[Training]:
    rows = trainings_of(session, actor, study.id)
    progress = progress_of(session, [run.id for _, run in rows])
    return [_training(row, study.metric, progress) for row in rows]


def _training(row: Row[StudyRun, Run], metric: str, progress: Mapping[int, float]) -> Training:
    part, run = row
    manifest = run.manifest if run.status == "completed" else None
    measured = (manifest or {}).get("test", {}).get("metrics", {})
    return Training(
        run_id=run.id,
        name=run.name,
        arm=part.arm,
        seed=part.seed,
        client=part.client or None,
        status=run.status,
        progress=progress.get(run.id, 0.0),
        train_rows=None if manifest is None else manifest["split"]["train"],
        value=measured.get(SHORT.get(metric, metric)),
    )


def _score(training: Training) -> Score:
    return Score(
        arm=training.arm,
        seed=training.seed,
        client=training.client or "",
        value=training.value or 0.0,
        rows=training.train_rows or 0,
    )


def _values(scores: Sequence[Score], sites: int) -> dict[str, outcome.Values]:
    return {
        outcome.CENTRAL: outcome.by_seed(scores, outcome.CENTRAL),
        outcome.FEDERATED: outcome.by_seed(scores, outcome.FEDERATED),
        outcome.MEAN: outcome.mean_of_sites(scores, sites),
        outcome.SMALLEST: outcome.smallest_site(scores, sites),
    }


def _arms(scores: Sequence[Score], values: Mapping[str, outcome.Values], ratio: float) -> list[Arm]:
    told = [_arm(name, None, LABELS[name], found, ratio) for name, found in values.items()]
    for client in sorted({one.client for one in scores if one.arm == outcome.LOCAL}):
        found = outcome.by_seed(scores, outcome.LOCAL, client)
        told.append(_arm(outcome.LOCAL, client, f"Local-only: {client}", found, ratio))
    return told


def _arm(name: str, client: str | None, label: str, values: outcome.Values, ratio: float) -> Arm:
    return Arm(
        arm=name,
        client=client,
        label=label,
        values={str(seed): value for seed, value in sorted(values.items())},
        interval=t_interval(list(values.values()), ratio),
    )


def _possible(arms: Sequence[Arm], metric: str) -> Sequence[Arm]:
    """Return the arms with intervals that end where the metric does."""
    if not is_share(metric):
        return arms
    return [
        arm if arm.interval is None else replace(arm, interval=arm.interval.within(0.0, 1.0))
        for arm in arms
    ]


def _test_to_train(study: Study) -> float:
    share = float(study.config.get("test_split", 0.2))
    return share / (1 - share)
