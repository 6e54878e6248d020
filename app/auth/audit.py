"""Writing and proving the audit log.

An entry is written in the transaction of the act itself. Its hash covers its words and the hash
before it, so a changed, removed or inserted entry breaks the chain from there on.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import strict_json
from app.auth.actor import Actor
from app.clock import now
from app.db.uow import UnitOfWork
from app.db.upsert import insert_into
from app.models.audit import AuditEntry, AuditHead

BEGINNING = "0" * 64
_HEAD = 1
_BATCH = 1000


@dataclass(frozen=True, kw_only=True)
class ChainReport:
    """The result of the proof: ``broken_at`` is the first entry that does not fit."""

    entries: int
    broken_at: int | None

    @property
    def intact(self) -> bool:
        """Return whether nothing was changed, removed or inserted."""
        return self.broken_at is None


def record(
    uow: UnitOfWork,
    actor: Actor | None,
    action: str,
    target: str,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write down what ``actor`` does to ``target``, in this transaction.

    Call it after the other writes: it holds the lock of the chain until the commit. ``detail``
    never carries a secret, ``action`` is one that a domain's manifest declares. None as actor
    means somebody who is not signed in.
    """
    session = uow.session
    number, previous = _advance(session)
    entry = AuditEntry(
        id=number,
        at=now(),
        user_id=actor.audit_id if actor else None,
        via=actor.via if actor else "anonymous",
        action=action,
        target=target[:200],
        detail=strict_json.loads(strict_json.dumps(detail or {})),
        previous_hash=previous,
    )
    entry.hash = hash_of(entry)
    session.add(entry)
    session.flush()
    session.execute(update(AuditHead).values(last_hash=entry.hash))


def _advance(session: Session) -> tuple[int, str]:
    statement = insert_into(session, AuditHead).values(id=_HEAD, last_id=1, last_hash=BEGINNING)
    statement = statement.on_conflict_do_update(
        index_elements=[AuditHead.id], set_={"last_id": AuditHead.last_id + 1}
    )
    row = session.execute(statement.returning(AuditHead.last_id, AuditHead.last_hash)).one()
    return row.last_id, row.last_hash


def hash_of(entry: AuditEntry) -> str:
    """Return the SHA-256 over the canonical JSON of an entry and the hash before it."""
    words = {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "user_id": entry.user_id,
        "via": entry.via,
        "action": entry.action,
        "target": entry.target,
        "detail": entry.detail,
        "previous_hash": entry.previous_hash,
    }
    text = json.dumps(words, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def verify_chain(session: Session) -> ChainReport:
    """Follow the chain from its beginning to its end."""
    count, expected = 0, BEGINNING
    for entry in _entries(session):
        count += 1
        fits = entry.id == count and entry.previous_hash == expected
        if not fits or hash_of(entry) != entry.hash:
            return ChainReport(entries=count, broken_at=entry.id)
        expected = entry.hash
    head = session.get(AuditHead, _HEAD)
    last_id, last_hash = (head.last_id, head.last_hash) if head else (0, BEGINNING)
    missing = None if (last_id, last_hash) == (count, expected) else count + 1
    return ChainReport(entries=count, broken_at=missing)


def _entries(session: Session) -> Iterator[AuditEntry]:
    after = 0
    while True:
        page = session.scalars(
            select(AuditEntry).where(AuditEntry.id > after).order_by(AuditEntry.id).limit(_BATCH)
        ).all()
        yield from page
        if len(page) < _BATCH:
            return
        after = page[-1].id
