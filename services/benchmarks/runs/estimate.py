"""What a run would ask, cost and be able to show, before it is started (decision 13)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.benchmark import BenchmarkAnswer, BenchmarkModel, BenchmarkRun
from services.benchmarks.analysis.answer import Answering
from services.benchmarks.domain.detectable import ASSUMED_SPREAD, RatingSpread
from services.benchmarks.errors import BenchmarkNotFound
from services.benchmarks.resolve import visible_benchmark
from services.benchmarks.runs.cost import price
from services.benchmarks.runs.design import RunDesign, model_named, read_design
from services.benchmarks.runs.design_power import Detectable, detectable_of
from services.benchmarks.runs.expected import seconds_of, tokens_of
from services.benchmarks.runs.tokens import TokenEstimate
from services.benchmarks.runs.types import BenchmarkRequest


@dataclass(frozen=True, kw_only=True)
class RunEstimate:
    """What a design comes to.

    ``tokens`` are per item; ``price`` and ``cost_limit`` in ``currency``, ``items_within_limit``
    how many items the limit pays for; ``seconds`` None where nothing says how fast the server
    is. ``earlier`` is the run that tokens, time and spread were measured on, if there is one.
    """

    personas: int
    traits: int
    pairs: int
    variants: int
    items: int
    tokens: TokenEstimate
    price: float | None
    currency: str | None
    items_within_limit: int | None
    seconds: float | None
    earlier: Mapping[str, Any] | None
    spread: RatingSpread
    detectable: Detectable


def estimate_benchmark(
    database: Database, actor: Actor, request: BenchmarkRequest, pilot_run_id: int | None = None
) -> RunEstimate:
    """Return what a run would come to; nothing is stored, nothing is asked.

    ``model_name`` may be empty: price and time are unknown then. The spread of ratings is that
    of the pilot, else of the newest run of the model that has answers, else assumed. Raises as
    ``start_benchmark``, and BenchmarkNotFound for a pilot that is not the actor's to see.
    """
    with database.read() as session:
        design = read_design(session, actor, request)
        model = model_named(session, actor, request.model_name) if request.model_name else None
        earlier = _earlier(session, actor, model, pilot_run_id)
        tokens = tokens_of(session, design, earlier)
        seconds = seconds_of(session, design, earlier, model.probe if model else None)
    spread = _spread(database, earlier)
    total = price_of(model, tokens, design.total)
    return RunEstimate(
        personas=len(design.personas),
        traits=len(design.traits),
        pairs=design.pairs,
        variants=design.variants,
        items=design.total,
        tokens=tokens,
        price=total,
        currency=model.currency if model else None,
        items_within_limit=_within_limit(design, total),
        seconds=seconds,
        earlier={"id": earlier.id, "name": earlier.name} if earlier else None,
        spread=spread,
        detectable=detectable_of(design, spread),
    )


def price_of(model: BenchmarkModel | None, tokens: TokenEstimate, items: int) -> float | None:
    """Return the price of so many items; None without a model or its prices."""
    if model is None:
        return None
    return price(model, round(tokens.prompt * items), round(tokens.completion * items))


def _within_limit(design: RunDesign, total: float | None) -> int | None:
    limit = design.request.endpoint.cost_limit
    if limit is None or total is None or total <= limit:
        return None
    return int(design.total * limit / total)


def _earlier(
    session: Session, actor: Actor, model: BenchmarkModel | None, pilot_run_id: int | None
) -> BenchmarkRun | None:
    """Return the pilot, else the newest run of the model that is over and has an answer."""
    if pilot_run_id is not None:
        return _pilot(session, actor, pilot_run_id)
    if model is None:
        return None
    has_answers = select(BenchmarkAnswer.run_id).where(BenchmarkAnswer.run_id == BenchmarkRun.id)
    query = (
        select(BenchmarkRun)
        .where(BenchmarkRun.model_id == model.id, visible(BenchmarkRun, actor))
        .where(BenchmarkRun.finished_at.is_not(None), has_answers.exists())
        .order_by(BenchmarkRun.id.desc())
    )
    return session.scalars(query.limit(1)).first()


def _pilot(session: Session, actor: Actor, run_id: int) -> BenchmarkRun:
    try:
        return visible_benchmark(session, actor, run_id)
    except BenchmarkNotFound as unknown:
        unknown.errors = {"pilot_run_id": [unknown.detail]}
        raise


def _spread(database: Database, earlier: BenchmarkRun | None) -> RatingSpread:
    if earlier is None:
        return ASSUMED_SPREAD
    return RatingSpread(**Answering(database, earlier).answer("spread", {}))
