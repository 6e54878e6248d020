"""How many tokens and how much time the items of a design take, by an earlier run or by prompts."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.benchmark import BenchmarkRun
from app.models.persona import Persona
from services.benchmarks.runs.counts import counts_of
from services.benchmarks.runs.design import RunDesign
from services.benchmarks.runs.meter import probe_tokens
from services.benchmarks.runs.origin import is_imported
from services.benchmarks.runs.ports import Item, ItemKey
from services.benchmarks.runs.templates import prompt_of
from services.benchmarks.runs.tokens import TokenEstimate
from services.benchmarks.runs.types import EndpointSettings, RunCounts

SAMPLED = 12  # persons whose prompts are measured
CHARACTERS_PER_TOKEN = {"en": 4.0, "de": 3.0}  # rounded down: an estimate errs to the dear side
ANSWER_TOKENS, RATIONALE_TOKENS = 12, 60


def tokens_of(session: Session, design: RunDesign, earlier: BenchmarkRun | None) -> TokenEstimate:
    """Return the tokens of one item of ``design``.

    An earlier run in the same language says how many characters a token has, and, with the same
    demand for a rationale, how long answers are.
    """
    manifest = _manifest_of(design)
    prompt = manifest["prompt"]
    characters = _characters(manifest, design.personas)
    completion = _answer_tokens(prompt)
    counts = counts_of(session, [earlier])[earlier.id] if earlier else None
    if earlier is None or counts is None or not _is_alike(earlier, counts, prompt["language"]):
        return assumed_tokens(manifest, design.personas)
    settled, probed = counts.done + counts.failed, probe_tokens(earlier)
    people = session.scalars(
        select(Persona).where(Persona.set_id == earlier.set_id).order_by(Persona.id).limit(SAMPLED)
    ).all()
    before = _characters(earlier.manifest, people)
    if earlier.manifest["prompt"]["include_rationale"] == prompt["include_rationale"]:
        completion = (earlier.completion_tokens - probed.completion) / settled
    return TokenEstimate(
        prompt=(earlier.prompt_tokens - probed.prompt) / settled * characters / before,
        completion=completion,
        source="run",
    )


def assumed_tokens(manifest: Mapping[str, Any], personas: Sequence[Persona]) -> TokenEstimate:
    """Return the tokens of one item where nothing counted any."""
    prompt = manifest["prompt"]
    return TokenEstimate(
        prompt=_characters(manifest, personas) / CHARACTERS_PER_TOKEN[prompt["language"]],
        completion=_answer_tokens(prompt),
        source="prompts",
    )


def _answer_tokens(prompt: Mapping[str, Any]) -> float:
    return RATIONALE_TOKENS if prompt["include_rationale"] else ANSWER_TOKENS


def seconds_of(
    session: Session,
    design: RunDesign,
    earlier: BenchmarkRun | None,
    probe: Mapping[str, Any] | None = None,
) -> float | None:
    """Return how long the items take at the rate of an earlier run, else of the model's probe.

    None where neither says. Fewer requests in flight than in the earlier run take longer; more
    are not counted on to be faster. A limit of requests per minute is kept.
    """
    endpoint = design.request.endpoint
    rate = _earlier_seconds(session, earlier, endpoint.concurrency) if earlier else None
    result = (probe or {}).get("result") or {}
    if rate is None and result.get("seconds_per_answer"):
        rate = result["seconds_per_answer"] / endpoint.concurrency
    limit = endpoint.requests_per_minute
    known = [one for one in (rate, 60 / limit if limit else None) if one is not None]
    return max(known) * design.total if known else None


def _earlier_seconds(session: Session, run: BenchmarkRun, concurrency: int) -> float | None:
    """Return the seconds per item of a run that is over, at most so many requests in flight."""
    counts = counts_of(session, [run])[run.id]
    settled = counts.done + counts.failed
    if run.started_at is None or run.finished_at is None or not settled:
        return None
    took = (run.finished_at - run.started_at).total_seconds()
    then = EndpointSettings(**run.endpoint).concurrency
    return took / settled * max(1.0, then / concurrency) if took > 0 else None


def _is_alike(earlier: BenchmarkRun, counts: RunCounts, language: str) -> bool:
    is_counted = bool(earlier.prompt_tokens and counts.done + counts.failed)
    has_prompts = not is_imported(earlier.manifest)  # those of other programs are not known
    return is_counted and has_prompts and earlier.manifest["prompt"]["language"] == language


def _manifest_of(design: RunDesign) -> Mapping[str, Any]:
    return design.manifest.content


def _characters(manifest: Mapping[str, Any], personas: Sequence[Persona]) -> float:
    """Return the mean length of a prompt, over some persons, one trait and all templates."""
    sizes = [
        sum(len(part["content"]) for part in prompt_of(manifest, item).messages)
        for item in sampled_items(manifest, personas[:SAMPLED])
    ]
    return sum(sizes) / len(sizes) if sizes else 1.0


def sampled_items(
    manifest: Mapping[str, Any], personas: Sequence[Persona], traits: int = 1
) -> Iterator[Item]:
    """Yield an item of each person, of the first ``traits``, in every wording and cue."""
    prompt = manifest["prompt"]
    ways = product(range(len(prompt["wordings"])), range(len(prompt["cues"])))
    chosen = islice(manifest["traits"], traits)
    for (wording, cue), trait, persona in product(ways, chosen, personas):
        key = ItemKey(
            persona_id=persona.id, trait_id=trait["id"], scale_order="in", wording=wording, cue=cue
        )
        yield Item(key=key, persona=persona, trait=trait)
