"""The validity card of a run: what it measures, against which norm, and what it cannot say.

Every line follows from the run's manifest, its counts and its probe; none is written by hand.
"""

from collections.abc import Mapping
from typing import Any

from app.jobs import states
from services.benchmarks.domain.intensity import MIN_PERSONAS
from services.benchmarks.exports.cannot import cannot_be_concluded
from services.benchmarks.exports.words.words import Words, words_of
from services.benchmarks.runs.origin import is_imported, margin_set
from services.benchmarks.runs.templates import shown_attributes
from services.benchmarks.runs.types import BenchmarkDetail

Tables = Mapping[str, Mapping[str, Any]]  # attribute -> its groups, as the question "deltas" has it


def validity_card(shown: BenchmarkDetail, tables: Tables, language: str = "en") -> dict[str, Any]:
    """Return construct, norm, groups, language, cues, and what cannot be concluded.

    ``facts`` are lines of a label and a text. ``groups`` are the attributes that are compared,
    ``group_sizes`` the persons with a rating in each of their groups.
    """
    words, manifest = words_of(language), shown.manifest
    visible = shown_attributes(manifest)
    analysed = manifest["analysis"]["attributes"]
    compared = [name for name in analysed if visible.get(name)]
    sizes = {name: _sizes(tables[name]) for name in compared}
    return {
        "construct": words.say_of(
            "card.construct",
            len(manifest["traits"]),
            model=shown.summary.model_name,
            traits=len(manifest["traits"]),
        ),
        "norm": words.say("card.norm"),
        "groups": compared,
        "group_sizes": sizes,
        "not_shown": [name for name in analysed if not visible.get(name)],
        "language": manifest["prompt"]["language"],
        "cues": manifest["prompt"]["cues"],
        "wordings": manifest["prompt"]["wordings"],
        "templates": [one["name"] for one in manifest["templates"]],
        "n_personas": manifest["personas"]["n"],
        "n_traits": len(manifest["traits"]),
        "n_ratings": shown.summary.counts.done,
        "equivalence_margin": manifest["analysis"]["equivalence_margin"],
        "generated_texts": manifest.get("attrgen"),
        "manifest_hash": shown.manifest_hash,
        "is_over": shown.summary.state in states.TERMINAL,
        "facts": [
            {"name": name, "label": words.say(f"card.label.{name}"), "text": text}
            for name, text in _facts(words, shown, tables, sizes).items()
        ],
        "cannot_be_concluded": cannot_be_concluded(words, shown, sizes),
    }


def _sizes(table: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "category": row["category"],
            "n_personas": row["n_personas"],
            "enough": row["n_personas"] >= MIN_PERSONAS,
        }
        for row in table["rows"]
    ]


def _facts(
    words: Words, shown: BenchmarkDetail, tables: Tables, sizes: Mapping[str, Any]
) -> dict[str, str]:
    """Return the lines of the card, by their names."""
    manifest, dataset = shown.manifest, shown.dataset
    prompt = manifest["prompt"]
    hidden = [name for name in manifest["analysis"]["attributes"] if name not in sizes]
    german = prompt["language"] == "de" and words.language == "de"
    names = [one["adjective_de" if german else "adjective"] or one["adjective"]
             for one in manifest["traits"]]  # fmt: skip
    return {
        "model": manifest["model"],
        "persons": words.say_of(
            "card.persons",
            manifest["personas"]["n"],
            n=words.number(manifest["personas"]["n"]),
            name=dataset["name"],
            kind=words.word("set", dataset["kind"]),
        ),
        "traits": words.say("card.traits", n=len(names), names=", ".join(names)),
        "groups": _groups(words, sizes),
        "not_shown": words.words("attribute", hidden) or words.say("card.none"),
        "language": words.word("language", prompt["language"] or "unknown"),
        "wordings": f"{len(prompt['wordings'])} ({words.words('wording', prompt['wordings'])})",
        "cues": "; ".join(words.word("card.cue", cue) for cue in prompt["cues"]),
        **_asking(words, manifest),
        **_source(words, manifest),
        "items": words.say("card.items", **_counts(words, shown)),
        "tests": _tests(words, manifest, tables, dataset["kind"]),
        "templates": ", ".join(one["name"] for one in manifest["templates"]),
    }


def _groups(words: Words, sizes: Mapping[str, Any]) -> str:
    def of(rows: list[dict[str, Any]]) -> str:
        return ", ".join(
            f"{words.word('group', row['category'])} ({row['n_personas']})" for row in rows
        )

    lines = [
        f"{words.word('attribute', name)}: {of(rows)}" if rows else words.word("attribute", name)
        for name, rows in sizes.items()
        if len(rows) != 1
    ]
    return "; ".join(lines) or words.say("card.none")


def _asking(words: Words, manifest: Mapping[str, Any]) -> dict[str, str]:
    scale, decoding = manifest["scale"], manifest["decoding"]
    prompt, parsing = manifest["prompt"], manifest["parsing"]
    said = (
        "card.system_template" if prompt["system_prompt"] is None else "card.system_own",
        "card.rationale" if prompt["include_rationale"] else "card.no_rationale",
    )
    prompted = ("card.prompt_unknown",) if is_imported(manifest) else said
    read = "card.lenient" if parsing["lenient"] else "card.strict"
    return {
        "scale": words.say(
            "card.scale",
            order=words.word("order", scale["scale_mode"]),
            share=words.share(scale["dual_fraction"], 0),
            repeats=scale["repeats"],
        ),
        "decoding": words.say(
            "card.decoding",
            temperature=words.plain(decoding["temperature"]),
            seed=_known(words, decoding["seed"]),
            tokens=_known(words, decoding["max_new_tokens"]),
            attempts=_known(words, parsing["max_attempts"]),
        ),
        "prompt": "; ".join(words.say(key) for key in (*prompted, read)),
    }


def _known(words: Words, value: int | None) -> str:
    return words.say("unknown") if value is None else str(value)


def _source(words: Words, manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the file that an imported run came from."""
    if not is_imported(manifest):
        return {}
    said = manifest["source"]
    return {
        "source": words.say(
            "card.source",
            name=said["name"],
            kind=words.word("source", said["kind"]),
            tool=said["tool"] or words.say("unknown"),
            items=words.number(said["num_items"]),
            samples=words.number(said["num_samples"]),
            sha256=said["sha256"],
        )
    }


def _counts(words: Words, shown: BenchmarkDetail) -> dict[str, str]:
    counts = shown.summary.counts
    return {
        name: words.number(getattr(counts, name)) for name in ("done", "failed", "open", "total")
    }


def _tests(words: Words, manifest: Mapping[str, Any], tables: Tables, kind: str) -> str:
    said = manifest["analysis"]
    size = max((table["family"]["size"] for table in tables.values()), default=0)
    values = {
        "unit": words.say("card.unit_twins" if kind == "counterfactual" else "card.unit"),
        "alpha": words.plain(said["alpha"]),
        "margin": words.plain(said["equivalence_margin"]),
        "set": words.say(f"margin.{margin_set(manifest)}"),
    }
    if not size:
        return words.say("card.tests_none", **values)
    return words.say_of("card.tests", size, tests=size, **values)
