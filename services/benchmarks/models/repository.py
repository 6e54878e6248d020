"""The statements of models."""

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.auth.access import can_edit, visible
from app.auth.actor import Actor
from app.auth.views import note_view
from app.db.pages import Page, read_page
from app.errors import Forbidden
from app.ids import parse_id
from app.models.attribute_generation import AttributeGeneration
from app.models.benchmark import BenchmarkModel, BenchmarkRun
from services.benchmarks.models.errors import BenchmarkModelNotFound, ModelExists
from services.benchmarks.models.stand_in import IMPORTED_URL


def page_of(session: Session, actor: Actor, limit: int, offset: int) -> Page[BenchmarkModel]:
    """Return the models that the actor may see, by name."""
    query = select(BenchmarkModel).where(visible(BenchmarkModel, actor))
    query = query.where(BenchmarkModel.base_url != IMPORTED_URL)
    order = (BenchmarkModel.name, BenchmarkModel.id)
    return read_page(session, query, *order, limit=limit, offset=offset)


def visible_model(session: Session, actor: Actor, model_id: str) -> BenchmarkModel:
    """Return the model of this id. Raises Invalid for what is no id, and BenchmarkModelNotFound."""
    number = parse_id(model_id, "model_id")
    query = select(BenchmarkModel).where(
        BenchmarkModel.id == number, visible(BenchmarkModel, actor)
    )
    row = note_view(actor, session.scalar(query))
    if row is None:
        raise BenchmarkModelNotFound(f"There is no model {number}.")
    return row


def editable_model(session: Session, actor: Actor, model_id: str) -> BenchmarkModel:
    """Return a model that the actor may change, locked; raises as ``visible_model``, Forbidden."""
    row = visible_model(session, actor, model_id)
    if not can_edit(actor, row):
        raise Forbidden("This model is shared with you to use: its owner or an admin changes it.")
    session.refresh(row, with_for_update=True)
    return row


def count_runs(session: Session, model_id: int) -> int:
    """Return how many benchmarks and attribute generations are about the model, whosever."""
    return sum(
        session.scalar(select(func.count()).select_from(one).where(one.model_id == model_id)) or 0
        for one in (BenchmarkRun, AttributeGeneration)
    )


def flush(session: Session, name: str) -> None:
    """Write what is pending; raises ModelExists where the owner has a model of this name."""
    try:
        session.flush()
    except IntegrityError:
        detail = f"You have a model '{name}' already: give another name, or change that one."
        raise ModelExists(detail, errors={"name": [detail]}) from None
