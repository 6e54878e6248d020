"""Ids that were given once and are never given again.

SQLite gives the highest id plus one, so the id of a deleted newest row would come back: with it
an old address, an old token's permission or an old line of the audit log would mean another object.
PostgreSQL's sequences only go up; there this table is written and never needed.
"""

from typing import Any

from sqlalchemy import BigInteger, Connection, String, event, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from app.db.base import Base
from app.db.upsert import insert_into


class RetiredId(Base):
    """The highest id that a deleted row of one table had."""

    __tablename__ = "spent_ids"

    table: Mapped[str] = mapped_column("table_name", String(100), primary_key=True)
    highest: Mapped[int] = mapped_column(BigInteger)


def retire_ids(session: Session, table: str, highest: int) -> None:
    """Note in the transaction that deletes them that ids up to ``highest`` have been given."""
    statement = insert_into(session, RetiredId).values(table=table, highest=highest)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[RetiredId.table],
            set_={"highest": statement.excluded.highest},
            where=RetiredId.highest < statement.excluded.highest,
        )
    )


def never_give_twice(model: type[Any]) -> None:
    """Give new rows of ``model`` on SQLite an id that no row of it ever had."""
    event.listen(model, "before_insert", _give_fresh_id)


def _give_fresh_id(_mapper: object, connection: Connection, row: Any) -> None:
    if connection.dialect.name != "sqlite" or row.id is not None:
        return
    model = type(row)
    retired = select(RetiredId.highest).where(RetiredId.table == model.__tablename__)
    known = connection.execute(select(func.max(model.id), retired.scalar_subquery())).one()
    row.id = max(*(number or 0 for number in known), *_taken(row)) + 1


def _taken(row: Any) -> list[int]:
    """Return the ids that this flush has given to rows of the same kind and not written yet."""
    session = object_session(row)
    fresh: list[Any] = [] if session is None else list(session.new)
    return [other.id for other in fresh if type(other) is type(row) and other.id] or [0]
