"""Asking the server of a model over HTTP: what benchmarks and attribute generations share."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from services.benchmarks.domain.prompts import Message
from services.benchmarks.engine.ask import ask_items
from services.benchmarks.engine.client import ModelClient, RunEndingError
from services.benchmarks.engine.faults import Trouble
from services.benchmarks.engine.patience import BreakerState, ServerState
from services.benchmarks.engine.ports import ACCEPTED, AskItem, ItemOutcome
from services.benchmarks.engine.probe import (
    MAX_TRIES,
    REPEATS,
    probe_model,
)
from services.benchmarks.engine.probe_result import ProbeResult, result_shape
from services.benchmarks.engine.settings import AskSettings
from services.benchmarks.errors import CannotScore
from services.benchmarks.runs.ports import Asking, TokenMeter
from services.benchmarks.simulated import SIMULATED_URL
from workers.benchmark_model.app import ModelServer, ServerSettings
from workers.benchmark_model.effects import parse_effect
from workers.benchmark_model.model import SimulationSettings

SAMPLE_EFFECT = "gender=female:+0.8"  # clear of chance among forty persons and sixty groups
QUIET_EVENTS = ("adapted", "slow")
OnServer = Callable[[str, str | None], None]  # "open" or "waiting", and why


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


class ServerCalls:
    """Calls the server that something is asked of; the simulated model is in this process.

    ``more`` are the settings that only one kind of asking has.
    """

    def __init__(
        self,
        *,
        allow_private: bool,
        more: Callable[[Asking], dict[str, Any]],
        patience: Patience | None = None,
    ) -> None:
        self._allow_private = allow_private
        self._more = more
        self._patience = patience or Patience()

    def look(self, asking: Asking, prompts: Sequence[list[Message]]) -> ProbeResult:
        """Return what the server does with the first and with the longest of the prompts.

        Raises CannotScore where nothing can be asked at all.
        """
        longest = max(prompts, key=lambda one: sum(len(part["content"]) for part in one))
        settings, patience = self.settings_of(asking), self._patience

        async def look() -> ProbeResult:
            async with _client(asking, settings) as client:
                return await probe_model(
                    client,
                    settings,
                    prompts[0],
                    longest,
                    repeats=patience.repeats,
                    tries=patience.tries,
                )

        return _ended(lambda: patience.limited(look()))

    def ask(
        self,
        asking: Asking,
        items: Iterator[AskItem],
        accept: Callable[[ItemOutcome], None],
        should_stop: Callable[[], bool],
        on_server: OnServer,
        meter: TokenMeter,
    ) -> None:
        """Ask every item, in the shape of the probe where there was one. Raises CannotScore."""
        settings = self.settings_of(asking)

        async def work() -> None:
            async with _client(asking, settings) as client:
                if asking.probe:
                    client.use(result_shape(dict(asking.probe)))
                await ask_items(
                    items,
                    client,
                    settings,
                    accept,
                    should_stop,
                    lambda state: _pass_on(on_server, state),
                    meter=meter,
                )

        _ended(work)

    def settings_of(self, asking: Asking) -> AskSettings:
        """Return the settings in the manifest and in the endpoint of what is asked."""
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
            concurrency=endpoint.concurrency,
            requests_per_minute=endpoint.requests_per_minute,
            timeout_s=endpoint.timeout_seconds,
            **self._more(asking),
        )


def require_fit(result: ProbeResult) -> dict[str, Any]:
    """Return the record of a probe. Raises CannotScore where it refuses to begin."""
    if not result.may_begin:
        refused = CannotScore(" ".join(result.refusals))
        refused.probe = result.as_dict()
        raise refused
    return dict(result.as_dict())


def settled(answered: ItemOutcome) -> dict[str, Any]:
    """Return what every settled item keeps: why it failed, its attempt, its text, its tokens."""
    return {
        "kind": None if answered.status == ACCEPTED else answered.kind,
        "attempt": answered.attempt,
        "raw": answered.raw or answered.detail,
        "prompt_tokens": answered.prompt_tokens or 0,
        "completion_tokens": answered.completion_tokens or 0,
        "uncounted_requests": answered.uncounted,
    }


def _client(asking: Asking, settings: AskSettings) -> ModelClient:
    transport = None
    if asking.base_url == SIMULATED_URL:
        transport = _simulated_transport(settings.model)
    return ModelClient(settings, transport=transport)


def _simulated_transport(name: str) -> httpx.ASGITransport:
    """Return the way to the simulated model of the sample, which has one known bias.

    It goes by the name that its owner registered it under.
    """
    model = SimulationSettings(effects=(parse_effect(SAMPLE_EFFECT),))
    server: Any = ModelServer(ServerSettings(name=name, model=model))
    return httpx.ASGITransport(app=server)


def _pass_on(on_server: OnServer, state: ServerState) -> None:
    """Pass on whether requests go out, or wait and why; what changes neither is left out."""
    waits = state.breaker is not BreakerState.CLOSED or state.wait_s > 0
    if waits or state.event not in QUIET_EVENTS:
        on_server("waiting" if waits else "open", state.reason or None)


def _ended(work: Callable[[], Any]) -> Any:
    """Run a coroutine to its end. Raises CannotScore for what ends a run."""
    try:
        return asyncio.run(work())
    except RunEndingError as ending:
        raise CannotScore(str(ending)) from None
