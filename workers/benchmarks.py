"""The jobs of benchmarks: a number in, one use case out."""

import math
from collections.abc import Callable, Iterator
from typing import Any

from app.resources import Resources
from services.benchmarks.analysis_jobs.job_sync import analysis_id_of
from services.benchmarks.analysis_jobs.perform import perform_analysis
from services.benchmarks.engine.ports import ACCEPTED, AskItem, ItemOutcome
from services.benchmarks.engine.probe_result import ProbeResult
from services.benchmarks.models.secret import KeyVault
from services.benchmarks.probes.job_sync import probed_model
from services.benchmarks.probes.perform import perform_probe
from services.benchmarks.queue.build import perform_build
from services.benchmarks.queue.topics import entry_id_of
from services.benchmarks.runs.perform import perform_benchmark
from services.benchmarks.runs.ports import Asking, Item, SettledItem, TokenMeter
from services.benchmarks.runs.templates import Prompt, prompt_of
from services.benchmarks.topics import benchmark_id_of
from services.benchmarks.warm_up.job_sync import warmed_run
from services.benchmarks.warm_up.perform import perform_warm_up
from workers.asking import OnServer, Patience, ServerCalls, require_fit, settled
from workers.attempt import Attempt

ON_DEMAND = Patience(repeats=5, tries=2, seconds=60.0)  # somebody waits for it


class ServerAsker:
    """Asks the server of a run for ratings."""

    def __init__(self, *, allow_private: bool, patience: Patience | None = None) -> None:
        self._calls = ServerCalls(allow_private=allow_private, more=_of_ratings, patience=patience)

    def probe(self, asking: Asking, items: Iterator[Item]) -> dict[str, Any]:
        """Return what the server can do. Raises CannotScore."""
        return require_fit(self._looked(asking, items))

    def look(self, asking: Asking, items: Iterator[Item]) -> dict[str, Any]:
        """Return what the server can do, whether a run may begin or not.

        Raises CannotScore where nothing can be asked at all.
        """
        return dict(self._looked(asking, items).as_dict())

    def ask(
        self,
        asking: Asking,
        items: Iterator[Item],
        accept: Callable[[SettledItem], None],
        should_stop: Callable[[], bool],
        on_server: OnServer,
        meter: TokenMeter,
    ) -> None:
        """Ask every item. Raises CannotScore."""
        self._calls.ask(
            asking,
            (_item(asking, item) for item in items),
            lambda answered: accept(_outcome(answered)),
            should_stop,
            on_server,
            meter,
        )

    def _looked(self, asking: Asking, items: Iterator[Item]) -> ProbeResult:
        prompts = [prompt_of(asking.manifest, item).messages for item in items]
        return self._calls.look(asking, prompts)


def _of_ratings(asking: Asking) -> dict[str, Any]:
    manifest = asking.manifest
    return {
        "logprobs": manifest["decoding"]["logprobs"],
        "include_rationale": manifest["prompt"]["include_rationale"],
        "lenient": manifest["parsing"]["lenient"],
    }


def _item(asking: Asking, item: Item) -> AskItem:
    prompt: Prompt = prompt_of(asking.manifest, item)
    return AskItem(key=item.key, messages=prompt.messages, retry_suffix=prompt.retry_suffix)


def _outcome(answered: ItemOutcome) -> SettledItem:
    options = answered.options
    key: Any = answered.key
    return SettledItem(
        key=key,
        rating=answered.rating if answered.status == ACCEPTED else None,
        latency_ms=round(1000 * answered.seconds),
        flags=answered.flags,
        probabilities=None
        if options is None
        else {str(n): math.exp(p) for n, p in options.items()},
        **settled(answered),
    )


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
