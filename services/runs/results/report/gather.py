"""Gathering the contents of a report on a run: a constant number of statements for any run."""

from collections.abc import Mapping
from typing import Any

from app.auth.access import require_visible
from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.models.run import Run
from services.runs.federated.domain.pooling import HELD_OUT, SENTENCES, SITE_VALIDATION
from services.runs.federated.rounds import RoundView, show_rounds
from services.runs.read import RunDetail, show_run
from services.runs.results.domain.defined import defined_metrics
from services.runs.results.domain.history import History
from services.runs.results.domain.result import REPORTED, TEST, VALIDATION, ordered_results
from services.runs.results.domain.result import SITE_VALIDATION as SITE_ROWS
from services.runs.results.kept_results import ResultValue
from services.runs.results.measured import extractor_of
from services.runs.results.read import RunResults, clock_time, confusion_of, results_of
from services.runs.results.report.contents import (
    ClientLine,
    ResultLine,
    RoundLine,
    RunReport,
    in_utc,
)
from services.runs.results.report.table import full_table, history_table
from services.runs.times import RunTimes, duration_of
from services.tracking.catalogue import is_share

ROWS_OF = {HELD_OUT: "test", SITE_VALIDATION: "site validation"}
ENVIRONMENT = ("python", "device", "torch_threads", "git_commit")


def gather_report(
    database: Database, actor: Actor, run_id: str, *, every_series: bool = False
) -> RunReport:
    """Return the report; ``every_series`` puts more than the known metrics into its table.

    Raises NotFound when there is no such run that the actor may see.
    """
    detail = show_run(database, actor, run_id)
    rounds = show_rounds(database, actor, run_id).rounds
    with database.read() as session:
        run = require_visible(session, Run, run_id, actor)
        extractor = extractor_of(session, run)
        history = extractor.history()
        widest = every_series or not len(history)
        table = full_table(session, run, extractor) if widest else history_table(history)
        results = results_of(run, history)
    manifest = run.manifest or {}
    return RunReport(
        id=run.id,
        name=run.name,
        status=run.status,
        training_mode=run.training_mode,
        steps=extractor.steps,
        about=_about(detail, history, extractor.steps, extractor.first_step),
        environment=_environment(manifest),
        params=detail.params,
        tags=detail.tags,
        notes=run.notes or "",
        history=history,
        results=results,
        table=table,
        rounds=[_round(one) for one in rounds],
        clients=sorted({part.client for one in rounds for part in one.clients}),
        test=_test(manifest),
        made_at=now(),
        measured_on=ROWS_OF.get(detail.evaluated_on or "", VALIDATION),
        **_confusion(manifest, results, extractor.steps),
        final=[
            _line(metric, result) for metric, result in ordered_results(run.task, detail.results)
        ],
    )


def _done(history: History, steps: str) -> int:
    """Return how many steps were measured; round 0 is what a federation began with, no round."""
    return len(history) if steps != "rounds" else int((history.epochs > 0).sum())


def _about(detail: RunDetail, history: History, steps: str, first_step: int) -> dict[str, str]:
    run = detail.run
    ran = duration_of(run)
    data, at_sites = detail.dataset, detail.evaluated_on == SITE_VALIDATION
    known = {
        "Run": f"run_{run.id}",
        "Name": run.name,
        "Description": run.run_description,
        "Training mode": run.training_mode,
        "Status": run.status,
        "Owner": detail.owner.name,
        "Started": in_utc(run.start_time),
        "Ended": in_utc(run.end_time),
        "Duration": None if ran is None else clock_time(ran),
        **_apart(detail.times),
        f"{steps.capitalize()} measured": str(_done(history, steps)),
        "Diverged at": _diverged(detail.diverged_at, steps, first_step),
        f"{steps.capitalize()} planned": _text(detail.total_steps),
        "Seed": _text(detail.seed),
        "Data": "The sites' own" if at_sites else None if data is None else data.name,
        "Evaluated on": SENTENCES[SITE_VALIDATION] if at_sites else None,
        "Data SHA-256": None if data is None else data.sha256,
        "Positive class": _positive_class(run.manifest or {}),
        "Weights it began from": None if detail.pretrained is None else detail.pretrained.name,
    }
    return {label: text for label, text in known.items() if text}


def _positive_class(manifest: Mapping[str, Any]) -> str | None:
    """Return the second of two classes: precision, recall and F1 are of it."""
    data = manifest.get("data")
    classes = data.get("classes") if isinstance(data, Mapping) else None
    return str(classes[1]) if isinstance(classes, list) and len(classes) == 2 else None


def _diverged(step: int | None, steps: str, first_step: int) -> str | None:
    if step is None:
        return None
    return f"{steps.removesuffix('s')} {step + first_step}: the loss is not a number from there on"


def _apart(times: RunTimes) -> dict[str, str]:
    """Return what is no part of the duration, where it is a second or more."""
    apart = {"Waited": times.waiting_seconds, "Lay stopped": times.stopped_seconds}
    return {label: clock_time(seconds) for label, seconds in apart.items() if seconds >= 1.0}


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)


def _environment(manifest: Mapping[str, Any]) -> dict[str, str]:
    versions = manifest.get("versions")
    entries = {name: manifest[name] for name in ENVIRONMENT if manifest.get(name) is not None}
    entries |= versions if isinstance(versions, dict) else {}
    return {name: str(value) for name, value in entries.items()}


def _test(manifest: Mapping[str, Any]) -> dict[str, float]:
    """Return what was measured at the end on rows that were held back."""
    test = manifest.get("test")
    if not isinstance(test, dict) or not isinstance(test.get("metrics"), dict):
        return {}
    measured = defined_metrics(test["metrics"], test.get("confusion")).items()
    return {name: float(value) for name, value in measured if isinstance(value, int | float)}


def _confusion(manifest: Mapping[str, Any], results: RunResults, steps: str) -> dict[str, Any]:
    """Return the confusion matrix of the kept model, or of the last step, with its title."""
    test = manifest.get("test")
    matrix = test.get("confusion") if isinstance(test, dict) else None
    if isinstance(matrix, list) and len(matrix) == 2:
        (tn, fp), (fn, tp) = matrix
        kept = confusion_of((tp, tn, fp, fn))
        return {"confusion_title": "Confusion matrix on the test rows", "confusion": kept}
    title = f"Confusion matrix of the last {steps.removesuffix('s')}"
    return {"confusion_title": title, "confusion": results.confusion_matrix}


def _line(metric: str, result: ResultValue) -> ResultLine:
    count = "" if result.num_rows is None else f"{result.num_rows:,} "
    rows = {REPORTED: f"{count}rows, as reported" if count else "as reported"}
    rows |= {VALIDATION: f"{count}validation rows", TEST: f"{count}test rows"}
    rows |= {SITE_ROWS: f"{count}validation rows of the sites"}
    return ResultLine(
        metric=metric,
        value=result.value,
        is_share=is_share(metric),
        rows=rows[result.measured_on],
    )


def _round(view: RoundView) -> RoundLine:
    return RoundLine(
        round=view.round,
        seconds=view.seconds,
        metrics=view.metrics,
        clients=[
            ClientLine(
                client=part.client,
                status=part.status,
                num_samples=part.num_samples,
                seconds=part.seconds,
                metrics=part.metrics,
                reason=part.reason,
            )
            for part in view.clients
        ],
    )
