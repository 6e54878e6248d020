"""One attempt at a run across sites: the rounds of a federation, with a SuperLink in between."""

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, replace

from services.engine_kit.environment import compute_with, silence, threads_for
from services.engine_kit.errors import StopTraining, TrainingFailedError
from services.federations.engine.building import FederatedAttempt, federation_of
from services.federations.engine.columns import (
    agreed_fit,
    fit_from_bytes,
    fit_to_bytes,
    needs_columns,
    plain_fit,
)
from services.federations.engine.facts import (
    SiteFacts,
    facts_from_bytes,
    facts_to_bytes,
)
from services.federations.engine.grid_transport import GridTransport
from services.federations.engine.offers import agreement_from_bytes, agreement_to_bytes
from services.federations.engine.patient_link import LINK_PATIENCE
from services.federations.engine.requests import (
    Questions,
    agreement_of,
    hash_of,
    without_rows,
)
from services.federations.engine.run_certificate import certify_federation, certify_here
from services.federations.types import Participants
from services.runs.federated.domain.pooling import HELD_OUT, SITE_VALIDATION
from services.runs.messages import message_text
from services.runs.training.config.field_spec import CENTRALIZED
from services.runs.training.config.rules import (
    DataFacts,
    sites_needed,
    validate_for,
    validate_sites,
)
from services.runs.training.data.table import TableFit
from services.runs.training.engine.federated.progress import RoundProgress
from services.runs.training.engine.federated.site import RoundPlan
from services.runs.training.engine.federated.train import result_of
from services.runs.training.engine.lifecycle import announce
from services.runs.training.engine.stopping import stop_check
from services.runs.training.ports import (
    StepOutcome,
    TrainingRecorder,
    TrainingResult,
    TrainingTask,
)

