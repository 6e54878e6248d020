"""An LSTM on the windows of a session without Roundhouse: a plain Lightning script.

The windows lie ready in a file, cut and scaled; network, optimiser, order, epochs and clipping are
the same. Nothing is stored but Lightning's own best checkpoint, and the test block's error at the
end; nobody can watch, stop or resume.
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
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from bench.bare_batches import Batches


class PlainLstm(LightningModule):
    """A module as in Lightning's own introduction."""

    def __init__(self, settings: dict[str, Any], columns: int, outputs: int) -> None:
        super().__init__()
        units, self.rate = settings["N"], settings["learning_rate"]
        self.cells = nn.LSTM(columns, units, settings["LAY"], batch_first=True)
        self.head = nn.Linear(units, outputs)

    def forward(self, x: Tensor) -> Tensor:
        forecast: Tensor = self.head(self.cells(x)[0])
        return forecast

    def training_step(self, batch: tuple[Tensor, Tensor], _index: int) -> Tensor:
        loss = functional.mse_loss(self(batch[0]), batch[1])
        self.log("train_loss", loss, on_step=False, on_epoch=True)
        return loss

    def validation_step(self, batch: tuple[Tensor, Tensor], _index: int) -> None:
        self.log("val_loss", functional.mse_loss(self(batch[0]), batch[1]))

    def test_step(self, batch: tuple[Tensor, Tensor], *_: object) -> None:
        self.log("test_loss", functional.mse_loss(self(batch[0]), batch[1]))

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), lr=self.rate)


def train(path: str, settings: dict[str, Any]) -> float:
    """Train with Lightning, keep the best epoch, and return its error on the test block."""
    rows = load_file(path)
    x, y = rows["X"], rows["Y"]
    module, size = PlainLstm(settings, x.shape[2], y.shape[2]), settings["batch_size"]
    with tempfile.TemporaryDirectory() as folder:
        best = ModelCheckpoint(folder, monitor="val_loss")
        trainer = Trainer(
            accelerator="cpu",
            devices=1,
            max_epochs=settings["EP"],
            gradient_clip_val=1.0,
            deterministic=True,
            callbacks=[best],
            num_sanity_val_steps=0,
            logger=False,
            enable_progress_bar=False,
            enable_model_summary=False,
        )
        trainer.fit(
            module,
            Batches(x[rows["train"]], y[rows["train"]], size, shuffle=True),
            Batches(x[rows["validation"]], y[rows["validation"]], 512, shuffle=False),
        )
        test = Batches(x[rows["test"]], y[rows["test"]], 512, shuffle=False)
        scored = trainer.test(module, test, ckpt_path="best", verbose=False)
    return float(scored[0]["test_loss"])


def main() -> None:
    """Train once as the arguments say; print the seconds of wall clock and processor."""
    path, settings = sys.argv[1], json.loads(sys.argv[2])
    warnings.filterwarnings("ignore")
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    torch.set_num_threads(1)
    print("{}", flush=True)  # ready
    sys.stdin.readline()
    began, cpu = time.monotonic(), _cpu()
    loss = train(path, settings)
    print(
        json.dumps({"seconds": time.monotonic() - began, "cpu": _cpu() - cpu, "loss": loss}),
        flush=True,
    )


def _cpu() -> float:
    times = os.times()
    return times.user + times.system


if __name__ == "__main__":
    main()
