"""Which items of a run have no answer: exactly, with examples of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.benchmark import BenchmarkAnswer, BenchmarkFailure, BenchmarkRun
from app.models.persona import Persona
from services.benchmarks.resolve import visible_benchmark
from services.benchmarks.runs.counts import counts_of, failures_by_kind
from services.benchmarks.runs.open_items import Numbering, keys_of, open_items, plan_of
from services.benchmarks.runs.origin import is_imported
from services.benchmarks.runs.ports import ItemKey
from services.benchmarks.runs.templates import adjective_of
from services.benchmarks.runs.types import RunCounts

SAMPLES = 20


@dataclass(frozen=True, kw_only=True)
class MissingItems:
    """The counts of a run, failures by kind, and up to 20 items that have no answer."""

    dataset_id: int
    counts: RunCounts
    failures: Mapping[str, int]
    samples: Sequence[Mapping[str, Any]]


def missing_items(database: Database, actor: Actor, run_id: str) -> MissingItems:
    """Return what has no answer yet. Raises what ``visible_benchmark`` raises."""
    with database.read() as session:
        run = visible_benchmark(session, actor, run_id)
        counts = counts_of(session, [run])[run.id]
        failures = failures_by_kind(session, run.id)
        if is_imported(run.manifest):
            return MissingItems(
                dataset_id=run.set_id,
                counts=counts,
                failures=failures,
                samples=_failed(session, run),
            )
        plan = plan_of(session, run)
        numbers = Numbering(plan)
        answers = keys_of(session, BenchmarkAnswer, plan.run_id) if counts.missing else ()
        answered = {numbers.number(key) for key in answers}
    open_ones = islice(open_items(plan, answered), SAMPLES) if counts.missing else ()
    return MissingItems(
        dataset_id=run.set_id,
        counts=counts,
        failures=failures,
        samples=[_sample(run, one.persona.uuid, one.trait, one.key) for one in open_ones],
    )


def _failed(session: Session, run: BenchmarkRun) -> list[Mapping[str, Any]]:
    """Return items of an imported run that failed: others that have no answer it does not know."""
    table = BenchmarkFailure
    columns = [getattr(table, one.name) for one in fields(ItemKey)]
    query = (
        select(Persona.uuid, *columns)
        .join(Persona, Persona.id == table.persona_id)
        .where(table.run_id == run.id)
        .order_by(*columns)
        .limit(SAMPLES)
    )
    traits = {one["id"]: one for one in run.manifest["traits"]}
    rows = [dict(row) for row in session.execute(query).mappings()]
    keys = [(row.pop("uuid"), ItemKey(**row)) for row in rows]
    return [_sample(run, uuid, traits[key.trait_id], key) for uuid, key in keys]


def _sample(
    run: BenchmarkRun, uuid: str, trait: Mapping[str, Any], key: ItemKey
) -> Mapping[str, Any]:
    return {
        "persona_uuid": uuid,
        "case_id": trait["code"],
        "adjective": adjective_of(trait, run.manifest["prompt"]["language"]),
        "scale_order": key.scale_order,
        "wording": key.wording,
        "cue": key.cue,
        "repeat": key.repeat,
    }
