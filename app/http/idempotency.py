"""``Idempotency-Key``: a request that is sent twice does its work once.

The key's row is written by the unit of work of the use case itself, in the same transaction as
the effect (``app.db.uow``). So there is no moment at which the work is done and the key is not.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from quart import Response, g, request
from quart.wrappers.response import DataBody
from sqlalchemy.exc import IntegrityError

from app import strict_json
from app.clock import now
from app.db.engine import Database
from app.db.one_commit import alone
from app.db.uow import commit_with
from app.errors import Conflict, Invalid
from app.http.forms import MULTIPART, URLENCODED, content_of_unread_form
from app.http.resources import resources
from app.http.threads import run_in_thread
from app.models.idempotency import IdempotencyKey

MAX_KEY_LENGTH = 200


@dataclass
class _Key:
    """Whose key it is, and what the request says; a form is hashed once it has arrived."""

    user_id: int
    key: str
    request_hash: str


Answered = Callable[[Sequence[object]], tuple[int, bytes] | None]


async def answer_once(
    answer: Callable[[], Awaitable[Response]], answered: Answered = lambda _: None
) -> Response:
    """Return the remembered answer of this key, or make it and remember it.

    ``answered`` returns status and content of the answer about the rows that are new in the
    transaction of the use case: then the answer is committed with them, and outlives this process.
    So it is by ``commit_with_answer``. Else the answer is remembered once it is made.

    Raises Invalid for a key that came with another request before, and Conflict while the first
    request is still being answered.
    """
    text = request.headers.get("Idempotency-Key")
    if text is None:
        return await answer()
    key = _Key(g.actor.user_id, _checked(text), _request_hash(_content_so_far()))
    database = resources().database
    if (row := await run_in_thread(_find, database, key)) is not None:
        await _hash_form(key)
        return _replay(row, key)
    # A client that hangs up cancels its request: the effect would be there and its answer never.
    return await asyncio.shield(
        asyncio.ensure_future(_first_answer(database, key, answer, answered))
    )


def commit_with_answer(answer: Callable[[], Response]) -> Response:
    """Return the answer; what was done for it is committed with it, if the request has a key.

    Units of work inside are parts of one transaction (``app.db.one_commit``), so that the answer
    outlives this process; called in a thread.
    """
    if not awaits_content():
        return answer()
    _, row = g.idempotency_key
    with alone(), resources().database.together() as whole:
        response = answer()
        if isinstance(response.response, DataBody):
            _complete(row, (response.status_code, response.response.data))
        whole.commit(row)
    return response


def awaits_content() -> bool:
    """Return whether later requests are compared with what this one says."""
    return g.get("idempotency_key") is not None


def note_content(content: bytes) -> None:
    """Compare later requests with ``content``: what a form says is known once it has arrived."""
    if (pending := g.get("idempotency_key")) is not None:
        key, row = pending
        key.request_hash = row.request_hash = _request_hash(content)


async def _hash_form(key: _Key) -> None:
    """Read the form of a request that came before; nothing of it is kept."""
    if request.mimetype in (MULTIPART, URLENCODED) and not hasattr(g, "body"):
        settings = resources().settings
        content = await content_of_unread_form(
            settings.max_upload_bytes, settings.body_timeout_seconds
        )
        key.request_hash = _request_hash(content)


async def _first_answer(
    database: Database,
    key: _Key,
    answer: Callable[[], Awaitable[Response]],
    answered: Answered,
) -> Response:
    row = _row(key)
    g.idempotency_key = (key, row)
    try:
        with commit_with(row, lambda rows: _complete(row, answered(rows))):
            response = await answer()
    except IntegrityError:
        known = await run_in_thread(_find, database, key)
        if known is None:
            raise  # not the key's row: something else is twice
        return _replay(known, key)
    if response.status_code < 400 and row.status is None:
        content = await response.get_data(as_text=False)
        await run_in_thread(_remember, database, key, response.status_code, content)
    return response


def _checked(text: str) -> str:
    if not 1 <= len(text) <= MAX_KEY_LENGTH or not text.isprintable():
        detail = f"An Idempotency-Key has 1 to {MAX_KEY_LENGTH} printable characters."
        raise Invalid(detail, errors={"Idempotency-Key": [detail]})
    return text


def _content_so_far() -> bytes:
    return getattr(g, "body", None) or str(request.content_length).encode()


def _request_hash(content: bytes) -> str:
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    digest.update(content)
    return digest.hexdigest()


def _row(key: _Key) -> IdempotencyKey:
    return IdempotencyKey(
        user_id=key.user_id, key=key.key, request_hash=key.request_hash, created_at=now()
    )


def _complete(row: IdempotencyKey, answered: tuple[int, bytes] | None) -> None:
    if answered is not None:
        status, content = answered
        row.status, row.response = status, _kept(content)


def _kept(content: bytes) -> Any:
    return strict_json.loads(content) if content else None


def _find(database: Database, key: _Key) -> IdempotencyKey | None:
    with database.read() as session:
        return session.get(IdempotencyKey, (key.user_id, key.key))


def _replay(row: IdempotencyKey, key: _Key) -> Response:
    if row.request_hash != key.request_hash:
        detail = f"The Idempotency-Key {key.key!r} was used for another request: use a new one."
        raise Invalid(detail, errors={"Idempotency-Key": [detail]})
    if row.status is None:
        raise _still_running(key)
    payload = b"" if row.response is None else strict_json.dump_bytes(row.response)
    replay = Response(payload, status=row.status, content_type="application/json")
    replay.headers["Idempotency-Replayed"] = "true"
    return replay


def _remember(database: Database, key: _Key, status: int, payload: bytes) -> None:
    with database.write() as unit:
        row = unit.session.get(IdempotencyKey, (key.user_id, key.key))
        if row is not None:
            row.status, row.response = status, _kept(payload)


def _still_running(key: _Key) -> Conflict:
    return Conflict(
        f"A request with the Idempotency-Key {key.key!r} has been taken; its answer is not kept "
        "yet. Ask again in a moment, or look at the list: nothing is done twice."
    )
