"""What the tokens of a run cost, and that a run which goes on may cost more."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from app.errors import Invalid
from app.models.benchmark import BenchmarkModel, BenchmarkRun
from services.benchmarks.runs.types import EndpointSettings

PER = 1_000_000  # prices are per million tokens


def cost_of(run: BenchmarkRun, model: BenchmarkModel) -> float | None:
    """Return the price of the tokens so far in the model's currency; None without prices."""
    return price(model, run.prompt_tokens, run.completion_tokens)


def price(model: BenchmarkModel, prompt_tokens: int, completion_tokens: int) -> float | None:
    """Return the price of so many tokens; None where one of the prices is not known."""
    if model.input_price is None or model.output_price is None:
        return None
    return (prompt_tokens * model.input_price + completion_tokens * model.output_price) / PER


def changed_endpoint(
    endpoint: Mapping[str, Any], changes: Mapping[str, Any], cost: float | None
) -> dict[str, Any]:
    """Return how the server is called from now on.

    Raises Invalid where the ``cost`` so far leaves nothing of the limit: it would end at once.
    """
    changed = replace(EndpointSettings(**endpoint), **changes)
    limit = changed.cost_limit
    if limit is not None and cost is not None and cost >= limit:
        fault = (
            f"It has cost {cost:g} and may cost {limit:g}: name a higher limit, or null for none."
        )
        raise Invalid(f"cost_limit: {fault}", errors={"cost_limit": [fault]})
    return asdict(changed)
