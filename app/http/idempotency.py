"""``Idempotency-Key``: a request that is sent twice does its work once.

The key's row is written by the unit of work of the use case itself, in the same transaction as
the effect (``app.db.uow``). So there is no moment at which the work is done and the key is not.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from quart import Response, g, request
from sqlalchemy.exc import IntegrityError

from app import strict_json
from app.clock import now
from app.db.engine import Database
from app.db.uow import commit_with
from app.errors import Conflict, Invalid
from app.http.resources import resources
from app.http.threads import run_in_thread
from app.models.idempotency import IdempotencyKey

MAX_KEY_LENGTH = 200


@dataclass(frozen=True)
class _Key:
    user_id: int
    key: str
    request_hash: str


async def answer_once(answer: Callable[[], Awaitable[Response]]) -> Response:
    """Return the remembered answer of this key, or make it and remember it.

    Raises Invalid for a key that came with another request before, and Conflict while the first
    request is still being answered.
    """
    text = request.headers.get("Idempotency-Key")
    if text is None:
        return await answer()
    key = _Key(g.actor.user_id, _checked(text), _request_hash())
    database = resources().database
    if (known := await run_in_thread(_remembered, database, key)) is not None:
        return known
    # A client that hangs up cancels its request: the effect would be there and its answer never.
    return await asyncio.shield(asyncio.ensure_future(_first_answer(database, key, answer)))


async def _first_answer(
    database: Database, key: _Key, answer: Callable[[], Awaitable[Response]]
) -> Response:
    try:
        with commit_with(_row(key)):
            response = await answer()
    except IntegrityError:
        known = await run_in_thread(_remembered, database, key)
        if known is None:
            raise  # not the key's row: something else is twice
        return known
    if response.status_code < 400:
        content = await response.get_data(as_text=False)
        await run_in_thread(_remember, database, key, response.status_code, content)
    return response


def _checked(text: str) -> str:
    if not 1 <= len(text) <= MAX_KEY_LENGTH or not text.isprintable():
        detail = f"An Idempotency-Key has 1 to {MAX_KEY_LENGTH} printable characters."
        raise Invalid(detail, errors={"Idempotency-Key": [detail]})
    return text


def _request_hash() -> str:
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    digest.update(getattr(g, "body", None) or str(request.content_length).encode())
    return digest.hexdigest()


def _row(key: _Key) -> IdempotencyKey:
    return IdempotencyKey(
        user_id=key.user_id, key=key.key, request_hash=key.request_hash, created_at=now()
    )


def _remembered(database: Database, key: _Key) -> Response | None:
    with database.read() as session:
        row = session.get(IdempotencyKey, (key.user_id, key.key))
    if row is None:
        return None
    if row.request_hash != key.request_hash:
        detail = f"The Idempotency-Key {key.key!r} was used for another request: use a new one."
        raise Invalid(detail, errors={"Idempotency-Key": [detail]})
    if row.status is None:
        raise _still_running(key)
    payload = strict_json.dump_bytes(row.response)
    replay = Response(payload, status=row.status, content_type="application/json")
    replay.headers["Idempotency-Replayed"] = "true"
    return replay


def _remember(database: Database, key: _Key, status: int, payload: bytes) -> None:
    with database.write() as unit:
        row = unit.session.get(IdempotencyKey, (key.user_id, key.key))
        if row is not None:
            row.status, row.response = status, strict_json.loads(payload)


def _still_running(key: _Key) -> Conflict:
    return Conflict(
        f"A request with the Idempotency-Key {key.key!r} has been taken; its answer is not kept "
        "yet. Ask again in a moment, or look at the list: nothing is done twice."
    )
