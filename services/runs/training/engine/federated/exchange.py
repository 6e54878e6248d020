"""One round's messages: the model out, the updates back, each checked, measured and reported."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from flwr.app import ConfigRecord, Message
from flwr.serverapp.strategy import FedAvg

from services.runs.training.engine.federated.aggregation import Update, fill_gaps, floats, rows_of
from services.runs.training.engine.federated.counts import (
    counts_fault,
    drop_counts,
    loss_together,
    together,
)
from services.runs.training.engine.federated.delivery import SiteReply, Transport, bytes_of, only
from services.runs.training.engine.federated.guard import METRICS, ROWS, UpdateGuard
from services.runs.training.engine.federated.model_state import (
    Arrays,
    ModelState,
    from_record,
    to_record,
)
from services.runs.training.engine.federated.participation import RoundParticipant
from services.runs.training.engine.federated.site import RATES, DeadlineError
from services.runs.training.engine.federated.site_report import RECORD, parse_report
from services.runs.training.engine.federated.strategies import as_float
from services.runs.training.engine.federated.traffic import Traffic
from services.runs.training.engine.metrics import Measured, Metrics, named
from services.runs.training.engine.reporting import ProgressReporter
from services.runs.training.ports import ClientRound

WAITING, TRAINING = "waiting", "training"
COMPLETED, REFUSED, FAILED = "completed", "refused", "failed"


@dataclass
class Answers:
    """What the sites of a round sent: the good updates, and everybody's part."""

    good: list[Update] = field(default_factory=list)
    parts: list[ClientRound] = field(default_factory=list)

    @property
    def refused(self) -> dict[str, str]:
        """Return who was left out and why."""
        return {part.client: part.reason or "" for part in self.parts if part.status != COMPLETED}


@dataclass(frozen=True, kw_only=True)
class Validation:
    """The model on the sites' validation rows: the mean weighted by rows, and each site's.

    ``pooled`` is the model on all these rows together, where nothing else measures it; what it
    knows takes the place of a mean.
    """

    mean: Metrics
    each: dict[str, Metrics]
    pooled: Measured | None = None


