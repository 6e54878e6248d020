"""The same trainings without Roundhouse: a plain Lightning script, and plain Flower strategies.

Data, split, network, optimiser, schedule, epochs and metrics are the same. Nothing is stored but
Lightning's own checkpoints, nobody can watch, stop or resume. The rows lie normalised in memory
and a batch is one index operation, which is the fastest that a plain script can do.
"""

import json
import logging
import os
import sys
import tempfile
import time
import warnings
from typing import Any

import torch
from lightning.pytorch import LightningModule, Trainer
from lightning.pytorch.callbacks import ModelCheckpoint
from torch import Tensor, nn
from torch.nn import functional
from torchmetrics import MetricCollection
from torchmetrics.classification import (
    MulticlassAccuracy,
    MulticlassAUROC,
    MulticlassConfusionMatrix,
    MulticlassF1Score,
    MulticlassPrecision,
    MulticlassRecall,
)

from bench.bare_batches import Batches
from services.datasets.builtin_loader import load_builtin
from services.runs.training.config.config import TrainingConfig
from services.runs.training.engine.preparation import Prepared, prepare

CLASSES = 10


def rows_of(config: TrainingConfig, mode: str) -> tuple[Prepared, Tensor, Tensor]:
    """Return the digits, split as Roundhouse splits them, with normalised inputs and targets."""
    prepared = prepare(load_builtin("digits"), config, mode, torch.device("cpu"))
    return prepared, prepared.inputs(torch.arange(len(prepared.y))), prepared.y


def network_of(config: TrainingConfig) -> nn.Module:
    """Return the small CNN as one writes it by hand."""
    layers: list[nn.Module] = []
    channels = 1
    for hidden in config.hidden_sizes:
        layers += [nn.Conv2d(channels, hidden, 3, padding=1), nn.BatchNorm2d(hidden), nn.ReLU()]
        layers.append(nn.MaxPool2d(2, ceil_mode=True))
        channels = hidden
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(config.dropout_rate)]
    return nn.Sequential(*layers, *head, nn.Linear(channels, CLASSES))


def metrics_of() -> MetricCollection:
    """Return what is measured on validation and test rows."""
    return MetricCollection(
        [
            MulticlassAccuracy(CLASSES, average="micro"),
            MulticlassPrecision(CLASSES),
            MulticlassRecall(CLASSES),
            MulticlassF1Score(CLASSES),
            MulticlassAUROC(CLASSES),
            MulticlassConfusionMatrix(CLASSES),
        ]
    )


