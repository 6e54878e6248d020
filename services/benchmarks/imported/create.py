"""Bringing foreign ratings in: first what would come of a file, then a benchmark run of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Text, select, type_coerce
from sqlalchemy.orm import Session

from app.auth.access import require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.errors import Invalid
from app.jobs import states
from app.jobs.queues import BENCHMARKS
from app.models.benchmark import BenchmarkRun
from app.models.job import Job
from app.models.persona import Persona, PersonaSet
from app.models.user import User
from services.benchmarks.imported.errors import RatingsImported, SamplesRefused
from services.benchmarks.imported.keep import keep_items
from services.benchmarks.imported.people import known_people, new_people, same_people
from services.benchmarks.imported.plan import manifest_of, model_of, shown_attributes
from services.benchmarks.imported.read import ReadRatings, read_file
from services.benchmarks.imported.traits import kept_traits, match_traits
from services.benchmarks.imported.types import RatingsUpload
from services.benchmarks.models.stand_in import ensure_imported_model
from services.benchmarks.runs.design import group_sizes
from services.benchmarks.runs.job_sync import JOB_KIND
from services.benchmarks.runs.types import EndpointSettings
from services.benchmarks.topics import subject_of

AGE = "age_group"


@dataclass(frozen=True, kw_only=True)
class RatingsPreview:
    """What would come of a file, without anything stored.

    ``problem`` says what the mapping lacks: then there are no counts. ``new_traits`` are adjectives
    that no trait here has, ``groups`` the persons of each group of each attribute, ``earlier`` the
    run that the very same file is already.
    """

    summary: Mapping[str, Any]
    name: str
    model_name: str
    sha256: str
    new_traits: Sequence[str] = ()
    traits: Sequence[str] = ()
    groups: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    dataset: str | None = None
    earlier: int | None = None

    @property
    def shown(self) -> list[str]:
        """Return the attributes that prompts are taken to have shown."""
        return shown_attributes(self.summary["mapping"])


def preview_ratings(
    database: Database, actor: Actor, upload: RatingsUpload, folder: Path
) -> RatingsPreview:
    """Return what would come of a file; raises as ``import_ratings``, but for faults of samples."""
    require_member(actor)
    with read_file(upload, folder) as read, database.read() as session:
        preview = RatingsPreview(
            summary=read.summary,
            name=read.name,
            model_name=model_of(upload, read.summary),
            sha256=read.sha256,
            earlier=_earlier(session, actor, read.sha256),
        )
        if read.summary["problem"] is not None:
            return preview
        return _counted(session, actor, upload, preview)


def _counted(
    session: Session, actor: Actor, upload: RatingsUpload, preview: RatingsPreview
) -> RatingsPreview:
    people, said = preview.summary["people"], preview.summary["traits"]
    matched = match_traits(session, actor, said)
    known = _known_set(session, actor, upload, people)
    shown = {**vars(preview)} | {
        "traits": [one.adjective for one in matched],
        "new_traits": [one.adjective for one in matched if one.row is None],
        "groups": _groups(preview, session, known if upload.dataset_id else None),
        "dataset": known.name if known else None,
    }
    return RatingsPreview(**shown)


def _groups(
    preview: RatingsPreview, session: Session, known: PersonaSet | None
) -> dict[str, dict[str, int]]:
    if known is not None:
        personas: Sequence[Persona] = _personas(session, known.id)
    else:
        names = Persona.__table__.columns.keys()
        said = preview.summary["people"]
        personas = [Persona(**{k: v for k, v in one.items() if k in names}) for one in said]
    return {name: group_sizes(personas, name) for name in preview.shown}


def import_ratings(database: Database, actor: Actor, upload: RatingsUpload, folder: Path) -> int:
    """Make a benchmark run of a file, all of it in one commit, and return its number.

    Raises Forbidden, RatingsRefused, RatingsReaderUnavailable, Invalid for a mapping that is none,
    SamplesRefused where samples are no items and nobody said to leave them out, RatingsImported
    where the very file is a run already, TraitExists and PersonaSetNotFound.
    """
    require_member(actor)
    with read_file(upload, folder) as read:
        _require_items(upload, read)
        with database.write() as unit:
            return _add_run(unit, actor, upload, read).id


def _require_items(upload: RatingsUpload, read: ReadRatings) -> None:
    summary = read.summary
    if summary["problem"] is not None:
        problem = summary["problem"]
        raise Invalid(problem["detail"], errors={problem["field"]: [problem["detail"]]})
    left = sum(one["count"] for one in summary["left"])
    if left and not upload.skip_faults:
        detail = f"{left} of {summary['num_samples']} samples are no items: nothing was stored."
        raise SamplesRefused(detail, errors=summary["faults"])
    if not summary["num_items"]:
        detail = "No sample is an item: nothing was stored."
        raise SamplesRefused(detail, errors=summary["faults"])


def _add_run(
    unit: UnitOfWork, actor: Actor, upload: RatingsUpload, read: ReadRatings
) -> BenchmarkRun:
    session = unit.session
    session.execute(select(User.id).where(User.id == actor.user_id).with_for_update()).all()
    earlier = _earlier(session, actor, read.sha256)
    if earlier is not None and not upload.again:
        detail = f"This file is benchmark run {earlier} already. Import it again if you mean to."
        raise RatingsImported(detail, errors={"file": [detail]})
    people = _people(unit, actor, upload, read)
    matched = match_traits(session, actor, read.summary["traits"])
    traits = kept_traits(session, actor, matched)
    personas = _personas(session, people.id)
    run = _row(unit, actor, upload, read, people, personas, traits)
    ids = {one.uuid: one.id for one in personas}
    persons = [ids[one["uuid"]] for one in read.summary["people"]]
    keep_items(session, run, read, persons, [one["id"] for one in traits])
    _note_done(unit, actor, run, read)
    return run


def _row(
    unit: UnitOfWork,
    actor: Actor,
    upload: RatingsUpload,
    read: ReadRatings,
    people: PersonaSet,
    personas: Sequence[Persona],
    traits: Sequence[Mapping[str, Any]],
) -> BenchmarkRun:
    manifest = manifest_of(upload, read, people, personas, traits)
    at = now()
    run = BenchmarkRun(
        name=read.name,
        owner_id=actor.user_id,
        visibility=upload.visibility,
        set_id=people.id,
        model_id=ensure_imported_model(unit.session, actor).id,
        model_name=manifest.content["model"],
        manifest=dict(manifest.content),
        manifest_hash=manifest.hash,
        endpoint=asdict(EndpointSettings()),
        total=read.summary["num_items"],
        revision=1,
        prompt_tokens=0,
        completion_tokens=0,
        created_at=at,
        started_at=at,
        finished_at=at,
    )
    unit.session.add(run)
    unit.session.flush()
    return run


def _note_done(unit: UnitOfWork, actor: Actor, run: BenchmarkRun, read: ReadRatings) -> None:
    """Add the job that says that the run is over: lists and filters read states of jobs."""
    at = run.created_at
    subject = subject_of(run.id)
    times = {"created_at": at, "started_at": at, "finished_at": at}
    job = Job(
        kind=JOB_KIND, queue=BENCHMARKS, subject=subject, owner_id=run.owner_id,
        state=states.SUCCEEDED, progress=1.0, **times,
    )  # fmt: skip
    unit.session.add(job)
    detail = {"name": run.name, "model": run.model_name, "sha256": read.sha256, "items": run.total}
    record(unit, actor, "benchmark_imported", subject, detail)


def _people(unit: UnitOfWork, actor: Actor, upload: RatingsUpload, read: ReadRatings) -> PersonaSet:
    said = read.summary["people"]
    known = _known_set(unit.session, actor, upload, said)
    return known or new_people(unit, actor, read.name, upload.visibility, said)


def _known_set(
    session: Session, actor: Actor, upload: RatingsUpload, said: Sequence[Mapping[str, Any]]
) -> PersonaSet | None:
    if upload.dataset_id is not None:
        return known_people(session, actor, upload.dataset_id, said)
    return same_people(session, actor, said)


def _personas(session: Session, set_id: int) -> Sequence[Persona]:
    query = select(Persona).where(Persona.set_id == set_id).order_by(Persona.id)
    return session.scalars(query).all()


def _earlier(session: Session, actor: Actor, sha256: str) -> int | None:
    """Return the actor's newest run of the very file."""
    said = type_coerce(BenchmarkRun.manifest, Text).contains(f'"sha256":"{sha256}"')
    mine = BenchmarkRun.owner_id == actor.user_id
    query = select(BenchmarkRun.id).where(mine, said).order_by(BenchmarkRun.id.desc())
    return session.scalar(query.limit(1))
