"""Where a file goes in its session: a row that was announced, or a new one after the others."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.forecasting import ForecastSession, SessionFile
from services.forecasting.errors import DuplicateFile


def announced_row(
    session: Session, owner: ForecastSession, direction: str, label: str, name: str
) -> SessionFile | None:
    """Return the announced row that a file of that name and label takes, None without one.

    Raises DuplicateFile where the session has a series of that label which is no such row.
    """
    row = session.scalars(
        select(SessionFile).where(
            SessionFile.session_id == owner.id,
            SessionFile.direction == direction,
            SessionFile.label == label,
        )
    ).first()
    if row is not None and (row.status != "waiting" or row.file_name != name):
        raise _duplicate(direction, label)
    return row


def refuse_duplicate(session: Session, owner: ForecastSession, direction: str, label: str) -> None:
    """Raise DuplicateFile where the session has a series of that label in that direction."""
    if label in _labels(session, owner, direction):
        raise _duplicate(direction, label)


def _duplicate(direction: str, label: str) -> DuplicateFile:
    detail = f"This session has an {direction} called {label!r} already: give another label."
    return DuplicateFile(detail, errors={"bezeichnung": [detail]})


def _labels(session: Session, owner: ForecastSession, direction: str) -> set[str]:
    mine = (SessionFile.session_id == owner.id, SessionFile.direction == direction)
    return set(session.scalars(select(SessionFile.label).where(*mine)))


def free_label(session: Session, owner: ForecastSession, direction: str, name: str) -> str:
    """Return a label for a series called ``name`` that the session does not have yet."""
    taken = _labels(session, owner, direction)
    return next(
        label for label in (name, *(f"{name} ({n})" for n in range(2, 1000))) if label not in taken
    )


def next_position(session: Session, owner: ForecastSession, direction: str) -> int:
    """Return the place after the last series of that direction."""
    mine = (SessionFile.session_id == owner.id, SessionFile.direction == direction)
    last = session.scalar(select(func.max(SessionFile.position)).where(*mine))
    return 0 if last is None else last + 1


STEP_WIDTHS = ("zeitschrittweite_mittelwert", "zeitschrittweite_min")


def step_widths(session: Session, owner: ForecastSession, direction: str) -> dict[str, Any]:
    """Return the step widths that an announced output has until its own are known.

    Those of the session's first input, as section 1 of the contract has it; an input has none.
    """
    if direction != "output":
        return {}
    first = session.scalars(
        select(SessionFile)
        .where(SessionFile.session_id == owner.id, SessionFile.direction == "input")
        .order_by(SessionFile.position)
    ).first()
    known = {} if first is None else first.fields
    return {name: known[name] for name in STEP_WIDTHS if known.get(name) is not None}
