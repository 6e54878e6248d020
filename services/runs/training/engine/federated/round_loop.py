"""The rounds of a federation: our own loop over the public methods of Flower's strategies.

Their own loop knows only the way from round 1 to the end; ours stops, resumes and reports.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from flwr.serverapp.strategy import FedAvg
from torch import Tensor

from app.clock import now
from services.engine_kit.errors import StopTraining, TrainingFailedError
from services.engine_kit.serialization import (
    arrays_from_bytes,
    arrays_to_bytes,
    from_bytes,
    to_bytes,
)
from services.flower.messages import strategy_state
from services.runs.events import RoundEnd, RoundMetrics, RoundStart
from services.runs.training.config.config import TrainingConfig
from services.runs.training.engine.federated import strategies
from services.runs.training.engine.federated.aggregation import Aggregation, Merged
from services.runs.training.engine.federated.exchange import (
    Answers,
    Exchange,
    Validation,
)
from services.runs.training.engine.federated.leave_one_out import LeaveOneOut
from services.runs.training.engine.federated.model_state import ModelState
from services.runs.training.engine.federated.open_round import OpenRound
from services.runs.training.engine.federated.participation import RoundParticipant, drawn, quorum
from services.runs.training.engine.federated.progress import RoundProgress
from services.runs.training.engine.federated.site import RoundPlan
from services.runs.training.engine.federated.site_report import bare
from services.runs.training.engine.federated.summary import (
    completed,
    evaluation_of,
    round_end,
    round_message,
    round_points,
)
from services.runs.training.engine.learning import Check, Learner
from services.runs.training.engine.metrics import Measured, Metrics, named
from services.runs.training.engine.points import points
from services.runs.training.engine.schedule import RoundRates
from services.runs.training.ports import (
    Checkpoint,
    ClientRound,
    RoundBegin,
    RoundOutcome,
    StepOutcome,
    TrainingRecorder,
    TrainingTask,
)


@dataclass(kw_only=True)
class RoundLoop:
    """Everything that takes part, and how far it has come."""

    task: TrainingTask
    recorder: TrainingRecorder
    learner: Learner
    state: ModelState
    strategy: FedAvg
    exchange: Exchange
    aggregation: Aggregation
    sites: Mapping[int, RoundParticipant]
    current: RoundPlan
    check: Check
    progress: RoundProgress
    best: dict[str, Tensor]
    kept: Checkpoint | None = None
    rates: RoundRates = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the schedule of the settings."""
        self.progress.lr_scheduler = self.task.config.lr_scheduler
        self.rates = RoundRates(self.config)

    @property
    def config(self) -> TrainingConfig:
        """Return the settings with the schedule that really runs."""
        return replace(self.task.config, lr_scheduler=self.progress.lr_scheduler)

    def run(self) -> bool:
        """Go on to the last round; return False if a person requested a stop before it."""
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

    def measure(self, validation: Validation) -> Measured:
        """Measure the model as it is now, once the sites have measured it."""
        del validation  # of no use where there are rows that no site has
        return self.test(self.state.tensors(), self.check)

    def test_of_best(self) -> Measured | None:
        """Measure the best model in the end; None where no rows were held out."""
        return self.test(self.best, lambda: None)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go back to where the checkpoint was made."""
        self.kept, files = checkpoint, checkpoint.files
        threads = self.progress.threads
        self.progress = RoundProgress.from_bytes(files["state.json"])
        self.progress.threads = threads
        self.rates = RoundRates(self.config)
        self.rates.restore(self.progress.rates)
        self.state.load(from_bytes(files["weights.safetensors"]))
        self.best = from_bytes(files["best.safetensors"])
        if "strategy.safetensors" in files:
            kept = arrays_from_bytes(files["strategy.safetensors"])
            strategies.restore(self.strategy, kept, self.state.trainable)

    def _baseline(self, total: int) -> None:
        validation = self.exchange.evaluate(0)
        self._note(validation)
        measured = self.measure(validation)
        self.recorder.finish_step(
            StepOutcome(
                step=0,
                completed=0,
                total=total,
                message=round_message("untrained", measured, validation),
                points=points(named("global", measured.metrics), 0),
                events=[RoundMetrics(round=0, total_rounds=total, metrics=measured.metrics)],
                evaluation=evaluation_of(0, measured, validation),
                checkpoint=self._checkpoint(),
                keep_models=self.task.config.keep_round_models,
            )
        )

    def _round(self, number: int, total: int) -> None:
        begun = self._begin(number, total)
        answers = self.exchange.train(number, begun.parts, self.rates.of(number))
        model, kept = self.state.tensors(), strategy_state(self.strategy)
        merged = self._aggregated(number, answers, begun.quorum)
        self.progress.round = number
        exhausted = self._count_quorum(number, answers, begun, reached=merged is not None)
        validation = self.exchange.evaluate(number)
        self._note(validation)
        self._follow(validation.mean)
        is_best = exhausted is None and self._improved(validation.mean)
        without = self._without(number, answers, validation, model, kept) if merged else {}
        measured = self.measure(validation)
        traffic = self.exchange.traffic
        clients = [
            completed(part, traffic.of(part.client), validation, merged, without)
            for part in answers.parts
        ]
        round_ = begun.outcome(answers, merged, validation, traffic.total)
        end = round_end(round_, total, answers.refused, is_best=is_best)
        step = replace(self._step(round_, end, measured, validation, clients), is_best=is_best)
        if exhausted is not None:  # a run that fails for lack of quorum goes on with this round
            self.recorder.finish_step(replace(step, completed=number - 1))
            raise TrainingFailedError(exhausted)
        self.recorder.finish_step(replace(step, checkpoint=self._checkpoint()))

    def _step(
        self,
        round_: RoundOutcome,
        end: RoundEnd,
        measured: Measured,
        validation: Validation,
        clients: Sequence[ClientRound],
    ) -> StepOutcome:
        number, total = round_.number, end.total_rounds
        metrics = RoundMetrics(round=number, total_rounds=total, metrics=measured.metrics)
        return StepOutcome(
            step=number,
            completed=number,
            total=total,
            message=round_message("round", measured, validation, done=number, total=total),
            points=round_points(number, measured, round_, validation, clients),
            events=[metrics, end],
            evaluation=evaluation_of(number, measured, validation),
            round=round_,
            clients=clients,
            keep_models=self.task.config.keep_round_models,
        )

    def _begin(self, number: int, total: int) -> OpenRound:
        config, started = self.task.config, time.monotonic()
        self.exchange.traffic.begin()
        self.current.number = number
        if config.round_deadline_seconds is not None:
            self.current.seconds = config.round_deadline_seconds
            self.current.ends_at = started + config.round_deadline_seconds
        nodes = drawn(config, list(self.sites), number)
        parts = self.exchange.waiting(number, nodes, self.progress.measured)
        begun = OpenRound(
            number=number,
            at=now(),
            started=started,
            parts=parts,
            quorum=quorum(config, len(parts)),
        )
        self.recorder.begin_round(
            RoundBegin(number=number, started_at=begun.at, clients=list(parts.values()))
        )
        self.recorder.publish(
            RoundStart(
                run_id=self.task.run_id,
                round=number,
                total_rounds=total,
                local_epochs=config.local_epochs,
                clients=[self.sites[node].name for node in sorted(nodes)],
            )
        )
        return begun

    def _aggregated(self, number: int, answers: Answers, minimum: int) -> Merged | None:
        """Put the new model into the network; None, and the model as it was, without quorum."""
        if len(answers.good) < minimum:
            return None
        merged = self.aggregation.merge(number, answers.good)
        if merged is not None:
            self.aggregation.take_over(number, merged)
        return merged

    def _note(self, validation: Validation) -> None:
        self.progress.measured = {name: bare(one) for name, one in validation.each.items()}

    def _follow(self, validation: Metrics) -> None:
        """Let the schedule know how good the round's model is."""
        self.rates.measured(validation.get(self.task.config.monitor_metric))
        self.progress.rates = self.rates.state()

    def _improved(self, validation: Metrics) -> bool:
        better = self.progress.improves(self.task.config.monitor_metric, validation)
        if better:
            self.best = self.state.tensors()
        return better

    def _without(
        self,
        number: int,
        answers: Answers,
        validation: Validation,
        model: Mapping[str, Tensor],
        kept: Mapping[str, Any],
    ) -> dict[str, float]:
        config = self.task.config
        if config.contribution != "every_round":
            return {}
        without_site = LeaveOneOut(
            config, self.strategy, self.state, self.aggregation, self.exchange
        )
        with_all = validation.mean.get(config.monitor_metric)
        return without_site.leave_one_out(
            number, answers.good, with_all=with_all, model=model, kept=kept
        )

    def _count_quorum(
        self, number: int, answers: Answers, begun: OpenRound, *, reached: bool
    ) -> str | None:
        """Count rounds in a row without quorum; return why the run fails once they are too many."""
        if reached:
            self.progress.without_quorum = 0
            return None
        self.progress.without_quorum += 1
        sentence = (
            f"Round {number}: {len(answers.good)} of {len(begun.parts)} updates were good, too few "
            "to change the model."
        )
        self.recorder.log("warning", sentence)
        if self.progress.without_quorum < self.task.config.quorum_patience:
            return None
        return f"{sentence} That was round {self.progress.without_quorum} in a row without quorum."

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
