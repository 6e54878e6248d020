"""Ids that were given once and are never given again.

SQLite gives the highest id plus one, so the id of a deleted newest row would come back: with it
an old address, an old token's permission or an old line of the audit log would mean another object.
PostgreSQL's sequences only go up; there this table is written and never needed.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, String, event, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

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

    def number(session: Session, *_: object) -> None:
        rows = [row for row in session.new if type(row) is model]
        if any(row.id is None for row in rows):
            _number(session, model, rows)

    event.listen(Session, "before_flush", number)


def _number(session: Session, model: type[Any], rows: Sequence[Any]) -> None:
    """Number those of the rows to be written that have no id yet, in their order."""
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        return
    retired = select(RetiredId.highest).where(RetiredId.table == model.__tablename__)
    known = connection.execute(select(func.max(model.id), retired.scalar_subquery())).one()
    highest = max(number or 0 for number in (*known, *(row.id for row in rows)))
    for place, row in enumerate((row for row in rows if row.id is None), start=1):
        row.id = highest + place
