"""What one site does: train the global model on its own rows, and measure it on others of its own.

Nothing but weights and sums of metrics leaves a site. It keeps nothing between rounds.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from flwr.app import Context, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp
from flwr.clientapp.typing import Mod
from torch import Tensor

from services.engine_kit.environment import seed_torch
from services.runs.training.data.sharing import Shard
from services.runs.training.engine.federated.counts import RECORD as COUNTS
from services.runs.training.engine.federated.counts import counts_record
from services.runs.training.engine.federated.guard import ROWS
from services.runs.training.engine.federated.model_state import ModelState, to_record
from services.runs.training.engine.federated.site_report import RECORD, report_record
from services.runs.training.engine.learning import Check, Gathered, Learner
from services.runs.training.engine.metrics import Metrics, named
from services.runs.training.engine.networks import train_mode
from services.runs.training.engine.reporting import ProgressReporter
from services.seeding import derived_seed

RATES = "learning-rates"  # of the round's local epochs, in the config that comes with the model


class DeadlineError(RuntimeError):
    """The site is not done when the round is over."""


@dataclass(kw_only=True)
class RoundPlan:
    """What a round lays down for everybody in it; ``ends_at`` is of the same clock."""

    number: int = 0
    ends_at: float = math.inf
    seconds: float = math.inf


class SimulatedSite:
    """One site's rows and how it learns from them."""

    def __init__(
        self, shard: Shard, learner: Learner, state: ModelState, reporter: ProgressReporter
    ) -> None:
        self.name = shard.name
        self.train_rows = torch.from_numpy(shard.train)
        self.validation_rows = torch.from_numpy(shard.validation)
        self._learner = learner
        self._state = state
        self._reporter = reporter

    def receive(self, content: RecordDict) -> None:
        """Take over the global model."""
        for key in ("arrays", "statistics"):
            if key in content.array_records:
                self._state.receive(key, content.array_records[key])

    def train(
        self, round_number: int, rates: Sequence[float], proximal_mu: float, check: Check
    ) -> Metrics:
        """Train one local epoch at each of ``rates``; return the metrics of the last one."""
        learner = self._learner
        seed_torch(derived_seed(learner.config.seed, "dropout", round_number, self.name))
        optimizer = learner.optimizer()
        anchor = [one.detach().clone() for one in _trained(learner)] if proximal_mu else []
        epochs = LocalEpochs(learner, optimizer, anchor, proximal_mu)
        gathered = Gathered(learner.loss)
        for epoch, rate in enumerate(rates):
            optimizer.param_groups[0]["lr"] = rate
            where = (round_number, self.name, epoch)
            batches = learner.batches(self.train_rows, *where)
            steps = self._reporter.local_epoch(self.name, round_number, epoch, len(batches), rate)
            gathered = epochs.run(batches, learner.augmenter(*where), check, steps)
            self._reporter.local_epoch_done(self.name, round_number, epoch, gathered.loss(), rate)
        return gathered.trained()

    def rates(self, sent: object) -> list[float]:
        """Return the learning rate of each local epoch; raises ValueError if others were sent."""
        epochs = self._learner.config.local_epochs
        if not isinstance(sent, list) or len(sent) != epochs:
            raise ValueError(f"the server sent no {RATES} for {epochs} local epochs")
        return [float(rate) for rate in sent]

    def update(self, metrics: Metrics, seconds: float, after: Metrics) -> RecordDict:
        """Return the trained model, its metrics, and what the ledger wants to know."""
        content = RecordDict({"arrays": to_record(self._state.read(self._state.trainable))})
        if self._state.statistics:
            content["statistics"] = to_record(self._state.read(self._state.statistics))
        content["metrics"] = metric_record(named("train", metrics), len(self.train_rows))
        content[RECORD] = report_record(seconds, after)
        return content

    def own_metrics(self, check: Check) -> Metrics:
        """Return the model's metrics as it is now on this site's validation rows."""
        if not (self._learner.config.evaluate_locally and len(self.validation_rows)):
            return {}
        return self._learner.evaluate(self.validation_rows, check).metrics

    def evaluation(self, check: Check) -> RecordDict:
        """Return the global model's metrics and counts on this site's validation rows."""
        measured = self._learner.evaluate(self.validation_rows, check)
        record = metric_record(named("val", measured.metrics), measured.num_samples)
        return RecordDict({"metrics": record, COUNTS: counts_record(measured.confusion)})


