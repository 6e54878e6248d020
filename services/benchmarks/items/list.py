"""Answers of a run, or its failures, page by page, in the order of people and traits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.db.pages import Page
from app.models.benchmark import BenchmarkAnswer, BenchmarkFailure, BenchmarkRun
from app.models.persona import Persona
from services.benchmarks.generations.resolve import texts_for
from services.benchmarks.resolve import visible_benchmark
from services.benchmarks.runs.origin import is_imported
from services.benchmarks.runs.ports import Item, ItemKey
from services.benchmarks.runs.templates import adjective_of, prompt_of

TABLES: dict[str, Any] = {"answered": BenchmarkAnswer, "failed": BenchmarkFailure}
OF_KEY = ("persona_id", "trait_id", "scale_order", "wording", "cue", "repeat")


@dataclass(frozen=True, kw_only=True)
class ItemFilter:
    """Which items: answered or failed; of a person, a trait, an order, a rating, a kind, a flag.

    ``text`` is in the answer, in whatever case.
    """

    outcome: str = "answered"
    persona_id: int | None = None
    trait_id: int | None = None
    scale_order: str | None = None
    rating: int | None = None
    kind: str | None = None
    text: str | None = None
    flag: str | None = None


@dataclass(frozen=True, kw_only=True)
class ItemView:
    """One settled item with its prompt; ``rating`` is None where it failed, else ``kind`` is.

    ``flags`` are remarks on how an accepted answer was read.

    ``adjective`` is the word of the prompt, in the language of the run.
    """

    persona_id: int
    persona_uuid: str
    trait_id: int
    adjective: str
    scale_order: str
    wording: int
    cue: int
    repeat: int
    rating: int | None
    kind: str | None
    flags: Sequence[str]
    attempt: int
    answer_raw: str
    latency_ms: int | None
    created_at: datetime
    messages: Sequence[dict[str, str]]


def list_items(
    database: Database, actor: Actor, run_id: str, chosen: ItemFilter, limit: int, offset: int
) -> Page[ItemView]:
    """Return the settled items of a run. Raises what ``visible_benchmark`` raises."""
    table = TABLES[chosen.outcome]
    with database.read() as session:
        run = visible_benchmark(session, actor, run_id)
        query = _matching(table, run.id, chosen)
        total = session.scalar(select(func.count()).select_from(query.subquery()))
        order = [getattr(table, name) for name in OF_KEY]
        rows = session.scalars(query.order_by(*order).limit(limit).offset(offset)).all()
        items = views_of(session, run, rows)
    return Page(items=items, total=total or 0, limit=limit, offset=offset)


def _matching(table: Any, run_id: int, chosen: ItemFilter) -> Select[Any]:
    query = select(table).where(table.run_id == run_id)
    for name in ("persona_id", "trait_id", "scale_order", "rating", "kind"):
        value = getattr(chosen, name)
        if value is not None and hasattr(table, name):
            query = query.where(getattr(table, name) == value)
    if chosen.flag and hasattr(table, "flags"):
        query = query.where(table.flags.contains(chosen.flag, autoescape=True))
    if chosen.text:
        query = query.where(table.answer_raw.icontains(chosen.text, autoescape=True))
    return query


def views_of(session: Session, run: BenchmarkRun, rows: Sequence[Any]) -> list[ItemView]:
    """Return answers or failures of a run with their prompts, in the same order."""
    ids = {row.persona_id for row in rows}
    people = {one.id: one for one in session.scalars(select(Persona).where(Persona.id.in_(ids)))}
    traits = {one["id"]: one for one in run.manifest["traits"]}
    texts = texts_for(session, run.manifest, sorted(ids))
    items = [
        Item(
            key=ItemKey(**{name: getattr(row, name) for name in OF_KEY}),
            persona=people[row.persona_id],
            trait=traits[row.trait_id],
            texts=texts.get(row.persona_id, {}),
        )
        for row in rows
    ]
    return [_view(run, row, item) for row, item in zip(rows, items, strict=True)]


def flags_of(stored: str | None) -> list[str]:
    """Return the remarks on an answer as they are stored with it."""
    return stored.split(",") if stored else []


def known_latency(run: BenchmarkRun, latency_ms: int | None) -> int | None:
    """Return the milliseconds of an item; of imported runs 0 stands for what nobody measured."""
    return (latency_ms or None) if is_imported(run.manifest) else latency_ms


def _view(run: BenchmarkRun, row: Any, item: Item) -> ItemView:
    prompt = prompt_of(run.manifest, item)
    return ItemView(
        persona_uuid=item.persona.uuid,
        adjective=adjective_of(item.trait, run.manifest["prompt"]["language"]),
        rating=getattr(row, "rating", None),
        kind=getattr(row, "kind", None),
        flags=flags_of(getattr(row, "flags", None)),
        attempt=row.attempt,
        answer_raw=row.answer_raw,
        latency_ms=known_latency(run, row.latency_ms),
        created_at=row.created_at,
        messages=prompt.messages,
        **{name: getattr(row, name) for name in OF_KEY},
    )
