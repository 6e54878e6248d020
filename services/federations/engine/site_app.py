"""The ClientApp of a site: our code on the site's rows; messages say what to train.

No message names a file, and none brings code. What a run prepares is kept until another run
asks, so a round costs no more than its training.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from flwr.app import Context, Message, RecordDict
from flwr.clientapp import ClientApp

from app.errors import Invalid
from app.events import Event
from services.datasets.types import TrainingData
from services.engine_kit.environment import compute_with, threads_for
from services.federations.domain.agreement import Offer
from services.federations.engine.columns import (
    COLUMNS,
    columns_record,
    fit_from_json,
    needs_columns,
)
from services.federations.engine.facts import FACTS, FROZEN, SitePlan
from services.federations.engine.offers import OFFER, offer_of, offer_record
from services.federations.engine.preparing import facts_of, in_order, prepared_at, shard_of
from services.federations.engine.site_certificate import (
    CERTIFICATE,
    certificate_record,
    certify_site,
)
from services.federations.site.check import check_data, load_data
from services.federations.site.folder import SiteFolder
from services.runs.training.config.config import TrainingConfig
from services.runs.training.config.field_spec import FEDERATED
from services.runs.training.data.table import count_columns
from services.runs.training.engine.federated.model_state import ModelState
from services.runs.training.engine.federated.site import RoundPlan, SimulatedSite, client_app
from services.runs.training.engine.learning import Check, device_for, learner_for
from services.runs.training.engine.networks import freeze_backbone
from services.runs.training.engine.reporting import ProgressReporter
from services.runs.training.ports import ClientRound, RoundBegin, StepOutcome, TrainingTask


class SilentRecorder:
    """Implements ``TrainingRecorder`` where nobody follows: a site sends its answer only."""

    def publish(self, event: Event) -> None:
        """Publish nothing."""

    def log(self, level: str, message: str) -> None:
        """Write nothing."""

    def begin_round(self, begin: RoundBegin) -> None:
        """Note nothing."""

    def report_client(self, part: ClientRound, refusal: str | None = None) -> None:
        """Note nothing."""

    def finish_step(self, outcome: StepOutcome) -> None:
        """Store nothing."""

    def stop_requested(self) -> bool:
        """Return False: the server stops by ending its run."""
        return False


@dataclass(kw_only=True)
class Preparation:
    """A site and its network, ready for the messages of one run."""

    identity: str
    app: Callable[[Message, Context], Message]
    state: ModelState
    current: RoundPlan = field(default_factory=RoundPlan)


class SiteApp:
    """Answers the messages of runs; ``check`` raises when the run that sent them is over."""

    def __init__(self, folder: SiteFolder, check: Check) -> None:
        self._folder = folder
        self._check = check
        self._ready: Preparation | None = None
        self._loaded: tuple[str, TrainingData] | None = None

    def __call__(self, message: Message, context: Context) -> Message:
        """Answer one message; whatever is wrong raises with a sentence."""
        plan = SitePlan.of(message.content)
        if message.metadata.message_type == "query":
            return Message(self._facts(plan), reply_to=message)
        ready = self._prepare(plan, context)
        if FROZEN in message.content.array_records:
            ready.state.receive(FROZEN, message.content.array_records[FROZEN])
        ready.current.seconds = plan.seconds or ready.current.seconds
        ready.current.ends_at = time.monotonic() + ready.current.seconds
        return ready.app(message, context)

    def _facts(self, plan: SitePlan) -> RecordDict:
        if not plan.classes:
            return RecordDict({OFFER: offer_record(self._offer(plan))})
        config = TrainingConfig.from_mapping(plan.config)
        data = in_order(self._data(plan), plan)
        shard = shard_of(data, plan.site, config)
        if plan.fit is None and needs_columns(data):
            return RecordDict({COLUMNS: columns_record(count_columns(data, shard.train))})
        fit = None if plan.fit is None else fit_from_json(plan.fit)
        certificate = certify_site(data, shard, config, fit)
        return RecordDict(
            {
                FACTS: facts_of(data, shard, config, fit).record(),
                CERTIFICATE: certificate_record(certificate),
            }
        )

    def _offer(self, plan: SitePlan) -> Offer:
        summary = check_data(self._folder)
        data = self._data(plan) if summary.kind == "table" else None
        return offer_of(summary, data, plan.site)

    def _prepare(self, plan: SitePlan, context: Context) -> Preparation:
        if self._ready is not None and self._ready.identity == plan.identity:
            return self._ready
        if plan.mean is None or plan.class_counts is None:
            raise Invalid("The server sent a model without saying how to scale the rows.")
        self._ready = None
        config = TrainingConfig.from_mapping(plan.config)
        compute_with(threads_for(config.torch_threads))
        data = in_order(self._data(plan), plan)
        shard = shard_of(data, plan.site, config)
        device = device_for(replace(config, device="auto"))
        prepared = prepared_at(data, plan, config, [shard], device)
        learner = learner_for(replace(config, freeze_backbone=False), prepared, None)
        if config.freeze_backbone:
            freeze_backbone(learner.network, config.fine_tune_layers_count)
        state = ModelState(learner.network)
        task = TrainingTask(
            run_id=plan.run, attempt=1, experiment_name="", mode=FEDERATED, config=config, data=data
        )
        site = SimulatedSite(shard, learner, state, ProgressReporter(task, SilentRecorder()))
        current = RoundPlan()
        app: ClientApp = client_app({context.node_id: site}, current, self._check)
        self._ready = Preparation(identity=plan.identity, app=app, state=state, current=current)
        return self._ready

    def _data(self, plan: SitePlan) -> TrainingData:
        """Return the rows, checked against the manifest each time and read once."""
        summary = check_data(self._folder)
        size = None if plan.image_size is None else (plan.image_size[0], plan.image_size[1])
        key = f"{summary.sha256} {size} {plan.color_mode}"
        if self._loaded is None or self._loaded[0] != key:
            self._loaded = (key, load_data(self._folder, summary, size, plan.color_mode))
        return self._loaded[1]
