"""What sites must have in common where no data at the server lays it down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.federations.domain.agreement import DisagreementError, Offer, agree


def offer(site: str, classes: str = "a b", features: str = "x y", **more) -> Offer:
    values = {"kind": "table", "rows": 10, **more}
    return Offer(site=site, classes=classes.split(), features=features.split(), **values)


def test_sites_that_have_the_same_agree_in_the_order_of_the_first():
    made = agree([offer("b", features="y x"), offer("c"), offer("d")])
    assert (made.agreement.classes, made.agreement.features) == (["a", "b"], ["y", "x"])
    assert (made.refused, made.notes) == ({}, {})


def test_a_site_may_lack_a_class():
    made = agree([offer("berlin"), offer("hamburg"), offer("munich", "a b c")])
    assert made.agreement.classes == ["a", "b", "c"]
    assert made.refused == {}


def test_a_class_that_is_spelled_otherwise_leaves_its_site_out_by_name():
    made = agree([offer("berlin"), offer("hamburg"), offer("munich", "A b")])
    assert made.refused == {
        "munich": "its data has the class A; the classes of this run are a, b. Give the rows one "
        "of these names"
    }


def test_a_column_that_is_called_otherwise_leaves_its_site_out_by_name():
    made = agree([offer("berlin"), offer("hamburg"), offer("munich", features="x pulse")])
    assert made.agreement.features == ["x", "y"]
    assert made.refused == {
        "munich": "its data lacks the columns y and has pulse; the columns of this run are x, y. "
        "Name its columns so"
    }


def test_a_column_more_is_not_trained_on_and_named():
    made = agree([offer("berlin"), offer("hamburg"), offer("munich", features="x y age")])
    assert made.refused == {}
    assert made.notes == {"munich": "has further columns, which are not trained on: age"}


def test_a_column_that_only_one_site_lacks_is_not_given_up_for_it():
    made = agree([offer("berlin"), offer("hamburg"), offer("munich", features="x")])
    assert made.agreement.features == ["x", "y"]
    assert set(made.refused) == {"munich"}


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ([offer("hamburg", "a B")], "berlin has a, b; hamburg has B, a"),
        ([offer("hamburg", features="x")], "berlin has y"),
        ([offer("hamburg", kind="images", image_shape=(8, 8, 1))], "hamburg has images"),
    ],
)
def test_without_a_larger_side_nobody_is_right_and_everybody_is_named(others, said):
    with pytest.raises(DisagreementError) as caught:
        agree([offer("berlin"), *others])
    message = str(caught.value)
    assert all(word in message for word in said.replace("B, a", "a, B").split("; "))


def test_images_take_the_size_of_most_rows_and_the_colours_of_any():
    shapes = {"berlin": (8, 8, 1), "hamburg": (16, 12, 3), "munich": (8, 8, 1)}
    rows = {"berlin": 10, "hamburg": 25, "munich": 10}
    offers = [
        offer(name, features="", kind="images", image_shape=shape, rows=rows[name])
        for name, shape in shapes.items()
    ]
    assert agree(offers).agreement.image_shape == (16, 12, 3)


def test_nobody_at_all_is_said():
    with pytest.raises(DisagreementError, match="No site"):
        agree([])


NAMES = st.lists(st.sampled_from("abcde"), min_size=1, max_size=5, unique=True)


@given(st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=5))
def test_who_takes_part_has_every_column_and_no_strange_class(told):
    offers = [
        Offer(site=f"site {n}", kind="table", rows=5, classes=classes, features=features)
        for n, (classes, features) in enumerate(told)
    ]
    try:
        made = agree(offers)
    except DisagreementError:
        return
    inside = [one for one in offers if one.site not in made.refused]
    assert inside
    assert all(set(made.agreement.features) <= set(one.features) for one in inside)
    assert all(set(one.classes) <= set(made.agreement.classes) for one in inside)


def test_sites_agree_on_categories_and_on_what_is_filled_at_any_of_them() -> None:
    offers = [
        Offer(site=name, kind="table", rows=9, classes=["a", "b"], features=["x"],
              categories=["ward"], fills=fills)
        for name, fills in (("east", {}), ("west", {"x": "mode"}), ("north", {"x": "mode"}))
    ]  # fmt: skip
    made = agree(offers).agreement
    assert (made.features, made.categories, made.fills) == (["x"], ["ward"], {"x": "mode"})


def test_a_column_that_is_text_at_one_site_and_categories_at_others_is_named() -> None:
    columns = [{"features": ["x"], "categories": ["ward"]}] * 2 + [{"features": ["x"]}]
    offers = [
        Offer(site=f"s{n}", kind="table", rows=9, classes=["a", "b"], **one)  # type: ignore[arg-type]
        for n, one in enumerate(columns)
    ]
    assert "lacks the columns ward (categories)" in agree(offers).refused["s2"]
