import pytest

from services.runs.results.report.contents import decimals, per_cent


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        (float("nan"), "NaN"),
        (0.0, "0.0000"),
        (0.96491, "0.9649"),
        (56.12461, "56.1246"),
        (0.00004, "4e-05"),
        (1.0, "1.0000"),
        (1 - 1e-15, "1.0000"),
        (0.99996, "0.99996"),
        (-0.9999997, "-0.9999997"),
        (1.00004, "1.0000"),
    ],
)
def test_a_number_has_four_digits_and_more_where_it_would_read_as_one(
    value: float | None, text: str
) -> None:
    assert decimals(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0.0 %"), (0.0004, "< 0.1 %"), (0.636, "63.6 %"), (0.9997, "> 99.9 %"), (1, "100.0 %")],
)
def test_a_share_reads_as_all_or_none_only_where_it_is(share: float, text: str) -> None:
    assert per_cent(share) == text
