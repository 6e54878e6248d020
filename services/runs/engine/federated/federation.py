"""The rounds of a federation: our own loop over the public methods of Flower's strategies.

Their own loop knows only the way from round 1 to the end; ours stops, resumes and tells.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from flwr.serverapp.strategy import FedAvg
from torch import Tensor

from services.runs.engine.errors import StopTraining, TrainingFailedError
from services.runs.engine.federated import strategies
from services.runs.engine.federated.exchange import COMPLETED, Answers, Exchange
from services.runs.engine.federated.model_state import ModelState
from services.runs.engine.federated.participation import drawn
from services.runs.engine.federated.progress import Progress
from services.runs.engine.federated.site import Round, Site
from services.runs.engine.learning import Check, Learner
from services.runs.engine.metrics import Measured, Metrics, named
from services.runs.engine.points import points
from services.runs.engine.weights import (
    arrays_from_bytes,
    arrays_to_bytes,
    from_bytes,
    to_bytes,
)
from services.runs.events import RoundEnd, RoundMetrics, RoundStart
from services.runs.ports import (
    Checkpoint,
    ClientRound,
    Evaluation,
    Point,
    StepOutcome,
    TrainingRecorder,
    TrainingTask,
)


@dataclass(kw_only=True)
class Federation:
    """Everything that takes part, and how far it has come."""

    task: TrainingTask
    recorder: TrainingRecorder
    learner: Learner
    state: ModelState
    strategy: FedAvg
    exchange: Exchange
    sites: Mapping[int, Site]
    current: Round
    check: Check
    progress: Progress
    best: dict[str, Tensor]
    kept: Checkpoint | None = None

    def run(self) -> bool:
        """Go on to the last round; return False if a person asked to stop before it."""
        total = self.task.config.num_rounds
        try:
            if self.task.resume is None:
                self._baseline(total)
            for number in range(self.progress.round + 1, total + 1):
                self.check()
                self._round(number, total)
        except StopTraining:
            if self.kept is not None:
                self.restore(self.kept)  # what the unfinished round did was never measured
            return False
        return True

    def test(self, tensors: Mapping[str, Tensor], check: Check) -> Measured:
        """Measure a model on the rows that no site has."""
        self.state.load(tensors)
        rows = torch.from_numpy(self.learner.prepared.split.test)
        return self.learner.evaluate(rows, check)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go back to where the checkpoint was made."""
        self.kept, files = checkpoint, checkpoint.files
        threads = self.progress.threads
        self.progress = Progress.from_bytes(files["state.json"])
        self.progress.threads = threads
        self.state.load(from_bytes(files["weights.safetensors"]))
        self.best = from_bytes(files["best.safetensors"])
        if "strategy.safetensors" in files:
            kept = arrays_from_bytes(files["strategy.safetensors"])
            strategies.restore(self.strategy, kept, self.state.trainable)

    def _baseline(self, total: int) -> None:
        measured = self.test(self.state.tensors(), self.check)
        self.recorder.finish_step(
            StepOutcome(
                step=0,
                completed=0,
                total=total,
                message=f"Untrained model measured{_accuracy(measured)}",
                points=points(named("global", measured.metrics), 0),
                events=[RoundMetrics(round=0, total_rounds=total, metrics=measured.metrics)],
                evaluation=_evaluation(0, measured),
                checkpoint=self._checkpoint(),
            )
        )

    def _round(self, number: int, total: int) -> None:
        started = self._begin(number, total)
        nodes = drawn(self.task.config, list(self.sites), number)
        answers = self.exchange.train(number, nodes)
        fit = self.exchange.aggregate(number, answers, len(nodes))
        self.progress.round = number
        self._count_quorum(number, answers, len(nodes), reached=fit is not None)
        validation, each = self.exchange.evaluate(number)
        is_best = self.progress.improves(self.task.config.monitor_metric, validation)
        if is_best:
            self.best = self.state.tensors()
        measured = self.test(self.state.tensors(), self.check)
        seconds = time.monotonic() - started
        clients = [_with_validation(part, each) for part in answers.parts]
        end = RoundEnd(
            round=number,
            total_rounds=total,
            fit_metrics=fit or {},
            eval_metrics=validation,
            refused=answers.refused,
            seconds=seconds,
        )
        self.recorder.finish_step(
            StepOutcome(
                step=number,
                completed=number,
                total=total,
                message=f"Round {number} of {total}{_accuracy(measured)}",
                points=_round_points(number, measured, fit or {}, validation, each, clients),
                events=[
                    RoundMetrics(round=number, total_rounds=total, metrics=measured.metrics),
                    end,
                ],
                evaluation=_evaluation(number, measured),
                clients=clients,
                checkpoint=self._checkpoint(),
                is_best=is_best,
            )
        )

    def _begin(self, number: int, total: int) -> float:
        config, started = self.task.config, time.monotonic()
        self.current.number = number
        if config.round_deadline_seconds is not None:
            self.current.seconds = config.round_deadline_seconds
            self.current.ends_at = started + config.round_deadline_seconds
        nodes = drawn(config, list(self.sites), number)
        self.recorder.publish(
            RoundStart(
                run_id=self.task.run_id,
                round=number,
                total_rounds=total,
                local_epochs=config.local_epochs,
                clients=[self.sites[node].name for node in sorted(nodes)],
            )
        )
        return started

    def _count_quorum(
        self, number: int, answers: Answers, taking_part: int, *, reached: bool
    ) -> None:
        if reached:
            self.progress.without_quorum = 0
            return
        self.progress.without_quorum += 1
        sentence = (
            f"Round {number}: {len(answers.good)} of {taking_part} updates were good, too few to "
            "change the model."
        )
        self.recorder.log("warning", sentence)
        if self.progress.without_quorum >= self.task.config.quorum_patience:
            raise TrainingFailedError(
                f"{sentence} That was round {self.progress.without_quorum} in a row without quorum."
            )

    def _checkpoint(self) -> Checkpoint:
        files = {
            "weights.safetensors": to_bytes(self.state.tensors()),
            "best.safetensors": to_bytes(self.best),
            "state.json": self.progress.to_bytes(),
        }
        kept = strategies.kept_tensors(self.strategy)
        if kept:
            files["strategy.safetensors"] = arrays_to_bytes(kept)
        self.kept = Checkpoint(step=self.progress.round, files=files)
        return self.kept


