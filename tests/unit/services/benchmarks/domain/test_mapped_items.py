"""Foreign samples as items: what maps, and how everything else is named and counted."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.benchmarks.domain.flat_samples import flattened
from services.benchmarks.domain.item_mapping import (
    ItemMapping,
    MappingError,
    mapping_of,
    require_complete,
    suggested,
)
from services.benchmarks.domain.mapped_items import MappedSamples
from services.benchmarks.domain.settled_items import rows_of, settled, shares_of, uuid_of
from tests.support.depth import examples

MAPPING = mapping_of(
    {
        "persona": "who",
        "trait": "trait",
        "order": "order",
        "rating": "rating",
        "text": "text",
        "repeat": "epoch",
        "attributes": {"gender": "sex"},
        "values": {"gender": {"w": "female"}, "order": {"up": "in"}},
    }
)
GOOD = {"who": "p1", "sex": "female", "trait": "kind", "order": "in", "rating": 4, "epoch": 1}


def mapped(*samples: dict[str, Any], mapping: ItemMapping = MAPPING) -> MappedSamples:
    made = MappedSamples(mapping=mapping)
    for number, sample in enumerate(samples, 1):
        made.add(number, sample)
    return made


def test_words_of_the_file_become_ours_and_repeats_are_counted_from_the_least() -> None:
    made = settled(
        mapped(GOOD | {"sex": "w", "order": "up"}, GOOD | {"sex": "w", "epoch": 2, "rating": "5"})
    )
    assert [one.draft.gender for one in made.people] == ["female"]
    assert [row[:8] for row in rows_of(made)] == [
        [0, 0, "in", 0, 0, 0, 4, None],
        [0, 0, "in", 0, 0, 1, 5, None],
    ]


@pytest.mark.parametrize(
    ("sample", "role", "sentence"),
    [
        ({"rating": 9}, "rating", "Sample 2: '9' is no whole number from 1 to 5."),
        ({"rating": 2.5}, "rating", "Sample 2: '2.5' is no whole number from 1 to 5."),
        ({"rating": True}, "rating", "Sample 2: 'true' is no whole number from 1 to 5."),
        ({"rating": float("nan")}, "rating", "Sample 2: 'nan' is no whole number from 1 to 5."),
        ({"rating": None}, "text", "Sample 2: There is neither a rating nor a text."),
        (
            {"order": "sideways"},
            "order",
            "Sample 2: 'sideways' is no order of the scale: give in (1 is the least) or rev.",
        ),
        (
            {"epoch": 1},
            "repeat",
            "Sample 2: It repeats sample 1: persona 'p1', trait 'kind', order in, repeat 1.",
        ),
        ({"epoch": -1}, "repeat", "Sample 2: '-1' is no whole number of 0 or more."),
        (
            {"sex": "male"},
            "gender",
            "Sample 2: 'p1' has gender 'male' here and 'female' in sample 1.",
        ),
        ({"who": ""}, "persona", "Sample 2: 'who' is missing or empty."),
        ({"trait": None}, "trait", "Sample 2: 'trait' is missing or empty."),
    ],
)
def test_a_sample_that_is_no_item_is_named_with_its_cause(
    sample: dict[str, Any], role: str, sentence: str
) -> None:
    made = mapped(GOOD, GOOD | {"epoch": 2} | sample)
    assert made.faults.by_column() == {role: [sentence]}
    assert [field for field, _ in made.left] == [role]
    assert made.left.total() == 1
    assert len(settled(made).items) == 1


def test_an_attribute_that_is_missing_is_a_fault_and_an_empty_one_is_not_known() -> None:
    without = {name: value for name, value in GOOD.items() if name != "sex"}
    assert mapped(without).faults.by_column() == {"gender": ["Sample 1: 'sex' is missing."]}
    named = mapped(GOOD, GOOD | {"who": "p2", "sex": None})
    assert not named.faults
    made = settled(named)
    assert "Nothing is said of the person" in named.faults.by_column()["gender"][0]
    assert (len(made.items), named.left) == (1, {("persona", "its person has a fault"): 1})


def test_a_person_with_an_unknown_word_and_a_trait_that_is_none_are_left_out_with_their_items() -> (
    None
):
    made = mapped(GOOD, GOOD | {"who": "p2", "sex": "hen"}, GOOD | {"trait": "a" * 101})
    kept = settled(made)
    assert len(kept.items) == 1
    assert "'hen' is not a known gender" in made.faults.by_column()["gender"][0]
    assert made.faults.by_column()["trait"][0].startswith("Sample 3: ")
    assert made.left.total() == 2


@pytest.mark.parametrize(
    ("sample", "rating", "kind"),
    [
        ({"text": '{"rating": 2}'}, 2, None),
        ({"text": "I cannot rate people."}, None, "refusal"),
        ({"text": "four"}, None, "no_json"),
        ({"text": '{"rating": 7}'}, None, "out_of_range"),
        ({"text": '{"rating": 2', "finish": "max_tokens"}, None, "truncated"),
        ({"text": "", "finish": "content_filter"}, None, "filtered"),
        ({"text": "no", "outcome": "refusal"}, None, "refusal"),
        ({"rating": 3, "outcome": "accepted"}, 3, None),
    ],
)
def test_a_text_is_read_by_the_parser_of_our_own_runs(
    sample: dict[str, Any], rating: int | None, kind: str | None
) -> None:
    roles = {**MAPPING.roles, "finish": "finish", "outcome": "outcome"}
    mapping = ItemMapping(roles=roles, attributes=MAPPING.attributes)
    made = mapped({**GOOD, "rating": None, **sample}, mapping=mapping)
    assert [(one.rating, one.kind) for one in made.items] == [(rating, kind)]


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ([], "mapping", "Give an object"),
        ({"raiting": "x"}, "mapping", "Did you mean 'rating'?"),
        ({"attributes": {"gendre": "x"}}, "mapping.attributes", "Did you mean 'gender'?"),
        ({"shown": ["height"]}, "mapping.shown", "There is no 'height'."),
        ({"shown": "gender"}, "mapping.shown", "Give a list"),
        ({"order": ""}, "mapping.order", "Give a text that is not empty."),
        ({"values": {"gender": {"w": 1}}}, "mapping.values.gender.w", "Give a text"),
        ({"lenient": "yes"}, "mapping.lenient", "Give true or false."),
    ],
)
def test_a_mapping_that_is_none_names_its_field(given: Any, field: str, sentence: str) -> None:
    with pytest.raises(MappingError) as refused:
        mapping_of(given)
    assert refused.value.field == field
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"persona": "whom"}, "mapping.persona"),
        ({"persona": None}, "mapping.persona"),
        ({"rating": None, "text": None}, "mapping.rating"),
        ({"attributes": {}}, "mapping.attributes"),
        ({"attributes": {"age": "years"}}, "mapping.age"),
    ],
)
def test_a_mapping_that_lacks_something_says_what(changed: dict[str, Any], field: str) -> None:
    mapping = mapping_of(MAPPING.to_json() | changed)
    names = ("who", "sex", "trait", "order", "rating", "text", "epoch")
    with pytest.raises(MappingError) as refused:
        require_complete(mapping, names, known_people=False)
    assert refused.value.field == field
    if field == "mapping.attributes":
        require_complete(mapping, names, known_people=True)


def test_names_suggest_a_mapping_and_a_constant_needs_no_field() -> None:
    names = (
        "metadata.persona.id",
        "metadata.sex",
        "scores.rating.value",
        "epoch",
        "metadata.trait",
    )
    mapping = suggested(names)
    assert mapping.roles == {
        "persona": "metadata.persona.id",
        "trait": "metadata.trait",
        "repeat": "epoch",
        "rating": "scores.rating.value",
    }
    assert mapping.attributes == {"gender": "metadata.sex"}
    whole = ItemMapping(roles={**mapping.roles, "order": "=in"}, attributes=mapping.attributes)
    require_complete(whole, names, known_people=False)
    assert mapping_of(whole.to_json()) == whole


def test_a_long_name_of_a_person_gets_an_id_that_stays_the_same() -> None:
    assert uuid_of("p1") == "p1"
    assert uuid_of("p" * 37) == uuid_of("p" * 37) != uuid_of("p" * 38)
    assert len(uuid_of("p" * 37)) == 36


@pytest.mark.parametrize("rating", [float("inf"), float("-inf"), float("nan")])
def test_a_number_that_is_infinite_is_named_and_ends_nothing(rating) -> None:
    """JSON may hold 1e400."""
    made = mapped(
        {"who": "p1", "sex": "female", "trait": "kind", "order": "in", "epoch": 1, "rating": rating}
    )
    assert (made.items, made.left.total()) == ([], 1)


def test_half_of_a_character_is_replaced() -> None:
    flat = dict(flattened({"who": "p\ud83d", "a\udc00": {"b": ["\ud83d"]}}))
    assert flat == {"who": "p?", "a?.b": '["?"]'}


ITEMS = st.tuples(
    st.sampled_from(["p1", "p2", "p3"]),
    st.sampled_from(["kind", "lazy"]),
    st.sampled_from(["in", "rev", "up"]),
    st.integers(0, 2),
    st.one_of(st.integers(-1, 7), st.none()),
)


@given(st.lists(ITEMS, max_size=30))
@settings(max_examples=examples(30))
def test_every_sample_is_an_item_or_counted_with_a_cause(items: list[Any]) -> None:
    sex = {"p1": "female", "p2": "male", "p3": "diverse"}
    samples = [
        {"who": who, "sex": sex[who], "trait": trait, "order": order, "epoch": epoch,
         "rating": rating}
        for who, trait, order, epoch, rating in items
    ]  # fmt: skip
    made = mapped(*samples)
    kept = settled(made)
    assert len(kept.items) + made.left.total() == len(samples)
    assert bool(made.faults) == bool(made.left)
    assert len({one.identity for one in kept.items}) == len(kept.items)
    mode, dual = shares_of(kept.items)
    assert mode in ("in", "rev", "mixed")
    assert 0 <= dual <= 1
