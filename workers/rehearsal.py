"""Living through a job that nobody asked for, before the first one comes.

SQLAlchemy makes much of what a statement needs when it is executed first. A work-horse is a fork of
its worker: what the worker has made already, no work-horse has to make for each job again.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.orm import configure_mappers

from app.db.base import Base
from app.db.engine import Database
from app.db.uow import NewJob
from app.jobs import states
from app.jobs.engine import JobEngine
from app.models.job import Job
from app.models.user import User
from app.process import importing

NAME = "rehearsal"


def rehearse() -> None:
    """Queue, claim, start and end a job in a database of its own, which is gone afterwards."""
    with importing(), TemporaryDirectory() as folder:
        configure_mappers()
        database = Database(f"sqlite:///{Path(folder, NAME)}", pool_size=1)
        tables = [Base.metadata.tables[one.__tablename__] for one in (User, Job)]
        Base.metadata.create_all(database.engine, tables)
        _live_through_a_job(database)
        database.close()


def _live_through_a_job(database: Database) -> None:
    engine = JobEngine(database, {}, lease_seconds=60.0)
    with database.write() as unit:
        job = unit.enqueue(NewJob(kind=NAME, queue=NAME, subject=NAME))
    claim = engine.claim(job.id, NAME)
    if claim is None:
        raise RuntimeError("the job of the rehearsal cannot be claimed")
    engine.start(claim)
    engine.look(claim)
    with engine.fenced(claim) as unit:
        engine.finish(unit, claim, states.SUCCEEDED)
