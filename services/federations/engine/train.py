"""One attempt at a run across sites: the rounds of a federation, with a SuperLink in between."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

import numpy as np

from services.federations.engine.asking import (
    Questions,
    agreement_of,
    hash_of,
    question,
    without_rows,
)
from services.federations.engine.courier import LINK_PATIENCE, SuperLinkCourier
from services.federations.engine.facts import (
    Plan,
    SiteFacts,
    facts_from_bytes,
    facts_to_bytes,
)
from services.federations.engine.offers import agreement_from_bytes, agreement_to_bytes
from services.federations.engine.preparing import SitePrepared, prepared_at, scale_of
from services.federations.types import Participants
from services.runs.domain.pooling import HELD_OUT, SITE_VALIDATION
from services.runs.domain.rules import DataFacts, sites_needed, validate_for, validate_sites
from services.runs.domain.settings import CENTRALIZED
from services.runs.domain.sharing import Shard
from services.runs.engine.environment import compute_with, silence, threads_for
from services.runs.engine.errors import StopTraining, TrainingFailedError
from services.runs.engine.federated import strategies
from services.runs.engine.federated.aggregation import Aggregation
from services.runs.engine.federated.exchange import Exchange, Validation
from services.runs.engine.federated.federation import Federation
from services.runs.engine.federated.model_state import ModelState, to_record
from services.runs.engine.federated.progress import Progress
from services.runs.engine.federated.site import Round
from services.runs.engine.federated.train import participants as participants_of
from services.runs.engine.federated.train import result_of
from services.runs.engine.learning import Learner, device_for, learner_for
from services.runs.engine.lifecycle import announce
from services.runs.engine.metrics import Measured
from services.runs.engine.stopping import stop_check
from services.runs.engine.telling import Teller
from services.runs.ports import (
    Checkpoint,
    StepOutcome,
    TrainingRecorder,
    TrainingResult,
    TrainingTask,
)

SITES_FILE, AGREEMENT_FILE = "sites.json", "agreement.json"
NOTHING_YET = "Stopped while the sites were asked for their data; nothing was trained."
TOLD = ("site", "sha256", "rows", "patients", "train_rows", "validation_rows")


@dataclass(kw_only=True)
class SiteFederation(Federation):
    """A federation whose checkpoint holds what its sites told: scaling must not change later.

    Where the server has no rows, the model is measured by the sites alone.
    """

    told: Mapping[str, bytes] = field(default_factory=dict)

    def measure(self, validation: Validation) -> Measured:
        """Measure the model: here where there are rows, else by what the sites said of theirs."""
        return super().measure(validation) if validation.pooled is None else validation.pooled

    def test_of_best(self) -> Measured | None:
        """Measure the best model in the end; None where no rows were held out."""
        return super().test_of_best() if self.task.evaluated_on == HELD_OUT else None

    def _checkpoint(self) -> Checkpoint:
        made = super()._checkpoint()
        self.kept = replace(made, files={**made.files, **self.told})
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
        courier = SuperLinkCourier(
            self._participants, current, recorder.log, self._patience, recorder.publish
        )
        courier.check = stop_check(recorder)
        for site in self._participants.sites:
            for warning in site.warnings:
                recorder.log("warning", f"{site.name}: {warning}")
        try:
            with courier:
                return self._trained(task, recorder, courier, current, threads)
        except StopTraining:  # while the sites were asked: the rounds stop in their own way
            return _stopped(task, recorder, courier, current, threads)

    def _trained(
        self,
        task: TrainingTask,
        recorder: TrainingRecorder,
        courier: SuperLinkCourier,
        current: Round,
        threads: int,
    ) -> TrainingResult:
        questions = Questions(task=task, recorder=recorder, courier=courier, nodes=courier.nodes)
        told: dict[str, bytes] = {}
        if task.evaluated_on == SITE_VALIDATION:
            questions = self._agreed(questions, told)
        facts = self._facts(questions)
        told[SITES_FILE] = facts_to_bytes(facts)
        task = _with_hash(questions.task, facts)
        federation = _federation(task, recorder, courier, current, facts, threads)
        federation.told = told
        if task.resume is not None:
            federation.restore(task.resume)
        epochs = task.config.num_rounds * task.config.local_epochs
        announce(task, recorder, federation.learner, epochs)
        finished = federation.run()
        return _with_sites(result_of(federation, finished=finished), task, facts)

    def _agreed(self, questions: Questions, told: dict[str, bytes]) -> Questions:
        """Have the sites lay down what the network is for; a resumed run keeps what it began with.

        ``told`` gets what a checkpoint keeps of it.
        """
        task, nodes = questions.task, questions.nodes
        if task.resume is not None and AGREEMENT_FILE in task.resume.files:
            agreement = agreement_from_bytes(task.resume.files[AGREEMENT_FILE])
        else:
            offers = questions.offers()
            if not offers:
                self._require_enough(task, 0, set())
            agreement, strangers = agreement_of(questions, offers)
            alike = {one.site for one in offers} - strangers
            nodes = {node: name for node, name in nodes.items() if name in alike}
        told[AGREEMENT_FILE] = agreement_to_bytes(agreement)
        return replace(
            questions,
            task=replace(task, data=without_rows(agreement, task.config)),
            nodes=nodes,
        )

    def _facts(self, questions: Questions) -> list[SiteFacts]:
        """Ask the sites; a resumed run keeps the sites and the sums that it began with."""
        task, asked = questions.task, questions.facts()
        if task.resume is not None and SITES_FILE in task.resume.files:
            began = facts_from_bytes(task.resume.files[SITES_FILE])
            _require_same(began, asked)
            asked = began
        present = {one.site for one in asked} - set(self._participants.absent())
        self._require_enough(task, len(asked), present)
        if task.evaluated_on == SITE_VALIDATION:
            _require_fit(task, asked)
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


def _stopped(
    task: TrainingTask,
    recorder: TrainingRecorder,
    courier: SuperLinkCourier,
    current: Round,
    threads: int,
) -> TrainingResult:
    """Keep the best of the rounds before this attempt, if there were any."""
    began = task.resume
    if began is None:
        total = task.config.num_rounds
        recorder.finish_step(StepOutcome(step=0, completed=0, total=total, message=NOTHING_YET))
        return TrainingResult(
            status="cancelled",
            best_step=None,
            files={},
            test_metrics={},
            test_confusion=None,
            reason=NOTHING_YET,
        )
    if AGREEMENT_FILE in began.files:
        agreement = agreement_from_bytes(began.files[AGREEMENT_FILE])
        task = replace(task, data=without_rows(agreement, task.config))
    facts = facts_from_bytes(began.files[SITES_FILE])
    task = _with_hash(task, facts)
    federation = _federation(task, recorder, courier, current, facts, threads)
    federation.restore(began)
    return _with_sites(result_of(federation, finished=False), task, facts)


def _threads(task: TrainingTask) -> int:
    """Return the number of threads: a resumed run keeps the one that it began with."""
    if task.resume is None:
        return threads_for(task.config.torch_threads)
    return Progress.from_bytes(task.resume.files["state.json"]).threads


def _require_same(began: Sequence[SiteFacts], asked: Sequence[SiteFacts]) -> None:
    hashes = {one.site: one.sha256 for one in began}
    changed = [one.site for one in asked if hashes.get(one.site, one.sha256) != one.sha256]
    if changed:
        raise TrainingFailedError(
            f"The data of {', '.join(changed)} is not what this run began with. Bring it back, or "
            "start a new run."
        )


def _require_fit(task: TrainingTask, facts: Sequence[SiteFacts]) -> None:
    """Check the sites' data as a dataset would have been: it was not known before."""
    counts = [sum(column) for column in zip(*(one.class_counts for one in facts), strict=True)]
    shape = task.data.x.shape
    told = DataFacts(
        kind=task.data.kind,
        num_rows=sum(one.rows for one in facts),
        num_patients=sum(one.patients for one in facts),
        class_counts=dict(zip(task.data.classes, counts, strict=True)),
        image_shape=(shape[1], shape[2]) if task.data.kind == "images" else None,
    )
    has_pretrained = task.pretrained is not None
    validate_for(task.config, CENTRALIZED, told, has_pretrained=has_pretrained)
    if not any(one.validation_rows for one in facts):
        raise TrainingFailedError(
            "No site has rows left to validate on, and without data at the server nothing else "
            "measures the model. Bring more patients to the sites, or name data at the server."
        )


