"""The jobs of attribute generations: a number in, one use case out."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from app.resources import Resources
from services.benchmarks.domain.person_texts import MAX_LENGTHS
from services.benchmarks.engine.ask import ACCEPTED, AskItem, ItemOutcome, ask_items
from services.benchmarks.engine.probe import ProbeResult, probe_model, result_shape
from services.benchmarks.engine.settings import AskSettings
from services.benchmarks.errors import CannotScore
from services.benchmarks.generations.perform import perform_generation
from services.benchmarks.generations.ports import SettledWriting, Writing
from services.benchmarks.generations.topics import generation_id_of
from services.benchmarks.models.secret import KeyVault
from services.benchmarks.runs.ports import Asking
from workers.attempt import Attempt
from workers.benchmarks import client_of, ended, say_state

PROBE_REPEATS = 2  # a text decides no rating: whether it repeats is of little interest


class ServerWriter:
    """Lets the server of a generation write, over the client that benchmarks ask with."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private

    def probe(self, asking: Asking, writings: Sequence[Writing]) -> dict[str, Any]:
        """Return what the server can do. Raises CannotScore."""
        prompts = [list(one.messages) for one in writings]
        longest = max(prompts, key=lambda one: sum(len(part["content"]) for part in one))
        settings = self._settings(asking)

        async def look() -> ProbeResult:
            async with client_of(asking, settings) as client:
                return await probe_model(
                    client, settings, prompts[0], longest, repeats=PROBE_REPEATS
                )

        result: ProbeResult = ended(look)
        if not result.may_begin:
            raise CannotScore(" ".join(result.refusals))
        return result.as_dict()

    def write(
        self,
        asking: Asking,
        writings: Iterator[Writing],
        accept: Callable[[SettledWriting], None],
        should_stop: Callable[[], bool],
        on_server: Callable[[str, str | None], None],
    ) -> None:
        """Ask for every persona's texts. Raises CannotScore."""
        settings = self._settings(asking)

        async def work() -> None:
            async with client_of(asking, settings) as client:
                client.use(result_shape(dict(asking.probe)))
                await ask_items(
                    (_item(one) for one in writings),
                    client,
                    settings,
                    lambda answered: accept(_settled(answered)),
                    should_stop,
                    lambda state: say_state(on_server, state),
                )

        ended(work)

    def _settings(self, asking: Asking) -> AskSettings:
        decoding, endpoint = asking.manifest["decoding"], asking.endpoint
        return AskSettings(
            base_url=asking.base_url,
            model=asking.manifest["model"],
            api_key=asking.key,
            allow_private=self._allow_private,
            temperature=decoding["temperature"],
            seed=decoding["seed"],
            max_tokens=decoding["max_new_tokens"],
            max_attempts=asking.manifest["parsing"]["max_attempts"],
            max_lengths=MAX_LENGTHS,
            concurrency=endpoint.concurrency,
            requests_per_minute=endpoint.requests_per_minute,
            timeout_s=endpoint.timeout_seconds,
        )


def _item(one: Writing) -> AskItem:
    return AskItem(key=one.persona_id, messages=list(one.messages), retry_suffix=one.retry_suffix)


def _settled(answered: ItemOutcome) -> SettledWriting:
    accepted = answered.status == ACCEPTED
    persona_id: Any = answered.key
    return SettledWriting(
        persona_id=persona_id,
        texts=answered.texts if accepted else None,
        kind=None if accepted else answered.kind,
        attempt=answered.attempt,
        raw=answered.raw or answered.detail,
        prompt_tokens=answered.prompt_tokens or 0,
        completion_tokens=answered.completion_tokens or 0,
        uncounted_requests=int(answered.cost_unknown),
    )


def write_attributes(attempt: Attempt, resources: Resources) -> None:
    """Ask for the open texts of the attribute generation that the job is about."""
    settings = resources.settings
    perform_generation(
        generation_id_of(attempt.claim.subject),
        attempt,
        resources.database,
        ServerWriter(allow_private=settings.benchmark_private_addresses),
        KeyVault(settings.home).key_of,
    )
