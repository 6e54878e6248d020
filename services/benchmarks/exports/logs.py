"""Everything that was asked and answered, line by line, person by person."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import strict_json
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.benchmark import BenchmarkAnswer, BenchmarkFailure, BenchmarkRun
from app.models.persona import Persona
from services.benchmarks.generations.resolve import texts_for
from services.benchmarks.items.list import OF_KEY
from services.benchmarks.resolve import visible_benchmark
from services.benchmarks.runs.ports import Item, ItemKey
from services.benchmarks.runs.templates import prompt_of


def write_logs(database: Database, actor: Actor, run_id: str, folder: Path) -> BinaryIO:
    """Return a file with a JSON array of the settled items, at its beginning.

    A line has ts, run_id, persona, case, scale, attempt, model, prompt, response, rating, gen_ms,
    ok and error. Raises what ``visible_benchmark`` raises.
    """
    with database.read() as session:
        run = visible_benchmark(session, actor, run_id)
        people = session.scalars(
            select(Persona).where(Persona.set_id == run.set_id).order_by(Persona.id)
        ).all()
    folder.mkdir(mode=0o700, exist_ok=True)
    file: BinaryIO = TemporaryFile(dir=folder)  # noqa: SIM115 - whoever sends it closes it
    file.write(b"[")
    comma = b"\n"
    for persona in people:
        with database.read() as session:
            lines = list(_lines(session, run, persona))
        for line in lines:
            file.write(comma + strict_json.dump_bytes(line))
            comma = b",\n"
    file.write(b"\n]\n")
    return file


def _lines(session: Session, run: BenchmarkRun, persona: Persona) -> Iterator[dict[str, Any]]:
    traits = {one["id"]: one for one in run.manifest["traits"]}
    tables: tuple[Any, ...] = (BenchmarkAnswer, BenchmarkFailure)
    texts = texts_for(session, run.manifest, [persona.id]).get(persona.id, {})
    for table in tables:
        query = select(table).where(table.run_id == run.id, table.persona_id == persona.id)
        order = [getattr(table, name) for name in OF_KEY]
        for row in session.scalars(query.order_by(*order)):
            key = ItemKey(**{name: getattr(row, name) for name in OF_KEY})
            item = Item(key=key, persona=persona, trait=traits[row.trait_id], texts=texts)
            yield _line(run, item, row)


def _line(run: BenchmarkRun, item: Item, row: Any) -> dict[str, Any]:
    kind = getattr(row, "kind", None)
    return {
        "ts": row.created_at.isoformat(),
        "run_id": run.id,
        "persona": item.persona.uuid,
        "case": item.trait["code"],
        "scale": row.scale_order,
        "attempt": row.attempt,
        "model": run.model_name,
        "prompt": prompt_of(run.manifest, item).messages,
        "response": row.answer_raw,
        "rating": getattr(row, "rating", None),
        "gen_ms": getattr(row, "latency_ms", None),
        "ok": kind is None,
        "error": kind,
    }
