"""Building the federation of one attempt across sites from what the sites reported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from services.federations.engine.facts import (
    SiteFacts,
    SitePlan,
)
from services.federations.engine.grid_transport import GridTransport
from services.federations.engine.preparing import SitePrepared, prepared_at, scale_of
from services.federations.engine.requests import (
    question,
)
from services.runs.federated.domain.pooling import HELD_OUT, SITE_VALIDATION
from services.runs.training.data.sharing import Shard
from services.runs.training.data.table import TableFit
from services.runs.training.engine.federated import strategies
from services.runs.training.engine.federated.aggregation import Aggregation
from services.runs.training.engine.federated.exchange import Exchange, Validation
from services.runs.training.engine.federated.model_state import ModelState, to_record
from services.runs.training.engine.federated.progress import RoundProgress
from services.runs.training.engine.federated.round_loop import RoundLoop
from services.runs.training.engine.federated.site import RoundPlan
from services.runs.training.engine.federated.train import participants as participants_of
from services.runs.training.engine.learning import Learner, device_for, learner_for
from services.runs.training.engine.losses import loss_divisors
from services.runs.training.engine.metrics import Measured
from services.runs.training.engine.reporting import ProgressReporter
from services.runs.training.engine.stopping import stop_check
from services.runs.training.ports import (
    Checkpoint,
    TrainingRecorder,
    TrainingTask,
)


@dataclass(frozen=True, kw_only=True)
class FederatedAttempt:
    """What one attempt works with; ``threads`` is the number that the run began with."""

    recorder: TrainingRecorder
    transport: GridTransport
    current: RoundPlan
    threads: int


@dataclass(kw_only=True)
class SiteFederation(RoundLoop):
    """A federation whose checkpoint holds what its sites reported: scaling must not change later.

    Where the server has no rows, the model is measured by the sites alone.
    """

    site_files: Mapping[str, bytes] = field(default_factory=dict)

    def measure(self, validation: Validation) -> Measured:
        """Measure the model: on rows that are here, else by what the sites reported."""
        return super().measure(validation) if validation.pooled is None else validation.pooled

    def test_of_best(self) -> Measured | None:
        """Measure the best model in the end; None where no rows were held out."""
        return super().test_of_best() if self.task.evaluated_on == HELD_OUT else None

    def _checkpoint(self) -> Checkpoint:
        made = super()._checkpoint()
        self.kept = replace(made, files={**made.files, **self.site_files})
        return self.kept


def federation_of(
    task: TrainingTask,
    attempt: FederatedAttempt,
    facts: Sequence[SiteFacts],
    fit: TableFit | None,
) -> SiteFederation:
    """Return the federation of the sites that reported ``facts``, ready for its first round.

    ``fit`` is what they agreed on of the columns of a table; None for images.
    """
    transport, recorder = attempt.transport, attempt.recorder
    by_name = {one.site: one for one in facts}
    shards = {
        n: _remote_shard(by_name[name]) for n, name in transport.nodes.items() if name in by_name
    }
    learner, plan = _learner(task, facts, list(shards.values()), fit)
    transport.plans = {node: replace(plan, site=shard.name) for node, shard in shards.items()}
    state, reporter = ModelState(learner.network), ProgressReporter(task, recorder)
    frozen = [name for name, one in learner.network.named_parameters() if not one.requires_grad]
    transport.frozen = to_record(state.read(frozen)) if frozen else None
    strategy, sites = strategies.build(task.config), participants_of(shards)
    pooled = len(task.data.classes) if task.evaluated_on == SITE_VALIDATION else None
    return SiteFederation(
        task=task,
        recorder=recorder,
        learner=learner,
        state=state,
        strategy=strategy,
        exchange=Exchange(
            strategy,
            transport,
            sites,
            state,
            reporter,
            pooled,
            loss_divisors(task.config, learner.prepared.class_counts),
        ),
        aggregation=Aggregation(task.config, strategy, state),
        sites=sites,
        current=attempt.current,
        check=stop_check(recorder),
        progress=RoundProgress(threads=attempt.threads),
        best=state.tensors(),
    )


def _learner(
    task: TrainingTask,
    facts: Sequence[SiteFacts],
    shards: Sequence[Shard],
    fit: TableFit | None,
) -> tuple[Learner, SitePlan]:
    counts = [sum(column) for column in zip(*(one.class_counts for one in facts), strict=True)]
    mean, deviation = scale_of(fit, facts, task.config)
    plan = replace(question(task, fit), class_counts=counts, mean=mean, deviation=deviation)
    device = device_for(task.config)
    prepared: SitePrepared = prepared_at(task.data, plan, task.config, shards, device)
    return learner_for(task.config, prepared, task.pretrained), plan


def _remote_shard(facts: SiteFacts) -> Shard:
    """Return a site's rows by the numbers that they have at the site."""
    numbers = np.arange(facts.train_rows + facts.validation_rows, dtype=np.int64)
    return Shard(
        name=facts.site, train=numbers[: facts.train_rows], validation=numbers[facts.train_rows :]
    )
