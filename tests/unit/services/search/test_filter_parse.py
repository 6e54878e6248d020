"""Reading filters: what is understood, and where a fault is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.filter.errors import FilterError, pointed
from services.search.filter.parse import MAX_FILTER_LENGTH, parse
from services.search.filter.tree import All, Any, Identifier, Not, Predicate


def only(text: str) -> Predicate:
    node = parse(text)
    assert isinstance(node, Predicate)
    return node


def fault(text: str) -> list[str]:
    with pytest.raises(FilterError) as caught:
        parse(text)
    return pointed(text, caught.value)


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("metrics.val_loss < 1", Identifier(kind="metrics", name="val_loss")),
        ("metric.val_loss < 1", Identifier(kind="metrics", name="val_loss")),
        ("metrics.lr-AdamW.max < 1", Identifier(kind="metrics", name="lr-AdamW", part="max")),
        ("metrics.`a b`.best < 1", Identifier(kind="metrics", name="a b", part="best")),
        ('metrics."val.best" < 1', Identifier(kind="metrics", name="val.best")),
        ("metrics.best < 1", Identifier(kind="metrics", name="best")),
        ("metrics.val/loss.count < 1", Identifier(kind="metrics", name="val/loss", part="count")),
        ("params.model.depth = '3'", Identifier(kind="params", name="model.depth")),
        ("parameter.lr = 3", Identifier(kind="params", name="lr")),
        ("tags.`site, ward` = 'a'", Identifier(kind="tags", name="site, ward")),
        ("attributes.status = 'failed'", Identifier(kind="attributes", name="status")),
        ("run.run_name = 'x'", Identifier(kind="attributes", name="name")),
        ("status = 'failed'", Identifier(kind="attributes", name="status")),
    ],
)
def test_names_are_written_as_mlflow_writes_them(text: str, identifier: Identifier) -> None:
    assert only(text).identifier == identifier


@pytest.mark.parametrize(
    ("text", "operator", "values"),
    [
        ("metrics.x>=-.5e-1", ">=", (-0.05,)),
        ("params.a IN ('x', \"y\")", "IN", ("x", "y")),
        ("params.a not in (1,2)", "NOT IN", (1.0, 2.0)),
        ("params.a ilike 'A%'", "ILIKE", ("A%",)),
        ("end_time is null", "IS NULL", ()),
        ("end_time IS NOT NULL", "IS NOT NULL", ()),
    ],
)
def test_comparisons_are_read(text: str, operator: str, values: tuple[object, ...]) -> None:
    assert (only(text).operator, only(text).values) == (operator, values)


def test_and_binds_closer_than_or_and_parentheses_closer_than_both() -> None:
    loose = parse("params.a = 1 or params.b = 1 and not params.c = 1")
    assert isinstance(loose, Any)
    assert isinstance(loose.parts[1], All)
    assert isinstance(loose.parts[1].parts[1], Not)
    tight = parse("(params.a = 1 or params.b = 1) and params.c = 1")
    assert isinstance(tight, All)


def test_an_empty_filter_asks_for_nothing() -> None:
    assert parse("") is parse("  \n ") is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("metrics.a > ", "column 12: expected a value (a number, or a text in quotes) after >"),
        ("status = completed", "column 10: expected a value"),
        ("metrics.a > 1 and", "column 18: expected a name such as"),
        (
            "metrics.a 3",
            (
                "column 11: expected a comparison (=, !=, >, >=, <, <=, LIKE, ILIKE, IN, "
                "IS NULL) after metrics.a"
            ),
        ),
        ("metrics.a > 1 2", "column 15: expected 'and', 'or' or the end after 1"),
        ("(metrics.a > 1", "column 15: expected ) after 1"),
        ("metrics.a > 'x", "column 13: the quote ' is not closed"),
        ("metrics.a ; 1", "column 11: ';' has no meaning here"),
        ("metrics.a > 1e999", "column 13: the number is too large"),
        ("metrics.a > 'x'", "column 13: a is a number: write it without quotes"),
        ("tags.a = 1", "column 10: a is a text: write it in quotes"),
        ("params.a in (1, 'x')", "column 14: the values of a list are all numbers or all texts"),
        ("statis = 'x'", "column 1: there is no attribute 'statis': did you mean status?"),
        ("accuracy > 0.9", "there is no attribute 'accuracy': did you mean results.accuracy?"),
        ("auc > 0.9", "there is no attribute 'auc': did you mean results.auroc?"),
        ("val_acc > 0.9", "a metric metrics.val_acc"),
        (
            "metrix.a = 1",
            "column 1: 'metrix' is none of metrics, results, params, tags, attributes: did you",
        ),
        ("status = 'complete'", "column 10: status is one of queued, in_progress, completed"),
        ("status > 'failed'", "column 10: status has no order"),
        ("metrics.a like 'x'", "column 16: a is a number: LIKE is for texts"),
        ("tags.a like '%%%%%%%%%x'", "column 13: a pattern has at most 8 %"),
        ("not " * 30 + "status = 'failed'", "column 1: a filter is nested at most 20 deep"),
        (" and ".join(["metrics.a > 1"] * 51), "a filter has at most 50 comparisons"),
        ("params.a in (" + ",".join(["1"] * 201) + ")", "at most 200 values"),
        ("x" * (MAX_FILTER_LENGTH + 1), "a filter has at most 4000 characters"),
    ],
)
def test_a_fault_says_its_column_and_what_would_be_right(text: str, sentence: str) -> None:
    assert sentence in fault(text)[0]


def test_a_caret_stands_under_the_fault() -> None:
    assert fault("metrics.a > 1 and metrics.b ! 2")[1].splitlines() == [
        "metrics.a > 1 and metrics.b ! 2"[-60:],
        " " * 28 + "^",
    ]


def place(text: str) -> int:
    """Return the column of the fault, 0 where there is none; nothing else may be raised."""
    try:
        parse(text)
    except FilterError as error:
        return error.column
    return 0


WORDS = ["and", "or", "not", "in", "like", "is", "null", "(", ")", ",", "=", ">", "!=", "'", '"',
         "`", "metrics.a", "params.b", "status", "1", "-1e5", "'x'", ".", "\\", "%", " ", "\n", "é"]  # fmt: skip


@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join),
        st.lists(st.sampled_from(WORDS), max_size=25).map("".join),
    )
)
def test_any_text_is_a_filter_or_a_fault_with_a_place(text: str) -> None:
    assert 0 <= place(text) <= len(text) + 1


NAME = Identifier(kind="attributes", name="name")
SOURCE = Identifier(kind="tags", name="import.source")


@pytest.mark.parametrize(
    ("text", "status"),
    [("FINISHED", "completed"), ("RUNNING", "in_progress"), ("SCHEDULED", "queued"),
     ("KILLED", "cancelled"), ("FAILED", "failed"), ("succeeded", "completed"),
     ("Completed", "completed"), ("lost", "in_progress")],
)  # fmt: skip
def test_states_are_understood_in_the_words_of_mlflow_and_of_the_pages(
    text: str, status: str
) -> None:
    for filter_text in (f"attributes.status = '{text}'", f'status in ("{text}")'):
        node = parse(filter_text)
        assert isinstance(node, Predicate)
        assert node.values == (status,)


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("tags.mlflow.runName = 'x'", NAME),
        ("tags.`mlflow.runName` = 'x'", NAME),
        ("tags.mlflow.note.content like '%x%'", Identifier(kind="attributes", name="notes")),
        ("tags.mlflow.user = 'x'", Identifier(kind="tags", name="import.user")),
        ("dataset.name = 'x'", Identifier(kind="attributes", name="dataset")),
        ("run_id = 'x'", SOURCE),
        ("attributes.run_id like 'x%'", SOURCE),
    ],
)
def test_names_of_mlflow_are_understood(text: str, identifier: Identifier) -> None:
    node = parse(text)
    assert isinstance(node, Predicate)
    assert node.identifier == identifier


def test_an_id_in_quotes_is_ours_if_it_is_of_digits_and_else_that_of_mlflow() -> None:
    ours, theirs = Identifier(kind="attributes", name="id"), SOURCE
    node = parse("run_id in ('7', 'abc')")
    assert isinstance(node, Any)
    assert [(part.identifier, part.values) for part in node.parts] == [  # type: ignore[union-attr]
        (ours, (7.0,)), (theirs, ("mlflow:abc",)),
    ]  # fmt: skip
    assert isinstance(parse("run_id != 'abc'"), Not)


def test_a_name_alone_that_is_no_attribute_is_answered_with_the_right_form() -> None:
    with pytest.raises(FilterError, match=r"written params\.lr, a metric metrics\.lr"):
        parse("lr = 0.01")
    with pytest.raises(FilterError, match=r'params\."learning rate"'):
        parse('"learning rate" = 0.01')
