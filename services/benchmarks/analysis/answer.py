"""Answering a question about a run: kept answers first, then its ratings."""

from collections.abc import Callable, Mapping
from typing import Any

from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import Invalid
from app.models.benchmark import BenchmarkRun
from services.benchmarks.analysis.cached import cached
from services.benchmarks.analysis.exploratory import as_planned
from services.benchmarks.analysis.load import RunData
from services.benchmarks.analysis.plan import plan_of
from services.benchmarks.analysis.questions import QUESTIONS
from services.benchmarks.domain.attributes import UnknownChoiceError
from services.benchmarks.resolve import visible_benchmark
from services.benchmarks.runs.origin import margin_set


def answer(
    database: Database, actor: Actor, run_id: str, kind: str, question: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the answer of ``QUESTIONS[kind]`` about a run, from the cache where it is kept.

    Raises what ``visible_benchmark`` raises, and Invalid for an attribute, a group or a category
    that the run does not have, with the nearest that it has.
    """
    return answering_about(database, actor, run_id).answer(kind, question)


def answering_about(database: Database, actor: Actor, run_id: str) -> "Answering":
    """Return what answers several questions about a run; raises as ``visible_benchmark``."""
    with database.read() as session:
        return Answering(database, visible_benchmark(session, actor, run_id))


class Answering:
    """Answers questions about one run that the caller may see; its data are read once."""

    def __init__(self, database: Database, run: BenchmarkRun) -> None:
        self._database = database
        self._run = run
        self._data = RunData(database, run)

    @property
    def margin_set(self) -> str:
        """Return when the equivalence margin was set: "before" the run, or at its "import"."""
        return margin_set(self._run.manifest)

    def answer(self, kind: str, question: Mapping[str, Any]) -> dict[str, Any]:
        """Return the kept answer, or a new one. Raises Invalid as ``answer`` does."""
        plan = plan_of(self._run.manifest)
        question = as_planned(plan, question)
        try:
            return self.kept(kind, lambda: QUESTIONS[kind](self._data, plan, question), question)
        except UnknownChoiceError as unknown:
            raise Invalid(str(unknown), errors={unknown.field: [str(unknown)]}) from None

    def kept(
        self,
        kind: str,
        compute: Callable[[], dict[str, Any]],
        question: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return what is kept under ``kind`` about the run as it is now, or compute and keep it."""
        return cached(self._database, self._run, kind, question or {}, compute)
