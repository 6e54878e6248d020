"""What cannot be concluded from a run: what holds of every run, and what follows from this one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.jobs import states
from services.benchmarks.domain.intensity import MIN_PERSONAS
from services.benchmarks.domain.levels import UNSTATED
from services.benchmarks.exports.words.words import Words
from services.benchmarks.runs.origin import STATED, is_imported, margin_set
from services.benchmarks.runs.types import BenchmarkDetail

MAX_NAMES = 12  # of groups or traits in one sentence
Sizes = Mapping[str, Sequence[Mapping[str, Any]]]  # attribute -> category and n_personas
Limit = tuple[str, dict[str, object]]  # the key of a sentence, and its values


def cannot_be_concluded(words: Words, shown: BenchmarkDetail, sizes: Sizes) -> list[str]:
    """Return the sentences in the language of ``words``."""
    limits = (*_always(words, shown), *_prompted(words, shown), *_rated(words, shown, sizes))
    return [words.say(f"cannot.{key}", **values) for key, values in limits]


def _always(words: Words, shown: BenchmarkDetail) -> Iterator[Limit]:
    margin = words.plain(shown.manifest["analysis"]["equivalence_margin"])
    if shown.is_simulated:
        yield "simulated", {}
    if shown.summary.state not in states.TERMINAL:
        yield "not_over", {}
    yield from _imported(words, shown)
    when = words.say(f"margin.{margin_set(shown.manifest)}")
    yield "no_difference", {"margin": margin, "set": when}
    yield "cause", {}
    twins = shown.dataset["kind"] == "counterfactual"
    yield "confounded_twins" if twins else "confounded", {}
    if twins:
        yield "twins_as_one", {}
    yield "elsewhere", {}
    yield "population", {}


def _imported(words: Words, shown: BenchmarkDetail) -> Iterator[Limit]:
    """Yield what is not known of items that other programs asked."""
    if not is_imported(shown.manifest):
        return
    source = shown.manifest["source"]
    yield "imported", {}
    yield "margin_late", {}
    assumed = any(STATED in one["visible"].values() for one in shown.manifest["templates"])
    if assumed and not source["shown_stated"]:
        yield "shown_assumed", {}
    left = sum(one["count"] for one in source["left"])
    if left:
        samples = words.number(source["num_samples"])
        said: dict[str, object] = {"n": words.number(left), "samples": samples}
        yield "left_out_one" if left == 1 else "left_out", said


def _prompted(words: Words, shown: BenchmarkDetail) -> Iterator[Limit]:
    """Yield what the prompts of the run leave open."""
    prompt, scale = shown.manifest["prompt"], shown.manifest["scale"]
    temperature = words.plain(shown.manifest["decoding"]["temperature"])
    if prompt["language"] is None:
        yield "language_unknown", {}
    else:
        yield "language", {"language": words.word("language", prompt["language"])}
    if prompt["wordings"] == [UNSTATED]:
        yield "wording_unknown", {}
    elif len(prompt["wordings"]) == 1:
        yield "wording", {}
    if len(prompt["cues"]) == 1:
        yield "cue", {"cue": words.word("cue", prompt["cues"][0])}
    if "name" in prompt["cues"]:
        yield "names", {}
    if scale["dual_fraction"] == 0:
        yield "order", {}
    if scale["repeats"] == 1:
        yield "repeats", {"temperature": temperature}
    if prompt["system_prompt"] is not None:
        yield "system", {}
    if (shown.probe or {}).get("prompt") == "unknown":
        yield "unprobed", {}


def _rated(words: Words, shown: BenchmarkDetail, sizes: Sizes) -> Iterator[Limit]:
    """Yield what its people, its traits and its answers leave open."""
    manifest, counts = shown.manifest, shown.summary.counts
    hidden = [name for name in manifest["analysis"]["attributes"] if name not in sizes]
    if hidden:
        yield "not_shown", {"names": words.words("attribute", hidden)}
    alone = [name for name, rows in sizes.items() if len(rows) == 1]
    if alone:
        yield "one_group", {"names": words.words("attribute", alone)}
    small = [
        words.say(
            "card.group",
            attribute=words.word("attribute", name),
            group=words.word("group", row["category"]),
            n=row["n_personas"],
        )
        for name, rows in sizes.items()
        for row in rows
        if row["n_personas"] < MIN_PERSONAS and len(rows) > 1
    ]
    if small:
        yield "small", {"least": MIN_PERSONAS, "groups": _some(words, small)}
    yield from _of_traits(words, manifest["traits"])
    yield from _of_texts(words, shown, hidden)
    if manifest["parsing"]["lenient"]:
        yield "lenient", {}
    if counts.missing:
        said = {name: words.number(getattr(counts, name)) for name in ("failed", "open")}
        yield (
            "missing_one" if counts.missing == 1 else "missing",
            {"n": words.number(counts.missing), **said},
        )


def _of_traits(words: Words, traits: Sequence[Mapping[str, Any]]) -> Iterator[Limit]:
    if len({one["valence"] for one in traits} & {1, -1}) < 2:
        yield "one_valence", {}
    unset = [one["adjective"] for one in traits if one["valence"] is None]
    if unset:
        yield "no_valence", {"names": _some(words, unset)}


def _of_texts(words: Words, shown: BenchmarkDetail, hidden: Sequence[str]) -> Iterator[Limit]:
    """Yield what texts that a model wrote about each person take away from the conclusions."""
    used = shown.manifest.get("attrgen")
    if used is None:
        return
    yield "texts", {"model": used["model"]}
    if used["language"] != shown.manifest["prompt"]["language"]:
        yield "texts_language", {}
    if hidden:
        yield "texts_reveal", {"names": words.words("attribute", hidden)}
    if shown.dataset["kind"] == "counterfactual":
        yield "texts_of_twins", {}


def _some(words: Words, names: Sequence[str]) -> str:
    more = len(names) - MAX_NAMES
    rest = [words.say("card.more", n=more)] if more > 0 else []
    return ", ".join([*names[:MAX_NAMES], *rest])
