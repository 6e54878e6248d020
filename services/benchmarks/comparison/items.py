"""Shared items of two runs one by one, page by page: both answers, and how far they differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.db.pages import Page
from app.models.benchmark import BenchmarkAnswer, BenchmarkFailure, BenchmarkRun
from app.models.persona import Persona
from services.benchmarks.comparison.item_rows import Settled, of_key, settled_items
from services.benchmarks.comparison.person_groups import is_of_group
from services.benchmarks.comparison.shared_runs import SharedRuns, shared_runs
from services.benchmarks.domain.answers import REFUSAL
from services.benchmarks.domain.ratings import LEVELS
from services.benchmarks.items.list import OF_KEY, ItemView, views_of

BOTH_ANSWERED, ONE_REFUSED, ONE_UNANSWERED = "both_answered", "one_refused", "one_unanswered"
OUTCOMES = (BOTH_ANSWERED, ONE_REFUSED, ONE_UNANSWERED)


@dataclass(frozen=True, kw_only=True)
class SharedItemFilter:
    """Which shared items: their outcome, how far ratings differ, the trait, order and group.

    ``min_difference`` is in rating points; items that one model did not rate have none.
    """

    outcome: str | None = None
    min_difference: int = 0
    trait_id: int | None = None
    scale_order: str | None = None
    attribute: str | None = None
    category: str | None = None


@dataclass(frozen=True, kw_only=True)
class SharedItemView:
    """One item as both models settled it; ``difference`` is of aligned ratings, a minus b."""

    a: ItemView
    b: ItemView
    difference: int | None


def list_shared_items(
    database: Database,
    actor: Actor,
    run_ids: Sequence[int],
    chosen: SharedItemFilter,
    limit: int,
    offset: int,
) -> Page[SharedItemView]:
    """Return the items that both runs settled. Raises what ``shared_runs`` raises."""
    shared = shared_runs(database, actor, run_ids)
    a, b = shared.runs.values()
    sides = settled_items(a, "a", shared), settled_items(b, "b", shared)
    query = _matching(shared, sides, chosen)
    with database.read() as session:
        order = [sides[0].columns[name] for name in OF_KEY]
        keys, total = _page(session, query.order_by(*order), limit, offset)
        width = len(OF_KEY)
        views = [
            _views(session, run, [row[side * width : (side + 1) * width] for row in keys])
            for side, run in enumerate((a, b))
        ]
    items = [_pair(a, first, second) for first, second in zip(*views, strict=True)]
    return Page(items=items, total=total, limit=limit, offset=offset)


def _page(
    session: Session, query: Select[Any], limit: int, offset: int
) -> tuple[Sequence[Any], int]:
    """Return rows of the query and how many it has in all, which is counted with the rows.

    Pairing the items costs most, and is done once, except for a page behind the last one.
    """
    counted = query.add_columns(func.count().over()).limit(limit).offset(offset)
    rows = session.execute(counted).tuples().all()
    if rows or not offset:
        return rows, rows[0][-1] if rows else 0
    total = session.scalar(select(func.count()).select_from(query.subquery()))
    return rows, total or 0


def _matching(
    shared: SharedRuns, sides: tuple[Settled, Settled], chosen: SharedItemFilter
) -> Select[Any]:
    a, b = sides
    query = select(*of_key(a), *of_key(b)).join_from(
        a.table, b.table, and_(*(a.places[name] == b.places[name] for name in OF_KEY))
    )
    query = query.where(a.columns["trait_id"].in_(_trait_ids(shared)))
    for name in ("trait_id", "scale_order"):
        if (value := getattr(chosen, name)) is not None:
            query = query.where(a.columns[name] == value)
    if chosen.min_difference:
        apart = a.columns["rating"] - b.columns["rating"]
        query = query.where(func.abs(apart) >= chosen.min_difference)
    if chosen.outcome is not None:
        query = query.where(_has_outcome(a, b, chosen.outcome))
    if chosen.attribute is not None and chosen.category is not None:
        query = query.join(Persona, Persona.id == a.columns["persona_id"])
        query = query.where(is_of_group(chosen.attribute, chosen.category))
    return query


def _has_outcome(a: Settled, b: Settled, outcome: str) -> ColumnElement[bool]:
    first, second = a.columns["rating"], b.columns["rating"]
    if outcome == BOTH_ANSWERED:
        return and_(first.is_not(None), second.is_not(None))
    if outcome == ONE_UNANSWERED:
        return first.is_(None) != second.is_(None)
    return or_(
        and_(a.columns["kind"] == REFUSAL, second.is_not(None)),
        and_(b.columns["kind"] == REFUSAL, first.is_not(None)),
    )


def _trait_ids(shared: SharedRuns) -> list[int]:
    codes = set(shared.traits)
    return [one["id"] for one in shared.first.manifest["traits"] if one["code"] in codes]


def _views(session: Session, run: BenchmarkRun, keys: Sequence[Any]) -> list[ItemView]:
    """Return the items of these keys in their order, whether answered or failed."""
    rows: dict[tuple[Any, ...], Any] = {}
    for table in (BenchmarkFailure, BenchmarkAnswer):  # an answer counts more than a failure
        query = select(table).where(
            table.run_id == run.id,
            table.persona_id.in_({key[0] for key in keys}),
            table.trait_id.in_({key[1] for key in keys}),
        )
        rows |= {_key_of(row): row for row in session.scalars(query)}
    return views_of(session, run, [rows[tuple(key)] for key in keys])


def _key_of(row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in OF_KEY)


def _pair(run: BenchmarkRun, a: ItemView, b: ItemView) -> SharedItemView:
    if a.rating is None or b.rating is None:
        return SharedItemView(a=a, b=b, difference=None)
    valence = {one["id"]: one["valence"] for one in run.manifest["traits"]}[a.trait_id]
    ratings = [_aligned(one.rating or 0, one.scale_order, valence) for one in (a, b)]
    return SharedItemView(a=a, b=b, difference=ratings[0] - ratings[1])


def _aligned(rating: int, scale_order: str, valence: int | None) -> int:
    """Return the rating with more as better for the person (contract section 1)."""
    turned = (scale_order == "rev") != ((valence or 0) < 0)
    return LEVELS + 1 - rating if turned else rating