def _evaluation(number: int, measured: Measured) -> Evaluation:
    return Evaluation(
        round=number,
        metrics=measured.metrics,
        confusion=measured.confusion,
        num_samples=measured.num_samples,
    )


def _round_points(
    number: int,
    measured: Measured,
    fit: Metrics,
    validation: Metrics,
    each: Mapping[str, Metrics],
    clients: Sequence[ClientRound],
) -> list[Point]:
    mean = {f"clients_{name}": value for name, value in {**fit, **validation}.items()}
    told = points({**named("global", measured.metrics), **mean}, number)
    for part in clients:
        told += points(part.metrics, number, part.client)
    trained = {part.client for part in clients if part.status == COMPLETED}
    for client, metrics in each.items():
        if client not in trained:
            told += points(metrics, number, client)
    return told


def _with_validation(part: ClientRound, each: Mapping[str, Metrics]) -> ClientRound:
    if part.status != COMPLETED:
        return part
    metrics = {**part.metrics, **each.get(part.client, {})}
    return ClientRound(
        client=part.client,
        round=part.round,
        status=part.status,
        num_samples=part.num_samples,
        seconds=part.seconds,
        metrics=metrics,
    )


def _accuracy(measured: Measured) -> str:
    accuracy = measured.metrics["accuracy"]
    return "" if accuracy is None else f": accuracy {accuracy:.3f}"