SITES_FILE, AGREEMENT_FILE, COLUMNS_FILE = "sites.json", "agreement.json", "columns.json"
UNKNOWN_FITS = (
    "{} does not report what it fitted on which of its rows, as earlier releases do not; the leak "
    "certificate of this run names it as unknown."
)
NOTHING_YET = message_text("nothing_trained")
MANIFEST_FIELDS = ("site", "sha256", "rows", "patients", "train_rows", "validation_rows")


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
            logging.getLogger(name).setLevel(level)  # httpx would log each look for an answer
        threads = _threads(task)
        compute_with(threads)
        current = RoundPlan()
        transport = GridTransport(
            self._participants, current, recorder.log, self._patience, recorder.publish
        )
        transport.check = stop_check(recorder)
        attempt = FederatedAttempt(
            recorder=recorder, transport=transport, current=current, threads=threads
        )
        for site in self._participants.sites:
            for warning in site.warnings:
                recorder.log("warning", f"{site.name}: {warning}")
        try:
            with transport:
                return self._trained(task, attempt)
        except StopTraining:  # while the sites were queried: the rounds stop in their own way
            return _stopped(task, attempt)

    def _trained(self, task: TrainingTask, attempt: FederatedAttempt) -> TrainingResult:
        questions = Questions(
            task=task,
            recorder=attempt.recorder,
            transport=attempt.transport,
            nodes=attempt.transport.nodes,
        )
        site_files: dict[str, bytes] = {}
        if task.evaluated_on == SITE_VALIDATION:
            questions = self._agreed(questions, site_files)
        questions = self._fitted(questions, site_files)
        facts = self._facts(questions)
        site_files[SITES_FILE] = facts_to_bytes(facts)
        task = _with_hash(questions.task, facts)
        federation = federation_of(task, attempt, facts, questions.fit)
        federation.site_files = site_files
        if task.resume is not None:
            federation.restore(task.resume)
        epochs = task.config.num_rounds * task.config.local_epochs
        announce(task, attempt.recorder, federation.learner, epochs)
        finished = federation.run()
        return _with_sites(result_of(federation, finished=finished), task, facts, questions.fit)

    def _agreed(self, questions: Questions, site_files: dict[str, bytes]) -> Questions:
        """Have the sites lay down what the network is for; a resumed run keeps what it began with.

        ``site_files`` gets what a checkpoint keeps of it.
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
        site_files[AGREEMENT_FILE] = agreement_to_bytes(agreement)
        return replace(
            questions,
            task=replace(task, data=without_rows(agreement, task.config)),
            nodes=nodes,
        )

    def _fitted(self, questions: Questions, site_files: dict[str, bytes]) -> Questions:
        """Have the sites agree on what gaps are filled with and on categories, if there are any.

        A resumed run keeps what it began with; ``site_files`` gets what a checkpoint keeps of it.
        """
        task, nodes = questions.task, questions.nodes
        if not needs_columns(task.data):
            return replace(questions, fit=plain_fit(task.data))
        if task.resume is not None and COLUMNS_FILE in task.resume.files:
            fit = fit_from_bytes(task.resume.files[COLUMNS_FILE])
        else:
            answers = questions.columns()
            self._require_enough(task, len(answers), set(answers))
            fit = agreed_fit(task.data, list(answers.values()))
            nodes = {node: name for node, name in nodes.items() if name in answers}
        site_files[COLUMNS_FILE] = fit_to_bytes(fit)
        return replace(questions, fit=fit, nodes=nodes)

    def _facts(self, questions: Questions) -> list[SiteFacts]:
        """Ask the sites; a resumed run keeps the sites and the sums that it began with."""
        task, answers = questions.task, questions.facts()
        if task.resume is not None and SITES_FILE in task.resume.files:
            began = facts_from_bytes(task.resume.files[SITES_FILE])
            _require_same(began, answers)
            answers = with_certificates(began, answers)
        present = {one.site for one in answers} - set(self._participants.absent())
        self._require_enough(task, len(answers), present)
        if task.evaluated_on == SITE_VALIDATION:
            _require_fit(task, answers)
        for one in answers:
            if one.certificate is None:
                questions.recorder.log("warning", UNKNOWN_FITS.format(one.site))
        return answers

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


def _stopped(task: TrainingTask, attempt: FederatedAttempt) -> TrainingResult:
    """Keep the best of the rounds before this attempt, if there were any."""
    began = task.resume
    if began is None:
        total = task.config.num_rounds
        outcome = StepOutcome(step=0, completed=0, total=total, message=NOTHING_YET)
        attempt.recorder.finish_step(outcome)
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
    kept = began.files.get(COLUMNS_FILE)
    fit = plain_fit(task.data) if kept is None else fit_from_bytes(kept)
    federation = federation_of(task, attempt, facts, fit)
    federation.restore(began)
    return _with_sites(result_of(federation, finished=False), task, facts, fit)


def _threads(task: TrainingTask) -> int:
    """Return the number of threads: a resumed run keeps the one that it began with."""
    if task.resume is None:
        return threads_for(task.config.torch_threads)
    return RoundProgress.from_bytes(task.resume.files["state.json"]).threads


def _require_same(began: Sequence[SiteFacts], answers: Sequence[SiteFacts]) -> None:
    hashes = {one.site: one.sha256 for one in began}
    changed = [one.site for one in answers if hashes.get(one.site, one.sha256) != one.sha256]
    if changed:
        raise TrainingFailedError(
            f"The data of {', '.join(changed)} is not what this run began with. Bring it back, or "
            "start a new run."
        )


def with_certificates(began: Sequence[SiteFacts], answers: Sequence[SiteFacts]) -> list[SiteFacts]:
    """Return the sites that a run began with; who said nothing of its fits then may say it now."""
    now = {one.site: one.certificate for one in answers}
    return [replace(one, certificate=one.certificate or now.get(one.site)) for one in began]


def _require_fit(task: TrainingTask, facts: Sequence[SiteFacts]) -> None:
    """Check the sites' data as a dataset would have been: it was not known before."""
    counts = [sum(column) for column in zip(*(one.class_counts for one in facts), strict=True)]
    shape = task.data.x.shape
    facts_of_all = DataFacts(
        kind=task.data.kind,
        num_rows=sum(one.rows for one in facts),
        num_patients=sum(one.patients for one in facts),
        class_counts=dict(zip(task.data.classes, counts, strict=True)),
        image_shape=(shape[1], shape[2]) if task.data.kind == "images" else None,
    )
    has_pretrained = task.pretrained is not None
    validate_for(task.config, CENTRALIZED, facts_of_all, has_pretrained=has_pretrained)
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
    result: TrainingResult, task: TrainingTask, facts: Sequence[SiteFacts], fit: TableFit | None
) -> TrainingResult:
    """Add to the manifest whose rows the run was trained on, and what each site fitted on them."""
    manifest = json.loads(result.files["manifest.json"])
    manifest["evaluated_on"] = task.evaluated_on
    manifest["sites"] = [{name: asdict(one)[name] for name in MANIFEST_FIELDS} for one in facts]
    if task.evaluated_on == SITE_VALIDATION:
        manifest["data"]["rows"] = sum(one.rows for one in facts)
    manifest["certificate"] = certify_federation(certify_here(task, fit), facts)
    content = json.dumps(manifest, indent=2, allow_nan=False).encode()
    return replace(result, files={**result.files, "manifest.json": content})
