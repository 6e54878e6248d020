"""What the tokens of a run cost, and what it may cost."""

from typing import Any

from app.errors import Invalid
from app.models.attribute_generation import AttributeGeneration
from app.models.benchmark import BenchmarkModel, BenchmarkRun

PER = 1_000_000  # prices are per million tokens


def cost_of(run: BenchmarkRun, model: BenchmarkModel) -> float | None:
    """Return the price of the tokens so far in the model's currency; None without prices."""
    return price(model, run.prompt_tokens, run.completion_tokens)


def price(model: BenchmarkModel, prompt_tokens: int, completion_tokens: int) -> float | None:
    """Return the price of so many tokens; None where one of the prices is not known."""
    if model.input_price is None or model.output_price is None:
        return None
    return (prompt_tokens * model.input_price + completion_tokens * model.output_price) / PER


def require_prices(model: BenchmarkModel, limit: float | None) -> None:
    """Refuse a limit that nothing could be held against. Raises Invalid."""
    if limit is not None and price(model, 0, 0) is None:
        _refuse(f"Model '{model.name}' has no prices, so no limit of cost can be kept: add both.")


def require_money_left(
    row: BenchmarkRun | AttributeGeneration, model: BenchmarkModel, endpoint: dict[str, Any]
) -> None:
    """Refuse a limit that is used up already: even the probe would cost more. Raises Invalid."""
    limit = endpoint["cost_limit"]
    require_prices(model, limit)
    cost = price(model, row.prompt_tokens, row.completion_tokens)
    if limit is not None and cost is not None and cost >= limit:
        _refuse(f"It has cost {cost:g}, and may cost {limit:g}: give a higher cost_limit.")


def _refuse(detail: str) -> None:
    raise Invalid(detail, errors={"cost_limit": [detail]})
