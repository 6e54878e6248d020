"""One round's messages: the model out, the updates back, checked, and made one model again."""

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from flwr.app import ConfigRecord, Message, MetricRecord
from flwr.serverapp.strategy import FedAvg

from services.runs.domain.config import TrainingConfig
from services.runs.engine.errors import TrainingFailedError
from services.runs.engine.federated.grid import InProcessGrid
from services.runs.engine.federated.guard import ROWS, UpdateGuard
from services.runs.engine.federated.model_state import (
    Arrays,
    ModelState,
    from_record,
    to_record,
    weighted_mean,
)
from services.runs.engine.federated.participation import quorum
from services.runs.engine.federated.site import DeadlineError, Site
from services.runs.engine.metrics import Metrics
from services.runs.engine.telling import Teller
from services.runs.ports import ClientRound

COMPLETED, REFUSED, FAILED = "completed", "refused", "failed"


@dataclass
class Answers:
    """What the sites of a round sent: the good updates, and everybody's part."""

    good: list[Message] = field(default_factory=list)
    parts: list[ClientRound] = field(default_factory=list)

    @property
    def refused(self) -> dict[str, str]:
        """Return who was left out and why."""
        return {part.client: part.reason or "" for part in self.parts if part.status != COMPLETED}


class Exchange:
    """Sends the model to sites and makes one model of what comes back."""

    def __init__(
        self,
        config: TrainingConfig,
        strategy: FedAvg,
        grid: InProcessGrid,
        sites: Mapping[int, Site],
        state: ModelState,
        teller: Teller,
    ) -> None:
        self._config = config
        self._strategy = strategy
        self._grid = grid
        self._sites = sites
        self._state = state
        self._teller = teller

    def train(self, round_number: int, nodes: Sequence[int]) -> Answers:
        """Let the nodes train the model, in their order, and check each update."""
        before = self._state.tensors()
        trained, statistics = self._model()
        self._grid.active = nodes
        messages = self._strategy.configure_train(
            round_number, to_record(trained), ConfigRecord(), self._grid
        )
        expected = {"arrays": trained, **({"statistics": statistics} if statistics else {})}
        rows = {node: len(self._sites[node].train_rows) for node in nodes}
        guard, answers = UpdateGuard(expected, rows), Answers()
        by_node = {message.metadata.dst_node_id: message for message in messages}
        _attach(by_node.values(), statistics)
        try:
            for node in nodes:
                self._ask(node, by_node[node], round_number, guard, answers)
        finally:  # a stop in the middle must not leave one site's weights as the model
            self._state.load(before)
        answers.good.sort(key=lambda reply: reply.metadata.src_node_id)
        return answers

    def _ask(
        self, node: int, message: Message, round_number: int, guard: UpdateGuard, answers: Answers
    ) -> None:
        site, started = self._sites[node], time.monotonic()
        self._teller.client_started(site.name, round_number, len(site.train_rows))
        (reply,) = self._grid.send_and_receive([message])
        reason = guard.fault(reply)
        if reason is None:
            answers.good.append(reply)
        part = ClientRound(
            client=site.name,
            round=round_number,
            status=_status(reply, reason),
            num_samples=len(site.train_rows),
            seconds=time.monotonic() - started,
            metrics={} if reason else _known(reply),
            reason=reason,
        )
        answers.parts.append(part)
        self._teller.client_done(part)

    def aggregate(self, round_number: int, answers: Answers, taking_part: int) -> Metrics | None:
        """Put the new model into the network; return the mean training metrics.

        None, and the model as it was, if there are too few good updates. Raises
        ``TrainingFailedError`` if the strategy makes something that is not finite.
        """
        if len(answers.good) < quorum(self._config, taking_part):
            return None
        statistics = self._mean_statistics(answers.good)
        arrays, metrics = self._strategy.aggregate_train(round_number, answers.good)
        if arrays is None:
            return None
        old = self._state.read(self._state.trainable)
        new = {name: array.astype(old[name].dtype) for name, array in from_record(arrays).items()}
        if not all(np.isfinite(array).all() for array in new.values()):
            raise TrainingFailedError(
                f"In round {round_number} {self._config.strategy} left the finite numbers; "
                "a smaller learning_rate or server_learning_rate helps."
            )
        self._state.write({**new, **statistics})
        return _floats(metrics)

    def _mean_statistics(self, replies: Sequence[Message]) -> Arrays:
        if not self._state.statistics:
            return {}
        parts = [from_record(reply.content.array_records["statistics"]) for reply in replies]
        weights = [int(reply.content.metric_records["metrics"][ROWS]) for reply in replies]
        for reply in replies:
            del reply.content["statistics"]  # the strategy gets what is trained, nothing else
        return weighted_mean(parts, weights)

    def evaluate(self, round_number: int) -> tuple[Metrics, dict[str, Metrics]]:
        """Measure the model at every site on its validation rows; return the mean and each."""
        trained, statistics = self._model()
        self._grid.active = [
            node for node, site in self._sites.items() if len(site.validation_rows)
        ]
        messages = list(
            self._strategy.configure_evaluate(
                round_number, to_record(trained), ConfigRecord(), self._grid
            )
        )
        messages.sort(key=lambda message: message.metadata.dst_node_id)
        _attach(messages, statistics)
        guard = UpdateGuard({}, {n: len(site.validation_rows) for n, site in self._sites.items()})
        replies = []
        for reply in self._grid.send_and_receive(messages):
            reason = guard.fault(reply)
            if reason is None:
                replies.append(reply)
            else:
                name = self._sites[reply.metadata.src_node_id].name
                self._teller.not_measured(name, round_number, reason)
        mean = _floats(self._strategy.aggregate_evaluate(round_number, replies))
        each = {self._sites[one.metadata.src_node_id].name: _known(one) for one in replies}
        return mean, each

    def _model(self) -> tuple[Arrays, Arrays]:
        return self._state.read(self._state.trainable), self._state.read(self._state.statistics)


def _attach(messages: Iterable[Message], statistics: Arrays) -> None:
    """Send the statistics beside what the strategy sends."""
    if not statistics:
        return
    record = to_record(statistics)
    for message in messages:
        message.content["statistics"] = record


def _status(reply: Message, reason: str | None) -> str:
    if reason is None:
        return COMPLETED
    if reply.has_error() and DeadlineError.__name__ not in str(reply.error.reason):
        return FAILED
    return REFUSED


def _known(reply: Message) -> Metrics:
    (record,) = reply.content.metric_records.values()
    return {
        name: value if math.isfinite(value) else None
        for name, value in ((name, float(str(one))) for name, one in record.items())
        if name != ROWS
    }


def _floats(record: MetricRecord | None) -> Metrics:
    return {} if record is None else {name: float(str(value)) for name, value in record.items()}
