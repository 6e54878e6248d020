"""Windows that can be learnt: daily waves whose outputs follow from their inputs."""

import numpy as np

from services.forecasting.engine.fakes import MemoryBlock, RecordingContext
from services.forecasting.models.ports import TrainingBlocks


def windows(samples=160, *, input_steps=8, output_steps=4, inputs=2, outputs=1, noise=0.01, seed=3):
    """Return (x, y): the past of ``inputs`` waves, and the future of mixtures of them, in 0..1."""
    draw = np.random.default_rng(seed)
    hours = np.arange(samples + input_steps + output_steps)
    phases = 2 * np.pi * (hours[:, None] / 8 + np.arange(inputs) / 5)
    series = 0.5 + 0.4 * np.sin(phases) + noise * draw.normal(size=phases.shape)
    mixed = np.stack([series[:, n % inputs] * 0.7 + 0.1 * n for n in range(outputs)], axis=1)
    starts = np.arange(samples)[:, None]
    x = series[starts + np.arange(input_steps)]
    y = mixed[starts + input_steps + np.arange(output_steps)]
    return x.astype(np.float32), y.astype(np.float32)


def blocks(samples=160, *, x=None, y=None, **sizes):
    """Return training and validation blocks; the last quarter of the samples is validation."""
    if x is None:
        x, y = windows(samples, **sizes)
    cut = len(x) * 3 // 4
    return TrainingBlocks(
        train=MemoryBlock(x[:cut], y[:cut]),
        validation=MemoryBlock(x[cut:], y[cut:]),
        input_steps=x.shape[1],
        output_steps=y.shape[1],
        input_names=tuple(f"in{n}" for n in range(x.shape[2])),
        output_names=tuple(f"out{n}" for n in range(y.shape[2])),
    )


def context(**options):
    return RecordingContext(**options)


def rmse(forecast, truth):
    return float(np.sqrt(np.mean(np.square(forecast.astype(np.float64) - truth))))


def mean_error(data):
    """Return the baseline of the tests: the error of the training mean on the validation block."""
    rows = np.arange(len(data.validation))
    truth = data.validation.outputs(rows)
    return rmse(np.broadcast_to(data.train.y.mean(axis=(0, 1)), truth.shape), truth)
