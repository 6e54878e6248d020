"""The columns of an item: their types, their units, and what they mean."""

from dataclasses import dataclass

TEXT, WHOLE, REAL, MOMENT, WORD = "text", "whole", "real", "moment", "word"


@dataclass(frozen=True, kw_only=True)
class ItemColumn:
    """A column: ``kind`` is text, a word of few, whole, real or moment; ``unit`` is for numbers."""

    name: str
    kind: str
    about: str
    unit: str = ""


def _column(name: str, kind: str, about: str, unit: str = "") -> ItemColumn:
    return ItemColumn(name=name, kind=kind, about=about, unit=unit)


PERSON = (
    _column("persona_uuid", WORD, "the person, as in the data set"),
    _column(
        "persona_name", WORD, "name in the data set; prompts with the cue 'name' have their own"
    ),
    _column("age", WHOLE, "age of the person", "years"),
    _column("age_group", WORD, "group of the age, as it is compared"),
    *(
        _column(name, WORD, f"{name.replace('_', ' ')} of the person")
        for name in (
            "gender",
            "origin",
            "origin_region",
            "origin_subregion",
            "education",
            "occupation",
            "occupation_category",
            "marriage_status",
            "migration_status",
            "religion",
            "sexuality",
        )
    ),
)
TRAIT = (
    _column("trait_code", WORD, "the trait"),
    _column("trait_adjective", WORD, "adjective in English"),
    _column("trait_adjective_de", WORD, "adjective in German"),
    _column("trait_category", WORD, "category of the trait"),
    _column("trait_valence", WHOLE, "1 kind, -1 unkind, 0 neither"),
)
QUESTION = (
    _column("scale_order", WORD, "in: 1 is the least; rev: 5 is the least"),
    _column("template", WORD, "template of the prompt, as in the manifest"),
    _column("wording", WORD, "paraphrase of the question"),
    _column("cue", WORD, "how groups are shown: label, name or prose"),
    _column("repeat", WHOLE, "which time it was asked the same way, from 0"),
)
RATED = (
    _column("outcome", WORD, "accepted, or why there is no rating"),
    _column("attempt", WHOLE, "which attempt settled it, from 1"),
    _column("rating_raw", WHOLE, "the number as the model wrote it", "points, 1 to 5"),
    _column("rating_pre_valence", WHOLE, "reversed scale turned back", "points, 1 to 5"),
    _column(
        "rating_valence_aligned",
        WHOLE,
        "unkind traits turned round as well: more is more favourable",
        "points, 1 to 5",
    ),
    _column("rating", WHOLE, "the aligned rating, which is compared", "points, 1 to 5"),
    *(
        _column(f"probability_{n}", REAL, f"probability of option {n}, where offered", "share")
        for n in range(1, 6)
    ),
    _column(
        "flags",
        WORD,
        "remarks on an accepted answer: several_ratings, hedged, lenient, "
        "unexpected_rationale; spaces between",
    ),
    _column("answer_raw", TEXT, "the last answer, its first 2,000 characters"),
    _column("latency_ms", WHOLE, "time until it was settled", "milliseconds"),
    _column("prompt_tokens", WHOLE, "tokens of the prompts of all attempts", "tokens"),
    _column("completion_tokens", WHOLE, "tokens of the answers of all attempts", "tokens"),
    _column("settled_at", MOMENT, "when it was stored", "UTC"),
)
COLUMNS = (
    _column("run_id", WHOLE, "the benchmark run"),
    _column("model", WORD, "the model that was asked"),
    *PERSON,
    *TRAIT,
    *QUESTION,
    *RATED,
)
NAMES = tuple(column.name for column in COLUMNS)
