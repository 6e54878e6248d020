"""The sample: the platform's own personas and traits, and a simulated model with a known bias."""

from sqlalchemy import select

from app.auth.access import require_member
from app.auth.actor import Actor
from app.db.engine import Database
from app.db.one_commit import alone
from app.models.persona import PersonaSet
from services.benchmarks.personas.builtin_rows import SLUG
from services.benchmarks.runs.create import start_benchmark
from services.benchmarks.runs.types import BenchmarkRequest, EndpointSettings
from services.benchmarks.simulated import ensure_simulated_model

NAME = "Sample: a simulated model"
CONCURRENCY = 16
DUAL = 0.25  # of the pairs are asked in both orders


def start_sample(database: Database, actor: Actor, language: str = "en") -> int:
    """Start the sample benchmark of the actor and return its number."""
    require_member(actor)
    # an Idempotency-Key belongs to the run, not to what it needs
    with alone(), database.write() as unit:
        model = ensure_simulated_model(unit.session, actor).name
        people = unit.session.scalars(select(PersonaSet.id).where(PersonaSet.slug == SLUG)).one()
    request = BenchmarkRequest(
        dataset_id=people,
        model_name=model,
        name=NAME,
        language=language,
        dual_fraction=DUAL,
        endpoint=EndpointSettings(concurrency=CONCURRENCY),
    )
    return start_benchmark(database, actor, request)
