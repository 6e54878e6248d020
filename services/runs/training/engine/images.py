"""Preparing images before training: colours, size, and the steps that a person may switch on.

The result stays 8-bit, so that a data set takes a quarter of the memory; batches are normalised
as they are drawn.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from services.runs.training.config.config import TrainingConfig

MAX_SIDE = 256  # side of an image whose size nobody chose
LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601
TILES = 8
CHUNK = 64

Images = NDArray[np.uint8]


def prepared(images: Images, config: TrainingConfig) -> Tensor:
    """Return images (n, height, width, channels) as uint8 (n, channels, height, width)."""
    chunks = [images[start : start + CHUNK] for start in range(0, len(images), CHUNK)]
    if config.num_workers == 0:
        return torch.cat([_prepare(chunk, config) for chunk in chunks])
    with ThreadPoolExecutor(config.num_workers) as pool:
        return torch.cat(list(pool.map(lambda chunk: _prepare(chunk, config), chunks)))


def _prepare(chunk: Images, config: TrainingConfig) -> Tensor:
    pixels = torch.from_numpy(np.ascontiguousarray(chunk)).permute(0, 3, 1, 2).float() / 255
    pixels = _resized(_coloured(pixels, config.color_mode), config.img_size)
    if config.use_custom_preprocessing:
        for step in _steps(config):
            pixels = step(pixels)
    return (pixels.clamp(0, 1) * 255).round().to(torch.uint8)


def _coloured(pixels: Tensor, mode: str) -> Tensor:
    channels = pixels.shape[1]
    if mode == "L" and channels == 3:
        return (pixels * torch.tensor(LUMA).view(1, 3, 1, 1)).sum(dim=1, keepdim=True)
    if mode == "RGB" and channels == 1:
        return pixels.repeat(1, 3, 1, 1)
    return pixels


def _resized(pixels: Tensor, size: tuple[int, int] | None) -> Tensor:
    height, width = pixels.shape[2:]
    target = size or (min(height, MAX_SIDE), min(width, MAX_SIDE))
    if (height, width) == tuple(target):
        return pixels
    return functional.interpolate(
        pixels, size=target, mode="bilinear", align_corners=False, antialias=True
    )


def _steps(config: TrainingConfig) -> list[Callable[[Tensor], Tensor]]:
    steps: list[Callable[[Tensor], Tensor]] = []
    if config.contrast_stretch:
        steps.append(lambda x: stretched(x, config.lower_percentile, config.upper_percentile))
    if config.adaptive_histogram:
        steps.append(lambda x: equalised(x, config.clip_limit))
    if config.edge_enhancement:
        steps.append(lambda x: sharpened(x, config.edge_strength))
    return steps


def stretched(pixels: Tensor, lower: float, upper: float) -> Tensor:
    """Spread the levels between two percentiles of each image over the full range."""
    flat = pixels.flatten(start_dim=1).numpy()
    low, high = np.percentile(flat, [lower, upper], axis=1).astype(np.float32)
    low_t = torch.from_numpy(low).view(-1, 1, 1, 1)
    span = torch.from_numpy(np.maximum(high - low, 1 / 255)).view(-1, 1, 1, 1)
    return ((pixels - low_t) / span).clamp(0, 1)


def sharpened(pixels: Tensor, strength: float) -> Tensor:
    """Add ``strength`` times what a 3 x 3 mean takes away (unsharp masking)."""
    padded = functional.pad(pixels, (1, 1, 1, 1), mode="replicate")
    smooth = functional.avg_pool2d(padded, kernel_size=3, stride=1)
    return (pixels + strength * (pixels - smooth)).clamp(0, 1)


def equalised(pixels: Tensor, clip_limit: float) -> Tensor:
    """Equalise tile by tile with limited contrast, blended between (CLAHE, Zuiderveld, 1994)."""
    levels = (pixels.clamp(0, 1) * 255).round().to(torch.uint8).numpy()
    done = np.stack([[_clahe(channel, clip_limit) for channel in image] for image in levels])
    return torch.from_numpy(done)


def _clahe(levels: NDArray[np.uint8], clip_limit: float) -> NDArray[np.float32]:
    rows, columns = (min(TILES, size) for size in levels.shape)
    curves = np.stack(
        [
            np.stack([_curve(tile, clip_limit) for tile in np.array_split(band, columns, axis=1)])
            for band in np.array_split(levels, rows, axis=0)
        ]
    )
    top, bottom, down = _neighbours(levels.shape[0], rows)
    left, right, across = _neighbours(levels.shape[1], columns)
    down, across = down[:, None], across[None, :]

    def mapped(row: NDArray[np.int64], column: NDArray[np.int64]) -> NDArray[np.float32]:
        return np.asarray(curves[row[:, None], column[None, :], levels])

    upper = mapped(top, left) * (1 - across) + mapped(top, right) * across
    lower = mapped(bottom, left) * (1 - across) + mapped(bottom, right) * across
    return np.asarray(upper * (1 - down) + lower * down, dtype=np.float32)


def _curve(tile: NDArray[np.uint8], clip_limit: float) -> NDArray[np.float32]:
    """Return the level 0..1 that each of the 256 levels of one tile becomes."""
    counts = np.bincount(tile.ravel(), minlength=256).astype(np.float64)
    ceiling = max(clip_limit * tile.size / 256, 1.0)
    spare = np.maximum(counts - ceiling, 0).sum()
    counts = np.minimum(counts, ceiling) + spare / 256
    return np.asarray(np.cumsum(counts) / counts.sum(), dtype=np.float32)


def _neighbours(
    size: int, tiles: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Return for each pixel the tiles whose centres enclose it and how far it is between them."""
    place = (np.arange(size) + 0.5) * tiles / size - 0.5
    first = np.clip(np.floor(place), 0, tiles - 1).astype(np.int64)
    second = np.clip(first + 1, 0, tiles - 1)
    return first, second, np.clip(place - first, 0, 1).astype(np.float32)
