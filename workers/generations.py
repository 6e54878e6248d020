"""The jobs of attribute generations: a number in, one use case out."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from app.resources import Resources
from services.benchmarks.domain.person_texts import MAX_LENGTHS
from services.benchmarks.engine.ports import ACCEPTED, AskItem, ItemOutcome
from services.benchmarks.generations.perform import perform_generation
from services.benchmarks.generations.ports import SettledWriting, Writing
from services.benchmarks.generations.topics import generation_id_of
from services.benchmarks.models.secret import KeyVault
from services.benchmarks.runs.ports import Asking, TokenMeter
from workers.asking import OnServer, Patience, ServerCalls, require_fit, settled
from workers.attempt import Attempt

PATIENCE = Patience(repeats=2)  # a text decides no rating: whether it repeats is of little interest


class ServerWriter:
    """Lets the server of a generation write, over the client that benchmarks ask with."""

    def __init__(self, *, allow_private: bool) -> None:
        self._calls = ServerCalls(
            allow_private=allow_private,
            more=lambda _: {"max_lengths": MAX_LENGTHS},
            patience=PATIENCE,
        )

    def probe(self, asking: Asking, writings: Sequence[Writing]) -> dict[str, Any]:
        """Return what the server can do. Raises CannotScore."""
        prompts = [list(one.messages) for one in writings]
        return require_fit(self._calls.look(asking, prompts))

    def write(
        self,
        asking: Asking,
        writings: Iterator[Writing],
        accept: Callable[[SettledWriting], None],
        should_stop: Callable[[], bool],
        on_server: OnServer,
        meter: TokenMeter,
    ) -> None:
        """Ask for every persona's texts. Raises CannotScore."""
        self._calls.ask(
            asking,
            (_item(one) for one in writings),
            lambda answered: accept(_settled(answered)),
            should_stop,
            on_server,
            meter,
        )


def _item(one: Writing) -> AskItem:
    return AskItem(key=one.persona_id, messages=list(one.messages), retry_suffix=one.retry_suffix)


def _settled(answered: ItemOutcome) -> SettledWriting:
    persona_id: Any = answered.key
    return SettledWriting(
        persona_id=persona_id,
        texts=answered.texts if answered.status == ACCEPTED else None,
        **settled(answered),
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
