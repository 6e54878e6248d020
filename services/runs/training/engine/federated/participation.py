"""Who takes part in a round, and how many good updates it needs to change the model."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.runs.training.config.config import TrainingConfig
from services.runs.training.config.rules import fewest_clients
from services.seeding import generator


@dataclass(frozen=True, kw_only=True)
class RoundParticipant:
    """What the server knows of a site: its name, and how many rows it registered."""

    name: str
    train_rows: int
    validation_rows: int


def drawn(config: TrainingConfig, nodes: Sequence[int], round_number: int) -> list[int]:
    """Return the nodes of a round in the order in which they start.

    The order turns with the rounds, so that a short deadline does not silence the same site
    every time; it changes no number, replies are aggregated in node order.
    """
    count = min(config.clients_per_round or len(nodes), len(nodes))
    draw = generator(config.seed, "participation", round_number)
    chosen = sorted(int(node) for node in draw.choice(nodes, size=count, replace=False))
    first = round_number % count
    return chosen[first:] + chosen[:first]


def quorum(config: TrainingConfig, taking_part: int) -> int:
    """Return the fewest good updates: as set, else half of those who take part."""
    minimum = config.quorum if config.quorum is not None else (taking_part + 1) // 2
    return max(minimum, fewest_clients(config))
