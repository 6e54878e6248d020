"""The job of a knock: a number in, one use case out."""

import asyncio

from app.resources import Resources
from services.benchmarks.engine.client import ModelClient, RunEndingError
from services.benchmarks.engine.faults import AnswerVerdict
from services.benchmarks.engine.knock import FIELDS, knock
from services.benchmarks.engine.settings import AskSettings
from services.benchmarks.knocks.errors import KINDS
from services.benchmarks.knocks.job_sync import knocked_model
from services.benchmarks.knocks.perform import ModelDoor, perform_knock
from services.benchmarks.models.secret import KeyVault
from workers.attempt import Attempt

SHARE = 0.8  # of the time in which somebody waits: the answer has to be stored and read, too


def knock_at_model(attempt: Attempt, resources: Resources) -> None:
    """Knock at the server of the model that the job is about."""
    settings = resources.settings
    perform_knock(
        knocked_model(attempt.claim.subject),
        attempt.claim.job_id,
        attempt,
        resources.database,
        lambda door: knock_at(
            door,
            allow_private=settings.benchmark_private_addresses,
            seconds=SHARE * settings.benchmark_knock_seconds,
        ),
        KeyVault(settings.home).key_of,
        settings.benchmark_knock_seconds,
    )


def knock_at(door: ModelDoor, *, allow_private: bool, seconds: float) -> None:
    """Raise ServerUnreachable, KeyRefused or ModelUnknown where nothing could be asked.

    What does not answer within ``seconds`` is not refused: a large model may be on its way.
    """
    try:
        verdict = asyncio.run(_answer(door, allow_private=allow_private, seconds=seconds))
    except TimeoutError:
        return
    except RunEndingError as ending:  # the base URL is none, or no header can carry the key
        raise KINDS[FIELDS[ending.kind]](str(ending)) from None
    if verdict is not None:
        raise KINDS[FIELDS[verdict.kind]](verdict.detail)


async def _answer(door: ModelDoor, *, allow_private: bool, seconds: float) -> AnswerVerdict | None:
    settings = AskSettings(
        base_url=door.base_url,
        model=door.model,
        api_key=door.key,
        allow_private=allow_private,
        constrained=False,
        max_tokens=1,
    )
    async with asyncio.timeout(seconds), ModelClient(settings) as client:
        return await knock(client)