def _with_hash(task: TrainingTask, facts: Sequence[SiteFacts]) -> TrainingTask:
    if task.evaluated_on == HELD_OUT:
        return task
    return replace(task, data=replace(task.data, sha256=hash_of(facts)))


def _with_sites(
    result: TrainingResult, task: TrainingTask, facts: Sequence[SiteFacts]
) -> TrainingResult:
    """Add to the manifest whose rows the run was trained on, by their hashes."""
    manifest = json.loads(result.files["manifest.json"])
    manifest["evaluated_on"] = task.evaluated_on
    manifest["sites"] = [{name: asdict(one)[name] for name in TOLD} for one in facts]
    if task.evaluated_on == SITE_VALIDATION:
        manifest["data"]["rows"] = sum(one.rows for one in facts)
    content = json.dumps(manifest, indent=2, allow_nan=False).encode()
    return replace(result, files={**result.files, "manifest.json": content})


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
    pooled = len(task.data.classes) if task.evaluated_on == SITE_VALIDATION else None
    return SiteFederation(
        task=task,
        recorder=recorder,
        learner=learner,
        state=state,
        strategy=strategy,
        exchange=Exchange(strategy, courier, sites, state, teller, pooled),
        aggregation=Aggregation(task.config, strategy, state),
        sites=sites,
        current=current,
        check=stop_check(recorder),
        progress=Progress(threads=threads),
        best=state.tensors(),
    )


def _learner(
    task: TrainingTask, facts: Sequence[SiteFacts], shards: Sequence[Shard]
) -> tuple[Learner, Plan]:
    counts = [sum(column) for column in zip(*(one.class_counts for one in facts), strict=True)]
    mean, deviation = scale_of(task.data.kind, facts, task.config)
    plan = replace(question(task), class_counts=counts, mean=mean, deviation=deviation)
    device = device_for(task.config)
    prepared: SitePrepared = prepared_at(task.data, plan, task.config, shards, device)
    return learner_for(task.config, prepared, task.pretrained), plan


def _elsewhere(facts: SiteFacts) -> Shard:
    """Return a site's rows by the numbers that they have at the site."""
    numbers = np.arange(facts.train_rows + facts.validation_rows, dtype=np.int64)
    return Shard(
        name=facts.site, train=numbers[: facts.train_rows], validation=numbers[facts.train_rows :]
    )
