"""An attribute generation as a worker performs it: ask for what is open, keep each text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.engine import Database
from app.jobs import states
from app.models.attribute_generation import AttributeGeneration
from app.models.benchmark import BenchmarkModel
from app.models.persona import Persona
from services.benchmarks.domain.person_texts import WRITING, writing_messages
from services.benchmarks.errors import CannotScore
from services.benchmarks.generations.counts import counts_of_generations, settled_personas
from services.benchmarks.generations.ports import Writer, Writing
from services.benchmarks.generations.report import GenerationGone, GenerationReport
from services.benchmarks.runs.expected import CHARACTERS_PER_TOKEN, SAMPLED
from services.benchmarks.runs.meter import Meter, Tokens, keep_probe
from services.benchmarks.runs.ports import Asking, KeyReader
from services.benchmarks.runs.templates import described
from services.benchmarks.runs.tokens import TokenEstimate
from services.benchmarks.runs.types import EndpointSettings, RunCounts
from services.benchmarks.runs.writing import flushing, should_end
from services.runs.training.ports import FencedAttempt

WRITING_TOKENS = 250  # of a name, an appearance and a biography
PROBED = 500  # personas of which the longest prompt is probed


@dataclass(frozen=True, kw_only=True)
class GenerationTask:
    """One attempt at one generation; ``personas`` are those that are open."""

    generation_id: int
    asking: Asking
    counts: RunCounts
    personas: Sequence[Persona]
    model: BenchmarkModel
    tokens: Tokens


def perform_generation(
    generation_id: int,
    attempt: FencedAttempt,
    database: Database,
    writer: Writer,
    read_key: KeyReader,
) -> None:
    """Ask for the texts of every persona that has none. A stop keeps what was written.

    Raises CannotScore and CostLimitReached, which fail the job with their sentence. A generation
    that was deleted meanwhile is cancelled.
    """
    task = _task(generation_id, database, read_key)
    try:
        if task is None:
            raise GenerationGone
        stopped = _write(_probed(task, attempt, writer), attempt, writer)
    except GenerationGone:
        stopped = True
    with attempt.write() as unit:
        attempt.finish(unit, states.CANCELLED if stopped else states.SUCCEEDED)


def _task(generation_id: int, database: Database, read_key: KeyReader) -> GenerationTask | None:
    with database.read() as session:
        row = session.get(AttributeGeneration, generation_id)
        if row is None:
            return None
        model = session.get_one(BenchmarkModel, row.model_id)
        asking = Asking(
            base_url=model.base_url,
            key=read_key(model),
            manifest=row.manifest,
            endpoint=EndpointSettings(**row.endpoint),
            probe=row.probe or {},
        )
        counts = counts_of_generations(session, [row])[row.id]
        return GenerationTask(
            generation_id=generation_id,
            asking=asking,
            counts=counts,
            personas=_open_personas(session, row),
            model=model,
            tokens=Tokens.of(row),
        )


def _open_personas(session: Session, row: AttributeGeneration) -> list[Persona]:
    settled = settled_personas(session, row.id)
    query = select(Persona).where(Persona.set_id == row.set_id).order_by(Persona.id)
    return [one for one in session.scalars(query) if one.id not in settled]


def _writings(task: GenerationTask) -> Iterator[Writing]:
    prompt = task.asking.manifest["prompt"]
    language = prompt["language"]
    for persona in task.personas:
        yield Writing(
            persona_id=persona.id,
            messages=writing_messages(described(persona), language, prompt["system_prompt"]),
            retry_suffix=WRITING[language].retry,
        )


def _assumed(task: GenerationTask) -> TokenEstimate:
    """Return the tokens of one persona where the server counts none."""
    sample = replace(task, personas=task.personas[:SAMPLED])
    sizes = [sum(len(part["content"]) for part in one.messages) for one in _writings(sample)]
    language = task.asking.manifest["prompt"]["language"]
    prompt = sum(sizes) / len(sizes) / CHARACTERS_PER_TOKEN[language]
    return TokenEstimate(prompt=prompt, completion=WRITING_TOKENS, source="prompts")


def _probed(task: GenerationTask, attempt: FencedAttempt, writer: Writer) -> GenerationTask:
    """Probe the server at each attempt that has something to ask: it may be another one by now."""
    if not task.personas:
        return task
    sample = replace(task, personas=task.personas[:PROBED])
    try:
        probe = writer.probe(task.asking, list(_writings(sample)))
    except CannotScore as refused:
        if refused.probe is not None:
            _keep_probe(task, attempt, refused.probe)
        raise
    tokens = _keep_probe(task, attempt, probe)
    return replace(task, asking=replace(task.asking, probe=probe), tokens=tokens)


def _keep_probe(task: GenerationTask, attempt: FencedAttempt, probe: Mapping[str, Any]) -> Tokens:
    """Store what the server does; return the tokens so far. Raises GenerationGone."""
    with attempt.write() as unit:
        row = unit.session.get(AttributeGeneration, task.generation_id, with_for_update=True)
        if row is None:
            raise GenerationGone
        keep_probe(row, task.model, probe)
        return Tokens.of(row)


def _write(task: GenerationTask, attempt: FencedAttempt, writer: Writer) -> bool:
    """Ask for what is open; return whether a stop came first."""
    if not task.personas:
        return False
    meter = Meter(task.model, task.tokens, task.asking.endpoint.cost_limit, _assumed(task))
    report = GenerationReport(attempt, task.generation_id, task.counts, meter)
    with flushing(report) as failed:
        writer.write(
            task.asking,
            _writings(task),
            report.accept,
            lambda: failed() or should_end(attempt),
            report.on_server,
            meter,
        )
    report.require_paid()
    return attempt.stop_requested()
