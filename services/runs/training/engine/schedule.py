"""The learning rate's schedule, the same in one place and in a federation.

It counts epochs over the rows: those of a run in one place, or the local epochs of a federation
one round after the other, so that arms with the same number of epochs train alike (ADR 0023).
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn
from torch.optim import SGD, Optimizer
from torch.optim.lr_scheduler import (
    CosineAnnealingWarmRestarts,
    LRScheduler,
    ReduceLROnPlateau,
)

from services.runs.training.config.config import TrainingConfig
from services.runs.training.config.field_spec import FEDERATED
from services.runs.training.config.monitor import lower_is_better

RESTARTS = 3


def epochs_of(config: TrainingConfig, mode: str) -> int:
    """Return how often a training row is seen: a site's rows in every round, in a federation."""
    return config.num_rounds * config.local_epochs if mode == FEDERATED else config.epochs


def schedule(
    config: TrainingConfig, optimizer: Optimizer, epochs: int, measured_every: int = 1
) -> LRScheduler | None:
    """Return the learning rate's schedule over ``epochs``; None for a constant rate.

    A plateau is stepped where the model is measured, once in ``measured_every`` epochs; its
    patience counts epochs all the same.
    """
    if config.lr_scheduler == "cosine":
        return CosineAnnealingWarmRestarts(optimizer, T_0=_period(epochs), eta_min=config.min_lr)
    if config.lr_scheduler == "plateau":
        return ReduceLROnPlateau(
            optimizer,
            mode="min" if lower_is_better(config.monitor_metric) else "max",
            factor=config.reduce_lr_factor,
            patience=config.reduce_lr_patience // measured_every,
            min_lr=config.min_lr,
        )
    return None


def about_schedule(config: TrainingConfig, epochs: int) -> dict[str, Any]:
    """Return what a manifest says of the schedule that ran."""
    about: dict[str, Any] = {
        "name": config.lr_scheduler,
        "learning_rate": config.learning_rate,
        "epochs": epochs,
    }
    if config.lr_scheduler == "cosine":
        return {**about, "restart_every_epochs": _period(epochs), "min_lr": config.min_lr}
    if config.lr_scheduler == "plateau":
        return {
            **about,
            "monitor": config.monitor_metric,
            "patience_epochs": config.reduce_lr_patience,
            "factor": config.reduce_lr_factor,
            "min_lr": config.min_lr,
        }
    return about


class RoundRates:
    """The learning rates of a federation's local epochs, which the server sends with the model."""

    def __init__(self, config: TrainingConfig) -> None:
        self._local = config.local_epochs
        self._optimizer = SGD([nn.Parameter(torch.zeros(1))], lr=config.learning_rate)
        epochs = epochs_of(config, FEDERATED)
        self._scheduler = schedule(config, self._optimizer, epochs, self._local)

    def of(self, round_number: int) -> list[float]:
        """Return the rate of each local epoch of a round, which is counted from 1."""
        first = (round_number - 1) * self._local
        return [self._at(epoch) for epoch in range(first, first + self._local)]

    def measured(self, value: float | None) -> None:
        """Lower the rate if the monitored metric of the rounds no longer improves (plateau)."""
        if isinstance(self._scheduler, ReduceLROnPlateau) and value is not None:
            self._scheduler.step(value)

    def state(self) -> dict[str, Any]:
        """Return what a plateau remembers, as JSON knows it; nothing for other schedules."""
        if not isinstance(self._scheduler, ReduceLROnPlateau):
            return {}
        best, bad = self._scheduler.best, self._scheduler.num_bad_epochs
        first = best in (float("inf"), float("-inf"))
        return {"best": None if first else best, "bad": bad, "rate": self._rate}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what a plateau remembered."""
        if not isinstance(self._scheduler, ReduceLROnPlateau) or not state:
            return
        if state["best"] is not None:
            self._scheduler.best = state["best"]
        self._scheduler.num_bad_epochs = state["bad"]
        self._optimizer.param_groups[0]["lr"] = state["rate"]

    def _at(self, epoch: int) -> float:
        if isinstance(self._scheduler, CosineAnnealingWarmRestarts):
            self._scheduler.step(epoch)
        return self._rate

    @property
    def _rate(self) -> float:
        return float(self._optimizer.param_groups[0]["lr"])


def _period(epochs: int) -> int:
    """Return after how many epochs the cosine restarts (SGDR, Loshchilov and Hutter, 2017)."""
    return max(epochs // RESTARTS, 1)