class Plain(LightningModule):
    """A module as in Lightning's own introduction."""

    def __init__(self, config: TrainingConfig) -> None:
        super().__init__()
        self.config = config
        self.network = network_of(config)
        self.train_accuracy = MulticlassAccuracy(CLASSES, average="micro")
        self.train_f1 = MulticlassF1Score(CLASSES)
        self.val_metrics = metrics_of()

    def training_step(self, batch: tuple[Tensor, Tensor], _index: int) -> Tensor:
        x, y = batch
        logits = self.network(x)
        loss = functional.cross_entropy(logits, y)
        self.train_accuracy.update(logits, y)
        self.train_f1.update(logits, y)
        self.log("train_loss", loss, on_step=False, on_epoch=True)
        return loss

    def on_train_epoch_end(self) -> None:
        self.log("train_acc", self.train_accuracy.compute())
        self.log("train_f1", self.train_f1.compute())
        self.train_accuracy.reset()
        self.train_f1.reset()

    def validation_step(self, batch: tuple[Tensor, Tensor], _index: int) -> None:
        x, y = batch
        logits = self.network(x)
        self.val_metrics.update(logits, y)
        self.log("val_loss", functional.cross_entropy(logits, y))

    def on_validation_epoch_end(self) -> None:
        measured = self.val_metrics.compute()
        self.log_dict({name: value for name, value in measured.items() if value.dim() == 0})
        self.val_metrics.reset()

    def configure_optimizers(self) -> Any:
        config = self.config
        optimizer = torch.optim.AdamW(
            self.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
        )
        schedule = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(
            optimizer, T_0=max(config.epochs // 3, 1), eta_min=config.min_lr
        )
        return {"optimizer": optimizer, "lr_scheduler": schedule}


def centralised(config: TrainingConfig) -> None:
    """Train with Lightning, keeping its best checkpoints."""
    prepared, x, y = rows_of(config, "centralized")
    split = prepared.split
    with tempfile.TemporaryDirectory() as folder:
        best = ModelCheckpoint(folder, monitor="val_loss", save_top_k=config.save_top_k)
        trainer = Trainer(
            accelerator="cpu",
            devices=1,
            max_epochs=config.epochs,
            gradient_clip_val=config.gradient_clip_val,
            callbacks=[best],
            num_sanity_val_steps=0,
            logger=False,
            enable_progress_bar=False,
            enable_model_summary=False,
        )
        trainer.fit(
            Plain(config),
            Batches(x[split.train], y[split.train], config.batch_size, shuffle=True),
            Batches(x[split.validation], y[split.validation], 512, shuffle=False),
        )


def federated(config: TrainingConfig) -> None:
    """Train with Flower's own FedAvg and its own loop, the clients inside this process."""
    from flwr.app import ArrayRecord, Context, Message, MetricRecord, RecordDict
    from flwr.clientapp import ClientApp
    from flwr.serverapp.strategy import FedAvg

    from services.runs.training.engine.federated.grid import InProcessGrid, contexts_for

    prepared, x, y = rows_of(config, "federated")
    names = [shard.name for shard in prepared.shards]
    contexts = contexts_for(1, names)
    shards = dict(zip(contexts, prepared.shards, strict=True))
    network, app = network_of(config), ClientApp()

    @app.train()
    def train(message: Message, context: Context) -> Message:
        shard = shards[context.node_id]
        network.load_state_dict(message.content.array_records["arrays"].to_torch_state_dict())
        measured = train_locally(network, x[shard.train], y[shard.train], config)
        content = RecordDict(
            {
                "arrays": ArrayRecord(network.state_dict()),
                "metrics": MetricRecord({**measured, "num-examples": len(shard.train)}),
            }
        )
        return Message(content, reply_to=message)

    @app.evaluate()
    def evaluate(message: Message, context: Context) -> Message:
        rows = shards[context.node_id].validation
        network.load_state_dict(message.content.array_records["arrays"].to_torch_state_dict())
        measured = {**evaluated(network, x[rows], y[rows]), "num-examples": len(rows)}
        return Message(RecordDict({"metrics": MetricRecord(measured)}), reply_to=message)

    def on_server(_round: int, arrays: ArrayRecord) -> MetricRecord:
        network.load_state_dict(arrays.to_torch_state_dict())
        return MetricRecord(evaluated(network, x[prepared.split.test], y[prepared.split.test]))

    strategy = FedAvg(min_train_nodes=1, min_evaluate_nodes=1, min_available_nodes=1)
    strategy.start(
        grid=InProcessGrid(1, app, contexts),
        initial_arrays=ArrayRecord(network.state_dict()),
        num_rounds=config.num_rounds,
        evaluate_fn=on_server,
    )


def train_locally(
    network: nn.Module, x: Tensor, y: Tensor, config: TrainingConfig
) -> dict[str, float]:
    """Train the local epochs with plain torch; return the last one's metrics."""
    network.train()
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
    )
    accuracy, f1 = MulticlassAccuracy(CLASSES, average="micro"), MulticlassF1Score(CLASSES)
    total = torch.zeros(())
    for epoch in range(config.local_epochs):
        is_last = epoch == config.local_epochs - 1
        for inputs, targets in Batches(x, y, config.batch_size, shuffle=True):
            optimizer.zero_grad()
            logits = network(inputs)
            loss = functional.cross_entropy(logits, targets)
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), config.gradient_clip_val)
            optimizer.step()
            if is_last:
                accuracy.update(logits, targets)
                f1.update(logits, targets)
                total += loss.detach() * len(targets)
    measured = {"acc": accuracy.compute(), "f1": f1.compute(), "loss": total / len(y)}
    return {name: float(value) for name, value in measured.items()}


def evaluated(network: nn.Module, x: Tensor, y: Tensor) -> dict[str, float]:
    """Return loss and metrics of the network on some rows."""
    network.eval()
    with torch.inference_mode():
        logits = network(x)
    measured = metrics_of()(logits, y)
    values = {name: float(value) for name, value in measured.items() if value.dim() == 0}
    return {**values, "loss": float(functional.cross_entropy(logits, y))}


def main() -> None:
    """Train once as the arguments say; print the seconds of wall clock and processor."""
    mode, config = sys.argv[1], TrainingConfig.from_mapping(json.loads(sys.argv[2]))
    warnings.filterwarnings("ignore")
    for name in ("lightning.pytorch", "flwr"):
        logging.getLogger(name).setLevel(logging.ERROR)
    torch.set_num_threads(1)
    if mode == "federated":
        import flwr.serverapp  # noqa: F401 - warm: a worker has imported it too
    print("{}", flush=True)  # ready
    sys.stdin.readline()
    began, cpu = time.monotonic(), _cpu()
    (federated if mode == "federated" else centralised)(config)
    print(json.dumps({"seconds": time.monotonic() - began, "cpu": _cpu() - cpu}), flush=True)


def _cpu() -> float:
    times = os.times()
    return times.user + times.system


if __name__ == "__main__":
    main()
