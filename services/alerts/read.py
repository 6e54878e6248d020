"""Reading alerts: the list by filter, one with its history, and what the bell shows."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.errors import Invalid
from app.models.alert import FIRING, PENDING, RECOVERED, Alert, AlertEvent
from app.models.user import User
from services.alerts.access import own_alerts, require_alert
from services.alerts.types import (
    AlertCard,
    AlertDetail,
    AlertFilter,
    AlertPage,
    AlertStep,
    AlertSummary,
)
from services.alerts.undelivered import is_undelivered
from services.incidents.cursor import behind, cursor_of

SHOWN = (FIRING, PENDING, RECOVERED)  # in this order
place_in_list = case({state: place for place, state in enumerate(SHOWN)}, value=Alert.state)
IN_THE_BELL = 5
MAX_HISTORY = 100
_FORM = re.compile(r"([0-2])-(.{1,40})")


def list_alerts(
    database: Database, actor: Actor, which: AlertFilter, *, limit: int, after: str | None
) -> AlertPage:
    """Return a page of the actor's alerts: what fires, what is pending, what has recovered.

    Raises Invalid where ``after`` is no place in the list.
    """
    query = (
        select(Alert)
        .where(own_alerts(actor), Alert.state.in_(SHOWN), *_matching(which, now()))
        .where(*_behind(after))
        .order_by(place_in_list, Alert.state_at.desc(), Alert.id.desc())
        .limit(limit + 1)
    )
    with database.read() as session:
        rows = session.scalars(query).all()
        last = rows[limit - 1] if len(rows) > limit else None
        return AlertPage(
            items=_cards(session, rows[:limit]),
            next_after=None if last is None else _place_of(last),
        )


def read_alert(database: Database, actor: Actor, number: str) -> AlertDetail:
    """Return one alert with its history; raises as ``require_alert``."""
    with database.read() as session:
        row = require_alert(session, actor, number)
        who = aliased(User)
        query = (
            select(AlertEvent, who.name)
            .outerjoin(who, who.id == AlertEvent.user_id)
            .where(AlertEvent.alert_id == row.id)
            .order_by(AlertEvent.id.desc())
            .limit(MAX_HISTORY)
        )
        history = [AlertStep(event=event, who=name) for event, name in session.execute(query)]
        return AlertDetail(card=_cards(session, [row])[0], history=history)


def summarise_alerts(database: Database, actor: Actor) -> AlertSummary:
    """Return what of the actor's alerts fires and is not muted, in short."""
    fires = (own_alerts(actor), Alert.state == FIRING, ~_muted(now()))
    undelivered = func.count().filter(is_undelivered())
    with database.read() as session:
        firing, lost = session.execute(
            select(func.count(), undelivered).select_from(Alert).where(*fires)
        ).one()
        newest = select(Alert).where(*fires).order_by(Alert.state_at.desc(), Alert.id.desc())
        rows = session.scalars(newest.limit(IN_THE_BELL)).all()
        return AlertSummary(firing=firing, undelivered=lost, items=_cards(session, rows))


def _muted(at: datetime) -> ColumnElement[bool]:
    return func.coalesce(Alert.muted_until > at, false())


def _matching(which: AlertFilter, at: datetime) -> list[ColumnElement[bool]]:
    parts: list[ColumnElement[bool]] = []
    if which.state is not None:
        parts.append(Alert.state == which.state)
    if which.rule is not None:
        parts.append(Alert.rule == which.rule)
    if which.muted is not None:
        parts.append(_muted(at) if which.muted else ~_muted(at))
    return parts


def _place_of(row: Alert) -> str:
    return f"{SHOWN.index(row.state)}-{cursor_of(row.state_at, row.id)}"


def _behind(after: str | None) -> tuple[ColumnElement[bool], ...]:
    if after is None:
        return ()
    form = _FORM.fullmatch(after)
    if form is None:
        detail = f"after is {after[:40]!r}: give the next_after of a page."
        raise Invalid(detail, errors={"after": [detail]})
    rank = int(form[1])
    return (
        or_(
            place_in_list > rank,
            and_(place_in_list == rank, *behind(Alert.state_at, Alert.id, form[2])),
        ),
    )


def _cards(session: Session, rows: Sequence[Alert]) -> list[AlertCard]:
    at = now()
    muted = [row for row in rows if row.muted_until is not None and row.muted_until > at]
    ids = {row.muted_by for row in muted if row.muted_by is not None}
    query: Any = select(User.id, User.name).where(User.id.in_(ids))
    names = dict(session.execute(query).tuples().all()) if ids else {}
    shown = [row.id for row in rows]
    lost = set(session.scalars(select(Alert.id).where(Alert.id.in_(shown), is_undelivered())))
    return [
        AlertCard(
            alert=row,
            undelivered=row.id in lost,
            muted_until=row.muted_until if row in muted else None,
            muted_by=names.get(row.muted_by or 0) if row in muted else None,
            mute_reason=row.mute_reason if row in muted else None,
        )
        for row in rows
    ]
