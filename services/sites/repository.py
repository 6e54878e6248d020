"""The statements of this domain."""

from hashlib import sha256

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.auth.access import visible
from app.auth.actor import Actor
from app.db.pages import Page, read_page
from app.models.site_analysis import StoredAnalysis

MAX_HISTORY = 50  # visits of one page that are kept


def hash_of(url: str) -> str:
    """Return what a page is looked up by: the SHA-256 of its address."""
    return sha256(url.encode()).hexdigest()


def newest_result(
    session: Session, owner_id: int, site_kind: str, url: str, *, before: int | None = None
) -> StoredAnalysis | None:
    """Return the newest visit of a page, or that before another, with an analysis of its own."""
    query = select(StoredAnalysis).where(
        StoredAnalysis.owner_id == owner_id,
        StoredAnalysis.site_kind == site_kind,
        StoredAnalysis.url_hash == hash_of(url),
        StoredAnalysis.result.is_not(None),
    )
    if before is not None:
        query = query.where(StoredAnalysis.id < before)
    return session.scalar(query.order_by(StoredAnalysis.id.desc()).limit(1))


def add_visit(session: Session, row: StoredAnalysis) -> None:
    """Add a visit and delete the oldest ones of its page, but not the analysis that holds."""
    session.add(row)
    session.flush()
    of_page = (
        StoredAnalysis.owner_id == row.owner_id,
        StoredAnalysis.site_kind == row.site_kind,
        StoredAnalysis.url_hash == row.url_hash,
    )
    newest = select(StoredAnalysis.id).where(*of_page).order_by(StoredAnalysis.id.desc())
    kept = set(session.scalars(newest.limit(MAX_HISTORY)))
    holds = newest_result(session, row.owner_id, row.site_kind, row.url)
    kept |= {holds.id} if holds else set()
    session.execute(delete(StoredAnalysis).where(*of_page, StoredAnalysis.id.not_in(kept)))


def newest_of_pages(
    session: Session, actor: Actor, site_kind: str | None, limit: int, offset: int
) -> Page[StoredAnalysis]:
    """Return the newest visit of each page that the actor may see, the newest first."""
    newest = select(func.max(StoredAnalysis.id)).where(visible(StoredAnalysis, actor))
    of_each = newest.group_by(
        StoredAnalysis.owner_id, StoredAnalysis.site_kind, StoredAnalysis.url_hash
    )
    rows = select(StoredAnalysis).where(StoredAnalysis.id.in_(of_each))
    if site_kind is not None:
        rows = rows.where(StoredAnalysis.site_kind == site_kind)
    return read_page(session, rows, StoredAnalysis.id.desc(), limit=limit, offset=offset)


def visits_of(
    session: Session, row: StoredAnalysis, limit: int, offset: int
) -> Page[StoredAnalysis]:
    """Return the visits of the page that ``row`` is one of, the newest first."""
    rows = select(StoredAnalysis).where(
        StoredAnalysis.owner_id == row.owner_id,
        StoredAnalysis.site_kind == row.site_kind,
        StoredAnalysis.url_hash == row.url_hash,
    )
    return read_page(session, rows, StoredAnalysis.id.desc(), limit=limit, offset=offset)
