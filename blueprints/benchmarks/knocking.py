"""Waiting for a knock: for a few seconds, and for so many at once."""

from app.auth.actor import Actor
from app.db.one_commit import alone
from app.http.resources import resources
from app.http.short_jobs import came_true, has_worker
from app.http.slots import slots
from app.http.threads import run_in_thread
from app.jobs.queues import IO
from app.resources import Resources
from services.benchmarks.knocks.request import Check, request_knock, require_open

AT_ONCE = 16  # what comes on top of them starts without a knock
SHUT = "The server refuses us, or is not there: see base_url, api_key or model_name."


async def knocked(actor: Actor, check: Check) -> None:
    """Let a worker look whether the server lets us in, before anything is started there.

    Raises ServerUnreachable, KeyRefused, ModelUnknown, and what ``check`` raises. Where no worker
    answers in time, and where the server itself does not, nothing is known and nothing refused.
    """
    parts, waiting = resources(), slots("knock", AT_ONCE)
    seconds = parts.settings.benchmark_knock_seconds
    if not seconds or waiting.locked():
        return
    async with waiting:
        with alone():  # the key of the request is for what it makes
            job_id = await run_in_thread(_requested, parts, actor, check)
        if job_id is not None:
            await came_true(seconds, require_open, parts.database, job_id)


def _requested(parts: Resources, actor: Actor, check: Check) -> int | None:
    """Return the job of a knock, None where no worker could do it or there is no server."""
    return request_knock(parts.database, actor, check) if has_worker(parts, IO) else None
