"""Answering a question about a run: kept answers first, then its ratings."""

from collections.abc import Mapping
from typing import Any

from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import Invalid
from app.models.benchmark import BenchmarkRun
from services.benchmarks.analysis.cached import cached
from services.benchmarks.analysis.load import load_ratings
from services.benchmarks.analysis.plan import plan_of
from services.benchmarks.analysis.questions import QUESTIONS
from services.benchmarks.domain.attributes import UnknownChoiceError
from services.benchmarks.resolve import visible_benchmark


def answer(
    database: Database, actor: Actor, run_id: str, kind: str, question: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the answer of ``QUESTIONS[kind]`` about a run, from the cache where it is kept.

    Raises what ``visible_benchmark`` raises, and Invalid for an attribute, a group or a category
    that the run does not have, with the nearest that it has.
    """
    with database.read() as session:
        run = visible_benchmark(session, actor, run_id)
    return answer_about(database, run, kind, question)


def answer_about(
    database: Database, run: BenchmarkRun, kind: str, question: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the answer about a run that the caller may see; raises Invalid as ``answer``."""

    def compute() -> dict[str, Any]:
        with database.read() as session:
            ratings = load_ratings(session, run)
        return QUESTIONS[kind](ratings, plan_of(run.manifest), question)

    try:
        return cached(database, run, kind, question, compute)
    except UnknownChoiceError as unknown:
        raise Invalid(str(unknown), errors={unknown.field: [str(unknown)]}) from None
