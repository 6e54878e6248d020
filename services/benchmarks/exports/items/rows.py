"""The settled items of a run, some persons at a time, so that memory does not grow with a run."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from app.db.engine import Database
from app.models.benchmark import BenchmarkAnswer, BenchmarkFailure, BenchmarkRun
from app.models.persona import Persona
from services.benchmarks.domain.attributes import age_group
from services.benchmarks.domain.ratings import LEVELS
from services.benchmarks.exports.items.columns import PERSON
from services.benchmarks.items.list import OF_KEY, flags_of, known_latency

BATCH = 10_000  # items that are read at once, about
ACCEPTED = "accepted"
Row = dict[str, Any]
_SHARED = (*OF_KEY, "attempt", "answer_raw", "latency_ms", "prompt_tokens", "completion_tokens")
_OF_PERSON = tuple(one.name for one in PERSON if one.name not in ("persona_uuid", "persona_name"))


def item_batches(database: Database, run: BenchmarkRun, size: int = BATCH) -> Iterator[list[Row]]:
    """Yield every settled item of ``run``, about ``size`` at a time, by person and trait.

    An item that was not asked yet has no row.
    """
    with database.read() as session:
        query = select(Persona).where(Persona.set_id == run.set_id).order_by(Persona.id)
        people = session.scalars(query).all()
    about = _About(run)
    per_person = max(1, run.total // max(1, len(people)))
    step = max(1, size // per_person)
    for start in range(0, len(people), step):
        with database.read() as session:
            rows = _rows(session, about, people[start : start + step])
        if rows:
            yield rows


class _About:
    """What all items of a run share: its number, its model, its traits and its templates."""

    def __init__(self, run: BenchmarkRun) -> None:
        self.run = run
        self.head = {"run_id": run.id, "model": run.model_name}
        self.traits = {one["id"]: _trait(one) for one in run.manifest["traits"]}
        prompt = run.manifest["prompt"]
        levels = product(enumerate(prompt["wordings"]), enumerate(prompt["cues"]))
        self.templates = {
            (place, at): {"template": one["name"], "wording": wording, "cue": cue}
            for ((place, wording), (at, cue)), one in zip(
                levels, run.manifest["templates"], strict=True
            )
        }


def _rows(session: Session, about: _About, people: Sequence[Persona]) -> list[Row]:
    persons = {one.id: _person(one) for one in people}
    settled = [(row, None) for row in _settled(session, BenchmarkAnswer, about.run.id, people)] + [
        (row, row["kind"]) for row in _settled(session, BenchmarkFailure, about.run.id, people)
    ]
    settled.sort(key=lambda one: tuple(one[0][name] for name in OF_KEY))
    return [_row(about, persons[row["persona_id"]], row, kind) for row, kind in settled]


def _settled(
    session: Session, table: Any, run_id: int, people: Sequence[Persona]
) -> list[RowMapping]:
    own = ("rating", "probabilities", "flags") if table is BenchmarkAnswer else ("kind",)
    columns = [getattr(table, name) for name in (*_SHARED, "created_at", *own)]
    ids = table.persona_id.between(people[0].id, people[-1].id)
    query = select(*columns).where(table.run_id == run_id, ids)
    return list(session.execute(query).mappings())


def _row(about: _About, person: Row, item: Mapping[str, Any], kind: str | None) -> Row:
    trait = about.traits[item["trait_id"]]
    options = item.get("probabilities") or {}
    return {
        **about.head,
        **person,
        **trait,
        "scale_order": item["scale_order"],
        **about.templates[item["wording"], item["cue"]],
        "repeat": item["repeat"],
        "outcome": kind or ACCEPTED,
        "attempt": item["attempt"],
        **_views(item.get("rating"), item["scale_order"], trait["trait_valence"]),
        **{f"probability_{n}": options.get(str(n)) for n in range(1, LEVELS + 1)},
        "flags": " ".join(flags_of(item.get("flags"))) or None,
        "answer_raw": item["answer_raw"],
        "latency_ms": known_latency(about.run, item["latency_ms"]),
        **{name: item[name] for name in ("prompt_tokens", "completion_tokens")},
        "settled_at": item["created_at"],
    }


def _views(raw: int | None, order: str, valence: int | None) -> Row:
    """Return the four views of a rating (contract section 1); all are None without one."""
    turned = None if raw is None else LEVELS + 1 - raw if order == "rev" else raw
    unkind = turned is not None and (valence or 0) < 0
    aligned = LEVELS + 1 - turned if unkind and turned is not None else turned
    return {
        "rating_raw": raw,
        "rating_pre_valence": turned,
        "rating_valence_aligned": aligned,
        "rating": aligned,
    }


def _person(one: Persona) -> Row:
    attributes = {name: getattr(one, name, None) for name in _OF_PERSON}
    return {
        "persona_uuid": one.uuid,
        "persona_name": one.name,
        **attributes,
        "age_group": age_group(one.age),
    }


def _trait(one: Mapping[str, Any]) -> Row:
    names = ("code", "adjective", "adjective_de", "category", "valence")
    return {f"trait_{name}": one[name] for name in names}
