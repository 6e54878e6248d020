"""The tokens of one item, where they are not counted yet."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class TokenEstimate:
    """Tokens of one item: counted in an earlier run, or taken from the length of its prompts."""

    prompt: float
    completion: float
    source: Literal["run", "prompts"]
