"""What a probe measured of a server and a model, as the manifest keeps it."""

from dataclasses import asdict, dataclass, field
from typing import Any

from services.benchmarks.engine.identity import identity_of
from services.benchmarks.engine.shape import RequestShape

YES, NO, UNKNOWN = "yes", "no", "unknown"
WHOLE, CUT = "whole", "cut"
NO_REASONING, SPLIT_OFF, IN_TEXT = "none", "split_off", "in_text"


@dataclass(kw_only=True)
class Repeats:
    """Answers to one prompt asked again and again: ``same`` of ``n`` are the most common one."""

    n: int = 0
    distinct: int = 0
    same: int = 0

    @property
    def deterministic(self) -> bool:
        """Whether all of them are the same."""
        return self.n > 0 and self.distinct == 1


@dataclass(kw_only=True)
class ProbeResult:
    """What was measured; ``refusals`` are the reasons not to begin, ``warnings`` remarks.

    ``listed`` says whether the server lists the model (unknown where it lists none); ``prompt``
    whether the longest prompt arrives whole, cut or unknown; ``logprob_mass`` the probability of
    the five options together, ``logprob_mismatches`` how often the likeliest is not the text's.
    ``identity`` says which weights the server serves (``engine.identity``), a null digest that it
    does not say.
    """

    model: str
    answered_by: str | None = None
    listed: str = UNKNOWN
    models: list[str] = field(default_factory=list)
    endpoint: str = ""
    usage: bool = False
    json_mode: str = NO
    logprobs: str = UNKNOWN
    logprob_mass: float | None = None
    logprob_mismatches: int = 0
    alone: Repeats = field(default_factory=Repeats)
    under_load: Repeats = field(default_factory=Repeats)
    prompt: str = UNKNOWN
    longest_prompt_tokens: int | None = None
    reasoning: str = NO_REASONING
    kinds: dict[str, int] = field(default_factory=dict)
    seconds_per_answer: float | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    requests: int = 0
    uncounted_requests: int = 0
    identity: dict[str, Any] = field(default_factory=lambda: identity_of({}))
    changes: tuple[str, ...] = ()
    shape: RequestShape = field(default_factory=RequestShape)
    refusals: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def may_begin(self) -> bool:
        """Whether scoring would not be silently wrong."""
        return not self.refusals

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON values, for the manifest."""
        return {
            **asdict(self),
            "deterministic_alone": self.alone.deterministic,
            "deterministic_under_load": self.under_load.deterministic,
            "may_begin": self.may_begin,
        }


def result_shape(values: dict[str, Any]) -> RequestShape:
    """Return the shape in a stored result, for the client of a run that is resumed."""
    shape = values["shape"]
    return RequestShape(**{**shape, "changes": tuple(shape["changes"])})
