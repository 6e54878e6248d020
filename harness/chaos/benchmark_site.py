"""The processes around a benchmark run that is attacked, each of which can be killed."""

import signal
from pathlib import Path

from sqlalchemy import select

from app.auth.actor import Actor
from app.auth.credentials import actor_of_session
from app.clock import now
from app.db.migrate import migrate
from app.jobs import states
from app.models.benchmark import BenchmarkModel
from app.models.job import Job
from app.models.persona import PersonaSet, Trait
from app.models.user import User
from app.resources import Resources, open_resources
from app.settings import Settings
from harness.chaos.faults import send_signal
from harness.chaos.load import OBSERVERS
from harness.chaos.machine import Machine
from harness.chaos.uploads import add_webs
from harness.ports import free_port
from services.benchmarks.builtin_rows import ensure_builtin_benchmarks
from services.benchmarks.personas.builtin_rows import SLUG
from services.benchmarks.runs.create import start_benchmark
from services.benchmarks.runs.types import BenchmarkRequest, EndpointSettings
from services.benchmarks.topics import subject_of

IN_FLIGHT = 8
LATENCY = 0.05  # seconds for an answer, so that something is always in flight


class BenchmarkSite:
    """The processes around one run, and who started it."""

    def __init__(self, home: Path, traits: int, database_url: str | None) -> None:
        environment = {
            "ROUNDHOUSE_HOME": str(home),
            "REDIS_URL": f"unix://{home}/redis.sock?db=0",
            "ROUNDHOUSE_LOG_LEVEL": "error",
            "ROUNDHOUSE_BENCHMARK_PRIVATE_ADDRESSES": "1",
            "DATABASE_URL": database_url or f"sqlite:///{home}/roundhouse.db",
        }
        settings = Settings.from_env(environment)
        self.machine = Machine(home, settings.environment())
        self.resources = open_resources(settings, OBSERVERS, pool_size=2)
        migrate(self.resources.database)
        ensure_builtin_benchmarks(self.resources.database)
        self.notes, port = home / "questions.log", free_port()
        options = (str(port), str(self.notes), str(LATENCY))
        self.machine.add_program("model server", "model_server", *options)
        self.machine.add_program("clock", "process", "clock")
        self.machine.add_program("worker of benchmarks", "process", "benchmarks")
        add_webs(self.machine, 1)
        self.run_id = _start(self.resources, f"http://127.0.0.1:{port}/v1", traits)

    def kill(self, kind: str) -> bool:
        """Kill a part without a warning; False while it is not there."""
        if kind == "Redis":
            self.machine.wipe_redis(0.5)
            return True
        if kind in ("work-horse", "both"):
            return self._kill_worker(parent=kind == "both")
        part = next(one for one in self.machine.parts.values() if one.name.startswith(kind))
        return part.is_ready(self.machine.home) and send_signal(part.pid, signal.SIGKILL)

    def _kill_worker(self, *, parent: bool) -> bool:
        for worker in self.machine.workers():
            if send_signal(worker.child(), signal.SIGKILL):
                return not parent or send_signal(worker.pid, signal.SIGKILL)
        return False

    def has_ended(self) -> bool:
        """Return whether the newest job of the run is over."""
        return self.job().state in states.TERMINAL

    def job(self) -> Job:
        """Return the job of the run as it is now."""
        with self.resources.database.read() as session:
            query = select(Job).where(Job.subject == subject_of(self.run_id))
            return session.scalars(query).one()

    def close(self) -> None:
        """End every process."""
        self.machine.stop()
        self.resources.close()


def _start(resources: Resources, url: str, traits: int) -> int:
    """Start a benchmark of the platform's personas on some of its traits; return its number."""
    database, at = resources.database, now()
    user = User(email="asker@example.org", name="", role="member", is_active=True, created_at=at)
    with database.write() as unit:
        unit.session.add(user)
        unit.session.flush()
        unit.session.add(
            BenchmarkModel(name="simulated", owner_id=user.id, base_url=url, created_at=at,
                           updated_at=at)
        )  # fmt: skip
        people = unit.session.scalars(select(PersonaSet.id).where(PersonaSet.slug == SLUG)).one()
        some = unit.session.scalars(select(Trait.id).order_by(Trait.id).limit(traits)).all()
    actor: Actor = actor_of_session(0, user.id, user.role, user.name)
    request = BenchmarkRequest(
        dataset_id=people,
        model_name="simulated",
        dual_fraction=1.0,
        trait_ids=list(some),
        endpoint=EndpointSettings(concurrency=IN_FLIGHT),
    )
    return start_benchmark(database, actor, request)
