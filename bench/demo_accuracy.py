"""The demo's federation with twenty seeds: its accuracy is no lucky draw."""

from dataclasses import replace

from bench.figures import Figure, at_least, median
from services.datasets.builtin_loader import load_builtin
from services.runs.training.config.config import TrainingConfig
from services.runs.training.config.presets import preset
from services.runs.training.engine import LightningFlowerEngine
from services.runs.training.fakes import MemoryRecorder
from services.runs.training.ports import TrainingTask

TARGET = 0.95


def measure(seeds: int = 20) -> list[Figure]:
    """Return median and least accuracy of the last round, on rows that no client has."""
    values = [accuracy(seed) for seed in range(1, seeds + 1)]
    below = sum(value < TARGET for value in values)
    return [
        at_least(f"demo accuracy, median of {seeds} seeds", median(values), TARGET, ""),
        Figure(name="demo accuracy, least", value=min(values), unit="", note=f"{below} below 0.95"),
        at_least("demo accuracy, its own seed", accuracy(None), TARGET, ""),
    ]


def accuracy(seed: int | None) -> float:
    """Train the demo with ``seed`` (None: its own) and return the server's last accuracy."""
    demo = preset("demo_federated")
    config = TrainingConfig.from_mapping({**demo.config, "torch_threads": 1})
    task = TrainingTask(
        run_id=1,
        attempt=1,
        experiment_name=demo.title,
        mode=demo.mode,
        config=config if seed is None else replace(config, seed=seed),
        data=load_builtin(demo.dataset),
    )
    recorder = MemoryRecorder()
    LightningFlowerEngine().train(task, recorder)
    value = recorder.evaluations[-1].metrics["accuracy"]
    if value is None:
        raise RuntimeError("the demo measured no accuracy")
    return value
