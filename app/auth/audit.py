"""Writing and proving the audit log.

An entry is written in the transaction of the act itself. Its hash covers its words and the hash
before it, so a changed, removed or inserted entry breaks the chain from there on.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from app import strict_json
from app.auth.actor import Actor
from app.clock import now
from app.db.uow import UnitOfWork
from app.models.audit import AuditEntry, AuditHead

Action = Literal[
    "login",
    "login_failed",
    "logout",
    "session_revoked",
    "password_changed",
    "token_created",
    "token_revoked",
    "user_created",
    "user_renamed",
    "user_role_changed",
    "user_deactivated",
    "user_activated",
    "signin_link_created",
    "run_started",
    "run_stopped",
    "run_resumed",
    "run_visibility_changed",
    "run_changed",
    "run_archived",
    "run_unarchived",
    "run_deleted",
    "runs_changed",
    "run_backfilled",
    "runs_imported",
    "import_started",
    "import_stopped",
    "dataset_created",
    "dataset_changed",
    "dataset_deleted",
    "weights_created",
    "weights_deleted",
    "study_started",
    "study_deleted",
    "config_changed",
    "federation_created",
    "federation_changed",
    "federation_started",
    "federation_stopped",
    "federation_deleted",
    "site_invited",
    "site_enrolled",
    "site_joined",
    "site_revoked",
    "site_expiry_changed",
    "private_viewed",
]
BEGINNING = "0" * 64
_HEAD = 1
_BATCH = 1000


@dataclass(frozen=True, kw_only=True)
class ChainReport:
    """What the proof found: ``broken_at`` is the first entry that does not fit."""

    entries: int
    broken_at: int | None

    @property
    def intact(self) -> bool:
        """Return whether nothing was changed, removed or inserted."""
        return self.broken_at is None


def record(
    uow: UnitOfWork,
    actor: Actor | None,
    action: Action,
    target: str,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write down what ``actor`` does to ``target``, in this transaction.

    Call it after the other writes: it holds the lock of the chain until the commit. ``detail``
    never carries a secret. None as actor means somebody who is not signed in.
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
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    make_insert = sqlite_insert if is_sqlite else postgresql_insert
    statement = make_insert(AuditHead).values(id=_HEAD, last_id=1, last_hash=BEGINNING)
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
