"""Finding imports and what became of their runs: what is not the caller's does not exist."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.auth.access import require_visible, visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.db.pages import Page, read_page
from app.models.run_import import RunImport, RunImportItem


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """An import, the runs that were made and what was not, one page of each."""

    about: RunImport
    imported: Sequence[RunImportItem] = ()
    skipped: Sequence[RunImportItem] = ()


def get_import(
    database: Database, actor: Actor, import_id: str, *, limit: int, offset: int
) -> ImportReport:
    """Return an import with its outcomes in the order of the file; raises NotFound."""
    with database.read() as session:
        row = require_visible(session, RunImport, import_id, actor, what="Import")
        made = RunImportItem.run_id.is_not(None)
        return ImportReport(
            about=row,
            imported=_items(session, row.id, made, limit, offset),
            skipped=_items(session, row.id, ~made, limit, offset),
        )


def list_imports(database: Database, actor: Actor, *, limit: int, offset: int) -> Page[RunImport]:
    """Return the imports that the actor may see, the newest first."""
    mine = select(RunImport).where(visible(RunImport, actor))
    with database.read() as session:
        return read_page(session, mine, RunImport.id.desc(), limit=limit, offset=offset)


def _items(
    session: Session, import_id: int, which: ColumnElement[bool], limit: int, offset: int
) -> Sequence[RunImportItem]:
    query = select(RunImportItem).where(RunImportItem.import_id == import_id, which)
    return session.scalars(query.order_by(RunImportItem.number).limit(limit).offset(offset)).all()
