"""What the tokens of a run cost."""

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