class LocalEpochs:
    """The optimiser's steps over a site's batches."""

    def __init__(
        self,
        learner: Learner,
        optimizer: torch.optim.Optimizer,
        anchor: Sequence[Tensor],
        proximal_mu: float,
    ) -> None:
        self._learner = learner
        self._optimizer = optimizer
        self._trained = _trained(learner)
        self._anchor = anchor
        self._mu = proximal_mu

    def run(
        self,
        batches: Sequence[Tensor],
        draw: torch.Generator,
        check: Check,
        on_batch: Callable[[int, Tensor, Learner], None],
    ) -> Gathered:
        """Train one epoch; return its predictions as they were made."""
        train_mode(self._learner.network)
        gathered = Gathered(self._learner.loss)
        group = self._learner.config.accumulate_grad_batches
        self._optimizer.zero_grad()
        for number, batch in enumerate(batches, start=1):
            check()
            loss = self._backward(batch, draw, gathered, _group(batches, number, group))
            on_batch(number, loss, self._learner)
            if number % group == 0 or number == len(batches):
                self._step()
        return gathered

    def _backward(
        self, batch: Tensor, draw: torch.Generator, gathered: Gathered, share: int
    ) -> Tensor:
        prepared = self._learner.prepared
        targets = prepared.y[batch]
        logits = self._learner.network(prepared.inputs(batch, draw))
        loss = self._learner.loss(logits, targets)
        gathered.add(logits, targets)
        objective = loss + self._proximal() if self._anchor else loss
        (objective / share if share > 1 else objective).backward()
        return loss.detach()

    def _proximal(self) -> Tensor:
        """Return mu/2 · ||w - w_t||² (FedProx, Li et al., 2018)."""
        pairs = zip(self._trained, self._anchor, strict=True)
        return self._mu / 2 * torch.stack([(new - old).square().sum() for new, old in pairs]).sum()

    def _step(self) -> None:
        limit = self._learner.config.gradient_clip_val
        if limit:
            torch.nn.utils.clip_grad_norm_(self._trained, limit)
        self._optimizer.step()
        self._optimizer.zero_grad()


def client_app(
    sites: Mapping[int, SimulatedSite], current: RoundPlan, check: Check, mods: Sequence[Mod] = ()
) -> ClientApp:
    """Return the Flower app of the sites; ``current`` gives it the deadline of the round."""
    app = ClientApp(mods=list(mods))

    def in_time() -> None:
        check()
        if time.monotonic() > current.ends_at:
            raise DeadlineError(f"not done after the {current.seconds:g} s of the round")

    @app.train()
    def train(message: Message, context: Context) -> Message:
        site = sites[context.node_id]
        config = message.content.config_records["config"]
        in_time()
        begun = time.monotonic()
        site.receive(message.content)
        mu = float(str(config.get("proximal-mu", 0.0)))
        number = int(str(config["server-round"]))
        metrics = site.train(number, site.rates(config.get(RATES)), mu, in_time)
        after = site.own_metrics(in_time)
        return Message(site.update(metrics, time.monotonic() - begun, after), reply_to=message)

    @app.evaluate()
    def evaluate(message: Message, context: Context) -> Message:
        site = sites[context.node_id]
        site.receive(message.content)
        return Message(site.evaluation(check), reply_to=message)

    return app


def metric_record(metrics: Metrics, rows: int) -> MetricRecord:
    """Return metrics as Flower sends them: NaN stands for one that does not exist."""
    known = {name: math.nan if value is None else value for name, value in metrics.items()}
    return MetricRecord({**known, ROWS: rows})


def _trained(learner: Learner) -> list[Tensor]:
    return [one for one in learner.network.parameters() if one.requires_grad]


def _group(batches: Sequence[Tensor], number: int, group: int) -> int:
    """Return how many batches the optimiser step that holds batch ``number`` has."""
    first = (number - 1) // group * group
    return min(group, len(batches) - first)
