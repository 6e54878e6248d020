"""One attempt at a run across sites: the rounds of a federation, with a SuperLink in between."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from flwr.app import Message, RecordDict

from services.federations.engine.courier import LINK_PATIENCE, SuperLinkCourier
from services.federations.engine.facts import (
    Plan,
    SiteFacts,
    facts_from_bytes,
    facts_to_bytes,
)
from services.federations.engine.preparing import SitePrepared, prepared_at, scale_of
from services.federations.types import Participants
from services.runs.domain.rules import sites_needed, validate_sites
from services.runs.domain.sharing import Shard
from services.runs.engine import images
from services.runs.engine.environment import compute_with, silence, threads_for
from services.runs.engine.errors import TrainingFailedError
from services.runs.engine.federated import strategies
from services.runs.engine.federated.aggregation import Aggregation
from services.runs.engine.federated.exchange import Exchange
from services.runs.engine.federated.federation import Federation
from services.runs.engine.federated.model_state import ModelState, to_record
from services.runs.engine.federated.progress import Progress
from services.runs.engine.federated.site import Round
from services.runs.engine.federated.train import participants as participants_of
from services.runs.engine.federated.train import result_of
from services.runs.engine.learning import Learner, device_for, learner_for
from services.runs.engine.lifecycle import announce
from services.runs.engine.stopping import stop_check
from services.runs.engine.telling import Teller
from services.runs.ports import Checkpoint, TrainingRecorder, TrainingResult, TrainingTask

SITES_FILE = "sites.json"


@dataclass(kw_only=True)
class SiteFederation(Federation):
    """A federation whose checkpoint holds what its sites told: scaling must not change later."""

    told: bytes = b""

    def _checkpoint(self) -> Checkpoint:
        made = super()._checkpoint()
        self.kept = replace(made, files={**made.files, SITES_FILE: self.told})
        return self.kept


class SitesEngine:
    """Implements ``TrainingEngine`` over the SuperLink of one federation.

    ``patience`` is for how many seconds the SuperLink may be away before an attempt fails.
    """

    def __init__(self, participants: Participants, patience: float = LINK_PATIENCE) -> None:
        self._participants = participants
        self._patience = patience

    def train(self, task: TrainingTask, recorder: TrainingRecorder) -> TrainingResult:
        """Train to the last round or to a stop; raises a ``RoundhouseError``."""
        silence()
        for name, level in (("flwr", logging.ERROR), ("httpx", logging.WARNING)):
            logging.getLogger(name).setLevel(level)  # httpx would tell of each look for an answer
        threads = _threads(task)
        compute_with(threads)
        current = Round()
        courier = SuperLinkCourier(self._participants, current, recorder.log, self._patience)
        with courier:
            facts = self._facts(task, recorder, courier)
            federation = _federation(task, recorder, courier, current, facts, threads)
            if task.resume is not None:
                federation.restore(task.resume)
            epochs = task.config.num_rounds * task.config.local_epochs
            announce(task, recorder, federation.learner, epochs)
            courier.check = federation.check
            finished = federation.run()
            return result_of(federation, finished=finished)

    def _facts(
        self, task: TrainingTask, recorder: TrainingRecorder, courier: SuperLinkCourier
    ) -> list[SiteFacts]:
        """Ask the sites; a resumed run keeps the sites and the sums that it began with."""
        asked = ask_sites(task, recorder, courier)
        if task.resume is not None and SITES_FILE in task.resume.files:
            began = facts_from_bytes(task.resume.files[SITES_FILE])
            _require_same(began, asked)
            asked = began
        present = {one.site for one in asked} & self._participants.present()
        self._require_enough(task, len(asked), present)
        return asked

    def _require_enough(self, task: TrainingTask, known: int, present: set[str]) -> None:
        everybody = [site.name for site in self._participants.sites]
        needed = sites_needed(task.config, len(everybody))
        if len(present) < max(1, needed):
            absent = ", ".join(name for name in everybody if name not in present)
            raise TrainingFailedError(
                f"Only {len(present)} of {len(everybody)} sites can take part, and {needed} are "
                f"needed. Missing: {absent or 'every site'}. The log says why; start them, then "
                "resume this run."
            )
        validate_sites(task.config, known)


def _threads(task: TrainingTask) -> int:
    """Return the number of threads: a resumed run keeps the one that it began with."""
    if task.resume is None:
        return threads_for(task.config.torch_threads)
    return Progress.from_bytes(task.resume.files["state.json"]).threads


def ask_sites(
    task: TrainingTask, recorder: TrainingRecorder, courier: SuperLinkCourier
) -> list[SiteFacts]:
    """Ask every site about its rows; who cannot answer is named in the log and left out."""
    plan = _question(task)
    courier.plans = {node: replace(plan, site=name) for node, name in courier.nodes.items()}
    messages = [
        Message(RecordDict(), dst_node_id=node, message_type="query") for node in courier.nodes
    ]
    shape = _shape_of(task)
    facts: dict[str, SiteFacts] = {}
    for one in courier.deliver(messages, lambda *_: None):
        name = courier.nodes[one.node]
        if one.answer.has_error():
            recorder.log("warning", f"{name} does not take part: {one.answer.error.reason}.")
            continue
        try:
            told = SiteFacts.of(one.answer.content, len(plan.classes))
            _require_shape(told, shape)
            facts[name] = replace(told, site=name)  # a site speaks for itself alone
        except (ValueError, TypeError) as error:
            recorder.log("warning", f"{name} does not take part: {error}.")
    return [facts[name] for name in courier.nodes.values() if name in facts]


def _shape_of(task: TrainingTask) -> list[int]:
    """Return the shape of one row as the network sees it."""
    if task.data.kind == "table":
        return [task.data.x.shape[1]]
    return list(images.prepared(task.data.x[:1], task.config).shape[1:])


def _require_shape(told: SiteFacts, wanted: Sequence[int]) -> None:
    if list(told.shape) != list(wanted):
        raise ValueError(f"its rows have the shape {list(told.shape)}, not {list(wanted)}")


def _question(task: TrainingTask) -> Plan:
    data, size, mode = task.data, None, "auto"
    if data.kind == "images":
        size, mode = list(data.x.shape[1:3]), "RGB" if data.x.shape[3] == 3 else "L"
    return Plan(
        run=task.run_id,
        site="",
        config=task.config.as_mapping(),
        kind=data.kind,
        classes=list(data.classes),
        features=list(data.feature_names),
        image_size=size,
        color_mode=mode,
    )


def _require_same(began: Sequence[SiteFacts], asked: Sequence[SiteFacts]) -> None:
    hashes = {one.site: one.sha256 for one in began}
    changed = [one.site for one in asked if hashes.get(one.site, one.sha256) != one.sha256]
    if changed:
        raise TrainingFailedError(
            f"The data of {', '.join(changed)} is not what this run began with. Bring it back, or "
            "start a new run."
        )


def _federation(
    task: TrainingTask,
    recorder: TrainingRecorder,
    courier: SuperLinkCourier,
    current: Round,
    facts: Sequence[SiteFacts],
    threads: int,
) -> SiteFederation:
    by_name = {one.site: one for one in facts}
    shards = {n: _elsewhere(by_name[name]) for n, name in courier.nodes.items() if name in by_name}
    learner, plan = _learner(task, facts, list(shards.values()))
    courier.plans = {node: replace(plan, site=shard.name) for node, shard in shards.items()}
    state, teller = ModelState(learner.network), Teller(task, recorder)
    frozen = [name for name, one in learner.network.named_parameters() if not one.requires_grad]
    courier.frozen = to_record(state.read(frozen)) if frozen else None
    strategy, sites = strategies.build(task.config), participants_of(shards)
    return SiteFederation(
        task=task,
        recorder=recorder,
        learner=learner,
        state=state,
        strategy=strategy,
        exchange=Exchange(strategy, courier, sites, state, teller),
        aggregation=Aggregation(task.config, strategy, state),
        sites=sites,
        current=current,
        check=stop_check(recorder),
        progress=Progress(threads=threads),
        best=state.tensors(),
        told=facts_to_bytes(facts),
    )


def _learner(
    task: TrainingTask, facts: Sequence[SiteFacts], shards: Sequence[Shard]
) -> tuple[Learner, Plan]:
    counts = [sum(column) for column in zip(*(one.class_counts for one in facts), strict=True)]
    mean, deviation = scale_of(task.data.kind, facts, task.config)
    plan = replace(_question(task), class_counts=counts, mean=mean, deviation=deviation)
    device = device_for(task.config)
    prepared: SitePrepared = prepared_at(task.data, plan, task.config, shards, device)
    return learner_for(task.config, prepared, task.pretrained), plan


def _elsewhere(facts: SiteFacts) -> Shard:
    """Return a site's rows by the numbers that they have at the site."""
    numbers = np.arange(facts.train_rows + facts.validation_rows, dtype=np.int64)
    return Shard(
        name=facts.site, train=numbers[: facts.train_rows], validation=numbers[facts.train_rows :]
    )
