"""Waiting for a knock: on the event loop, for a few seconds, and for so many at once."""

import asyncio
from itertools import chain, repeat

from quart import current_app

from app.auth.actor import Actor
from app.db.engine import Database
from app.db.uow import commit_with
from app.health import known_workers
from app.http.resources import resources
from app.http.threads import run_in_thread
from app.jobs.queues import IO
from app.resources import Resources
from services.benchmarks.knocks.request import Check, request_knock, require_open

AT_ONCE = 16  # what comes on top of them starts without a knock
PAUSES = (0.1, 0.2, 0.3)  # seconds between two looks
LAST_PAUSE = 0.5
SHUT = "The server refuses us, or is not there: see base_url, api_key or model_name."


async def knocked(actor: Actor, check: Check) -> None:
    """Let a worker look whether the server lets us in, before anything is started there.

    Raises ServerUnreachable, KeyRefused, ModelUnknown, and what ``check`` raises. Where no worker
    answers in time, and where the server itself does not, nothing is known and nothing refused.
    """
    parts, slots = resources(), _slots()
    seconds = parts.settings.benchmark_knock_seconds
    if not seconds or slots.locked():
        return
    async with slots:
        with commit_with(None):  # the key of the request is for what it makes
            job_id = await run_in_thread(_requested, parts, actor, check)
        if job_id is not None:
            await _answered(parts.database, job_id, seconds)


def _requested(parts: Resources, actor: Actor, check: Check) -> int | None:
    """Return the job of a knock, None where no worker could do it or there is no server."""
    workers = known_workers(parts) or {}
    return request_knock(parts.database, actor, check) if workers.get(IO) else None


async def _answered(database: Database, job_id: int, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            for pause in chain(PAUSES, repeat(LAST_PAUSE)):
                await asyncio.sleep(pause)
                if await run_in_thread(require_open, database, job_id):
                    return
    except TimeoutError:
        return


def _slots() -> asyncio.Semaphore:
    slots: asyncio.Semaphore = current_app.extensions.setdefault(
        "knock_slots", asyncio.Semaphore(AT_ONCE)
    )
    return slots
