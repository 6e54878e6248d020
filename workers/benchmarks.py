"""The jobs of benchmarks: a number in, one use case out."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from app.resources import Resources
from services.benchmarks.analysis_jobs.job_sync import analysis_id_of
from services.benchmarks.analysis_jobs.perform import perform_analysis
from services.benchmarks.engine.ask import ACCEPTED, AskItem, ItemOutcome, ask_items
from services.benchmarks.engine.client import ModelClient, RunEndingError
from services.benchmarks.engine.faults import Trouble
from services.benchmarks.engine.patience import BreakerState, ServerState
from services.benchmarks.engine.probe import (
    MAX_TRIES,
    REPEATS,
    ProbeResult,
    probe_model,
    result_shape,
)
from services.benchmarks.engine.settings import AskSettings
from services.benchmarks.errors import CannotScore
from services.benchmarks.models.secret import KeyVault
from services.benchmarks.probes.job_sync import probed_model
from services.benchmarks.probes.perform import perform_probe
from services.benchmarks.queue.build import perform_build
from services.benchmarks.queue.topics import entry_id_of
from services.benchmarks.runs.perform import perform_benchmark
from services.benchmarks.runs.ports import Asking, Item, SettledItem
from services.benchmarks.runs.templates import Prompt, prompt_of
from services.benchmarks.simulated import SIMULATED_NAME, SIMULATED_URL
from services.benchmarks.topics import benchmark_id_of
from services.benchmarks.warm_up.job_sync import warmed_run
from services.benchmarks.warm_up.perform import perform_warm_up
from workers.attempt import Attempt
from workers.benchmark_model.app import ModelServer, ServerSettings
from workers.benchmark_model.effects import parse_effect
from workers.benchmark_model.model import SimulationSettings

SAMPLE_EFFECT = "gender=female:+0.8"  # clear of chance among forty persons and sixty groups
QUIET_EVENTS = ("adapted", "slow")


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How often a probe asks one prompt, how many faults it waits for, and for how long at most.

    ``seconds`` None waits as long as the tries take.
    """

    repeats: int = REPEATS
    tries: int = MAX_TRIES
    seconds: float | None = None

    async def limited(self, work: Awaitable[ProbeResult]) -> ProbeResult:
        """Return what the probe came to. Raises RunEndingError where it took too long."""
        try:
            async with asyncio.timeout(self.seconds):
                return await work
        except TimeoutError:
            detail = f"The probe was not answered within {self.seconds:.0f} seconds."
            raise RunEndingError(Trouble.DOWN, "timeout", detail) from None


ON_DEMAND = Patience(repeats=5, tries=2, seconds=60.0)  # somebody waits for it


class ServerAsker:
    """Asks the server of a run over HTTP; the simulated model is asked in this process."""

    def __init__(self, *, allow_private: bool, patience: Patience | None = None) -> None:
        self._allow_private = allow_private
        self._patience = patience or Patience()

    def probe(self, asking: Asking, items: Iterator[Item]) -> dict[str, Any]:
        """Return what the server can do. Raises CannotScore."""
        result = self.look(asking, items)
        if not result["may_begin"]:
            raise CannotScore(" ".join(result["refusals"]))
        return result

    def look(self, asking: Asking, items: Iterator[Item]) -> dict[str, Any]:
        """Return what the server can do, whether a run may begin or not.

        Raises CannotScore where nothing can be asked at all.
        """
        prompts = [prompt_of(asking.manifest, item).messages for item in items]
        longest = max(prompts, key=lambda one: sum(len(part["content"]) for part in one))
        settings = self._settings(asking)

        async def look() -> ProbeResult:
            async with client_of(asking, settings) as client:
                return await probe_model(
                    client,
                    settings,
                    prompts[0],
                    longest,
                    repeats=self._patience.repeats,
                    tries=self._patience.tries,
                )

        return dict(ended(lambda: self._patience.limited(look())).as_dict())

    def ask(
        self,
        asking: Asking,
        items: Iterator[Item],
        accept: Callable[[SettledItem], None],
        should_stop: Callable[[], bool],
        on_server: Callable[[str, str | None], None],
    ) -> None:
        """Ask every item. Raises CannotScore."""
        settings = self._settings(asking)

        async def work() -> None:
            async with client_of(asking, settings) as client:
                client.use(result_shape(dict(asking.probe)))
                await ask_items(
                    (_item(asking, item) for item in items),
                    client,
                    settings,
                    lambda answered: accept(_outcome(answered)),
                    should_stop,
                    lambda state: say_state(on_server, state),
                )

        ended(work)

    def _settings(self, asking: Asking) -> AskSettings:
        decoding, parsing = asking.manifest["decoding"], asking.manifest["parsing"]
        endpoint = asking.endpoint
        return AskSettings(
            base_url=asking.base_url,
            model=asking.manifest["model"],
            api_key=asking.key,
            allow_private=self._allow_private,
            temperature=decoding["temperature"],
            seed=decoding["seed"],
            max_tokens=decoding["max_new_tokens"],
            logprobs=decoding["logprobs"],
            include_rationale=asking.manifest["prompt"]["include_rationale"],
            lenient=parsing["lenient"],
            max_attempts=parsing["max_attempts"],
            concurrency=endpoint.concurrency,
            requests_per_minute=endpoint.requests_per_minute,
            timeout_s=endpoint.timeout_seconds,
        )


