"""Cutting rows into batches, in an order that depends on a seed alone."""

import torch
from torch import Tensor

from services.runs.training.data.sharing import MIN_ROWS


def shuffled(rows: Tensor, batch_size: int, seed: int) -> list[Tensor]:
    """Return the rows in batches of a seeded order; a single row left over joins the last batch."""
    draw = torch.Generator().manual_seed(seed)
    order = rows[torch.randperm(len(rows), generator=draw)]
    return in_order(order, batch_size)


def in_order(rows: Tensor, batch_size: int) -> list[Tensor]:
    """Return the rows in batches as they come."""
    batches = list(torch.split(rows, batch_size))
    if len(batches) > 1 and len(batches[-1]) < MIN_ROWS:
        tail = batches.pop()
        batches[-1] = torch.cat([batches[-1], tail])
    return batches
