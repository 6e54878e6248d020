"""Counting what answers cost as they come: no request goes out once a limit is reached."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from app.models.attribute_generation import AttributeGeneration
from app.models.benchmark import BenchmarkModel, BenchmarkRun
from services.benchmarks.errors import CostLimitReached
from services.benchmarks.runs.cost import price
from services.benchmarks.runs.tokens import TokenEstimate

Answered = BenchmarkRun | AttributeGeneration


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """Tokens that a server counted, and of how many requests it counted none."""

    prompt: int = 0
    completion: int = 0
    uncounted: int = 0

    @classmethod
    def of(cls, row: Answered) -> Self:
        """Return those of a run or a generation so far."""
        return cls(
            prompt=row.prompt_tokens,
            completion=row.completion_tokens,
            uncounted=row.uncounted_requests,
        )

    def __add__(self, other: "Tokens") -> "Tokens":
        return Tokens(
            prompt=self.prompt + other.prompt,
            completion=self.completion + other.completion,
            uncounted=self.uncounted + other.uncounted,
        )

    def add_to(self, row: Answered) -> None:
        """Add them to what a run or a generation has used."""
        row.prompt_tokens += self.prompt
        row.completion_tokens += self.completion
        row.uncounted_requests += self.uncounted


class Meter:
    """Counts the tokens of one attempt; ``before`` are those until then, the probe's among them.

    ``assumed`` are the tokens of a request that the server does not count. One thread counts,
    another one takes what is to be stored.
    """

    def __init__(
        self,
        model: BenchmarkModel,
        before: Tokens,
        limit: float | None,
        assumed: TokenEstimate,
    ) -> None:
        self._prices = model
        self._so_far = before
        self._limit = limit
        self._assumed = assumed
        self._new = Tokens()
        self._lock = threading.Lock()

    def count(self, prompt: int, completion: int, uncounted: int) -> None:
        """Count the tokens of one request that was answered."""
        tokens = Tokens(prompt=prompt, completion=completion, uncounted=uncounted)
        with self._lock:
            self._new += tokens
            self._so_far += tokens

    def take(self) -> Tokens:
        """Return what was counted since the last time, to be stored."""
        with self._lock:
            taken, self._new = self._new, Tokens()
        return taken

    def may_send(self) -> bool:
        """Return whether the answers so far cost less than they may."""
        if self._limit is None:
            return True
        cost = self._cost()
        return cost is None or cost < self._limit

    def require_below(self) -> None:
        """Raise CostLimitReached where they do not; say what is assumed of the cost."""
        if self.may_send() or self._limit is None:
            return
        limit, cost, uncounted = self._limit, self._cost() or 0.0, self._so_far.uncounted
        if uncounted:
            raise CostLimitReached(
                f"The run may cost {limit:g}, and it has cost about {cost:g}: of {uncounted} "
                "requests the server did not count the tokens."
            )
        raise CostLimitReached(f"The run may cost {limit:g}, and it has cost {cost:g}.")

    def _cost(self) -> float | None:
        so_far, assumed = self._so_far, self._assumed
        return price(
            self._prices,
            so_far.prompt + round(so_far.uncounted * assumed.prompt),
            so_far.completion + round(so_far.uncounted * assumed.completion),
        )


def keep_probe(row: Answered, model: BenchmarkModel, probe: Mapping[str, Any]) -> None:
    """Store what a server does; what finding out used is part of what the row uses.

    ``spent`` of the record is that of all probes of the row, with its price.
    """
    new = Tokens(
        prompt=probe.get("prompt_tokens", 0),
        completion=probe.get("completion_tokens", 0),
        uncounted=probe.get("uncounted_requests", 0),
    )
    new.add_to(row)
    spent = probe_tokens(row) + new
    cost = price(model, spent.prompt, spent.completion)
    row.probe = {**probe, "spent": {**vars(spent), "cost": cost}}


def probe_tokens(row: Answered) -> Tokens:
    """Return what the probes of a run or a generation have used."""
    spent = (row.probe or {}).get("spent", {})
    return Tokens(**{name: spent.get(name, 0) for name in ("prompt", "completion", "uncounted")})