def client_of(asking: Asking, settings: AskSettings) -> ModelClient:
    """Return a client of the server; the simulated model is asked in this process."""
    transport = simulated_transport() if asking.base_url == SIMULATED_URL else None
    return ModelClient(settings, transport=transport)


def simulated_transport() -> httpx.ASGITransport:
    """Return the way to the simulated model of the sample, which has one known bias."""
    model = SimulationSettings(effects=(parse_effect(SAMPLE_EFFECT),))
    server: Any = ModelServer(ServerSettings(name=SIMULATED_NAME, model=model))
    return httpx.ASGITransport(app=server)


def _item(asking: Asking, item: Item) -> AskItem:
    prompt: Prompt = prompt_of(asking.manifest, item)
    return AskItem(key=item.key, messages=prompt.messages, retry_suffix=prompt.retry_suffix)


def _outcome(answered: ItemOutcome) -> SettledItem:
    options = answered.options
    key: Any = answered.key
    return SettledItem(
        key=key,
        rating=answered.rating if answered.status == ACCEPTED else None,
        kind=None if answered.status == ACCEPTED else answered.kind,
        attempt=answered.attempt,
        raw=answered.raw or answered.detail,
        latency_ms=round(1000 * answered.seconds),
        prompt_tokens=answered.prompt_tokens or 0,
        completion_tokens=answered.completion_tokens or 0,
        uncounted_requests=int(answered.cost_unknown),
        probabilities=None
        if options is None
        else {str(n): math.exp(p) for n, p in options.items()},
    )


def say_state(on_server: Callable[[str, str | None], None], state: ServerState) -> None:
    """Pass on whether requests go out, or wait and why; what changes neither is left out."""
    waits = state.breaker is not BreakerState.CLOSED or state.wait_s > 0
    if waits or state.event not in QUIET_EVENTS:
        on_server("waiting" if waits else "open", state.reason or None)


def ended(work: Callable[[], Any]) -> Any:
    """Run a coroutine to its end. Raises CannotScore for what ends a run."""
    try:
        return asyncio.run(work())
    except RunEndingError as ending:
        raise CannotScore(str(ending)) from None


def ask_model(attempt: Attempt, resources: Resources) -> None:
    """Ask every open item of the benchmark run that the job is about."""
    settings = resources.settings
    perform_benchmark(
        benchmark_id_of(attempt.claim.subject),
        attempt,
        resources.database,
        ServerAsker(allow_private=settings.benchmark_private_addresses),
        KeyVault(settings.home).key_of,
    )


def warm_up(attempt: Attempt, resources: Resources) -> None:
    """Compute every table of the run that the job is about."""
    perform_warm_up(warmed_run(attempt.claim.subject), attempt, resources.database)


def analyze(attempt: Attempt, resources: Resources) -> None:
    """Compute the analysis that the job is about."""
    perform_analysis(
        analysis_id_of(attempt.claim.subject),
        attempt,
        resources.database,
        resources.store,
        resources.settings.home / "tmp",
    )


def probe(attempt: Attempt, resources: Resources) -> None:
    """Look what the server of the model that the job is about does."""
    settings = resources.settings
    asker = ServerAsker(allow_private=settings.benchmark_private_addresses, patience=ON_DEMAND)
    perform_probe(
        probed_model(attempt.claim.subject),
        attempt,
        resources.database,
        asker.look,
        KeyVault(settings.home).key_of,
    )


def build_personas(attempt: Attempt, resources: Resources) -> None:
    """Build the data set of the queue entry that the job is about."""
    perform_build(entry_id_of(attempt.claim.subject), attempt, resources.database)
