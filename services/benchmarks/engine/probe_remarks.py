"""What a probe says of its result in sentences: reasons not to begin, and remarks."""

from services.benchmarks.domain.answers import TRUNCATED
from services.benchmarks.engine.probe_result import CUT, NO, UNKNOWN, ProbeResult
from services.benchmarks.engine.settings import COMPLETIONS, AskSettings
from services.benchmarks.engine.shape import RequestShape

MIN_MASS = 0.9


def add_refusals(result: ProbeResult, n: int) -> None:
    """Note why scoring would be silently wrong; ``n`` answers were read."""
    if result.prompt == CUT:
        result.refusals.append(
            "The server cuts the longest prompt without saying so: the persona at its beginning "
            "would be lost. Raise the server's context length."
        )
    if n and result.kinds.get(TRUNCATED, 0) == n:
        result.refusals.append(
            "Every sample answer ended at the token limit. Raise max_tokens, or switch the "
            "model's reasoning off."
        )


def add_warnings(result: ProbeResult, shape: RequestShape, settings: AskSettings) -> None:
    """Note what is worth knowing of the numbers that this server gives."""
    checks = {
        "The server does not list the model.": result.listed == NO,
        "The server lists no models: the model is unverified.": result.listed == UNKNOWN,
        "The server counts no tokens: costs are estimates.": not result.usage,
        "The server sets the temperature itself: answers are not greedy, ask more than once.": (
            not shape.temperature
        ),
        "Answers to one prompt differ: repeats measure how much.": (not result.alone.deterministic),
        "Answers differ under load.": (
            result.alone.deterministic and not result.under_load.deterministic
        ),
        "The server offers no log-probabilities: ratings come from the text alone.": (
            settings.logprobs and result.logprobs == NO
        ),
        "The options hold little of the probability: read log-probabilities with care.": (
            result.logprob_mass is not None and result.logprob_mass < MIN_MASS
        ),
        "The likeliest option is not always the one in the text.": result.logprob_mismatches > 0,
        "Whether the longest prompt arrives whole is unknown: the model does not repeat a word.": (
            result.prompt == UNKNOWN
        ),
        "The endpoint has no chat template: a chat model is asked as a base model.": (
            shape.endpoint == COMPLETIONS
        ),
        "No sample answer could be read.": not result.kinds.get("ok", 0),
    }
    result.warnings += [sentence for sentence, applies in checks.items() if applies]
