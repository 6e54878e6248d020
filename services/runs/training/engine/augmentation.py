"""Changing training images a little, differently each epoch, from a seeded generator."""

import math

import torch
from torch import Tensor
from torch.nn import functional

TURN = math.radians(7)
SHIFT, ZOOM, LIGHT = 0.05, 0.08, 0.1


def augmented(pixels: Tensor, strength: float, draw: torch.Generator) -> Tensor:
    """Return images (n, channels, height, width), 0..1, turned, shifted, scaled and re-lit.

    At strength 1 by at most 7 degrees, 5 % of the side, 8 % and 10 %; every draw is uniform.
    """
    count = len(pixels)
    draws = (torch.rand(count, 6, generator=draw) * 2 - 1) * strength
    turn, across, down, zoom, contrast, light = draws.to(pixels.device).unbind(dim=1)
    scale = 1 + ZOOM * zoom
    cos, sin = torch.cos(TURN * turn) * scale, torch.sin(TURN * turn) * scale
    # affine_grid counts from -1 to 1: a shift by a share of the side is twice that share
    moves = torch.stack(
        [
            torch.stack([cos, -sin, 2 * SHIFT * across], dim=1),
            torch.stack([sin, cos, 2 * SHIFT * down], dim=1),
        ],
        dim=1,
    )
    grid = functional.affine_grid(moves, list(pixels.shape), align_corners=False)
    moved = functional.grid_sample(pixels, grid, padding_mode="border", align_corners=False)
    factor = (1 + LIGHT * contrast).view(-1, 1, 1, 1)
    return (moved * factor + (LIGHT * light).view(-1, 1, 1, 1)).clamp(0, 1)