class Exchange:
    """Sends the model to sites and takes in what comes back, over whichever transport.

    ``pooled_classes`` is how many classes the model separates, where the sites' measurements
    are put together because there is no other one. ``loss_divisors`` are the class weights that
    a loss is divided by, None if by rows.
    """

    def __init__(
        self,
        strategy: FedAvg,
        transport: Transport,
        sites: Mapping[int, RoundParticipant],
        state: ModelState,
        reporter: ProgressReporter,
        pooled_classes: int | None = None,
        loss_divisors: Sequence[float] | None = None,
    ) -> None:
        self._strategy = strategy
        self._transport = transport
        self._sites = sites
        self._state = state
        self._reporter = reporter
        self._pooled_classes = pooled_classes
        self._loss_divisors = loss_divisors
        self.traffic = Traffic()

    def waiting(
        self, round_number: int, nodes: Sequence[int], before: Mapping[str, Metrics]
    ) -> dict[int, ClientRound]:
        """Return the parts of a round's nodes before anything has happened."""
        return {
            node: ClientRound(
                client=self._sites[node].name,
                round=round_number,
                status=WAITING,
                num_samples=self._sites[node].train_rows,
                seconds=0.0,
                metrics_before=before.get(self._sites[node].name, {}),
            )
            for node in nodes
        }

    def train(
        self, round_number: int, parts: Mapping[int, ClientRound], rates: Sequence[float]
    ) -> Answers:
        """Let the nodes of ``parts`` train the model, in their order, and check each update.

        ``rates`` are the learning rates of the round's local epochs.
        """
        before = self._state.tensors()
        nodes = list(parts)
        trained, statistics = self._model()
        messages = self._strategy.configure_train(
            round_number, to_record(trained), ConfigRecord({RATES: list(rates)}), only(nodes)
        )
        expected = {"arrays": trained, **({"statistics": statistics} if statistics else {})}
        guard = UpdateGuard(expected, {node: self._sites[node].train_rows for node in nodes})
        by_node = {message.metadata.dst_node_id: message for message in messages}
        _attach(by_node.values(), statistics)
        sizes = {node: bytes_of(message.content) for node, message in by_node.items()}
        answers, good = Answers(), []

        def started(node: int, at: datetime, waited: float) -> None:
            part = replace(parts[node], status=TRAINING, started_at=at, waiting_seconds=waited)
            self._reporter.client_started(part)

        try:
            for one in self._transport.deliver([by_node[node] for node in nodes], started):
                self._count(one, sizes[one.node])
                reason = guard.fault(one.answer)
                if reason is None:
                    good.append(one.answer)
                part = self._part(parts[one.node], one, reason)
                answers.parts.append(part)
                self._reporter.client_done(part)
        finally:  # a stop in the middle must not leave one site's weights as the model
            self._state.load(before)
        answers.good = self._updates(good)
        return answers

    def evaluate(self, round_number: int, *, quietly: bool = False) -> Validation:
        """Measure the model at every site on its validation rows.

        ``quietly`` logs no measurement that is left out: it was logged once in this round.
        """
        trained, statistics = self._model()
        nodes = [node for node, site in self._sites.items() if site.validation_rows]
        messages = list(
            self._strategy.configure_evaluate(
                round_number, to_record(trained), ConfigRecord(), only(nodes)
            )
        )
        messages.sort(key=lambda message: message.metadata.dst_node_id)
        _attach(messages, statistics)
        sizes = {one.metadata.dst_node_id: bytes_of(one.content) for one in messages}
        guard = UpdateGuard({}, {node: self._sites[node].validation_rows for node in nodes})
        good = []
        for one in self._transport.deliver(messages, lambda *_: None):
            self._count(one, sizes[one.node])
            reason = guard.fault(one.answer) or self._counts_fault(one.answer)
            if reason is None:
                good.append(one.answer)
            elif not quietly:
                self._reporter.not_measured(self._sites[one.node].name, round_number, reason)
        each = {self._sites[one.metadata.src_node_id].name: _known(one) for one in good}
        good = _in_order(good)
        pooled, loss = self._pooled(good, each), self._loss(good, each)
        for answer in good:
            drop_counts(answer)
        if not quietly:
            self._report_undefined(good)
        self._report_gaps(good)
        mean = floats(self._strategy.aggregate_evaluate(round_number, good))
        exact = {} if pooled is None else named("val", pooled.metrics)
        return Validation(mean={**mean, **loss, **exact}, each=each, pooled=pooled)

    def _counts_fault(self, reply: Message) -> str | None:
        return None if self._pooled_classes is None else counts_fault(reply, self._pooled_classes)

    def _pooled(self, good: Sequence[Message], each: Mapping[str, Metrics]) -> Measured | None:
        if self._pooled_classes is None:
            return None
        return together(self._with_metrics(good, each), self._loss_divisors)

    def _loss(self, good: Sequence[Message], each: Mapping[str, Metrics]) -> Metrics:
        """Return the loss of all rows where a mean weighted by rows would be another one."""
        if self._loss_divisors is None:
            return {}
        loss = loss_together(self._with_metrics(good, each), self._loss_divisors)
        return {} if loss is None else {"val_loss": loss}

    def _with_metrics(
        self, good: Sequence[Message], each: Mapping[str, Metrics]
    ) -> list[tuple[Message, Metrics]]:
        return [(one, each[self._sites[one.metadata.src_node_id].name]) for one in good]

    def _part(self, part: ClientRound, one: SiteReply, reason: str | None) -> ClientRound:
        seconds, after = (None, {}) if one.answer.has_error() else parse_report(one.answer.content)
        trained = None if seconds is None else min(seconds, one.seconds)
        down, up = self.traffic.of(part.client)
        return replace(
            part,
            status=_status(one.answer, reason),
            seconds=one.seconds,
            metrics={} if reason else _known(one.answer),
            reason=reason,
            started_at=one.sent_at,
            waiting_seconds=one.waiting,
            training_seconds=trained,
            sending_seconds=None if trained is None else one.seconds - trained,
            bytes_down=down,
            bytes_up=up,
            metrics_after=after,
        )

    def _updates(self, good: list[Message]) -> list[Update]:
        """Return the good answers in node order, each with only what the strategy is to get."""
        self._report_undefined(good)
        self._report_gaps(good)
        updates = []
        for answer in _in_order(good):
            statistics = answer.content.pop("statistics", None)
            answer.content.pop(RECORD, None)
            updates.append(
                Update(
                    client=self._sites[answer.metadata.src_node_id].name,
                    rows=rows_of(answer),
                    message=answer,
                    statistics={} if statistics is None else from_record(statistics),
                )
            )
        return updates

    def _report_undefined(self, good: Sequence[Message]) -> None:
        for answer in good:
            names = sorted(name for name, value in _known(answer).items() if value is None)
            self._reporter.undefined_metrics(self._sites[answer.metadata.src_node_id].name, names)

    def _report_gaps(self, good: Sequence[Message]) -> None:
        for node, names in fill_gaps(good).items():
            self._reporter.left_out_metrics(self._sites[node].name, names)

    def _count(self, one: SiteReply, sent: int) -> None:
        received = 0 if one.answer.has_error() else bytes_of(one.answer.content)
        self.traffic.add(self._sites[one.node].name, sent, received)

    def _model(self) -> tuple[Arrays, Arrays]:
        return self._state.read(self._state.trainable), self._state.read(self._state.statistics)


def _in_order(answers: Iterable[Message]) -> list[Message]:
    """Return answers in node order: a sum of floats depends on it."""
    return sorted(answers, key=lambda answer: answer.metadata.src_node_id)


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
    record = reply.content.metric_records[METRICS]
    values = {name: as_float(value) for name, value in record.items() if name != ROWS}
    return {name: value if math.isfinite(value) else None for name, value in values.items()}
