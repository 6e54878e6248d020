"""Which runs are best."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from services.runs.results.domain.ranking import top

SHARE = st.sampled_from([None, 0.0, 0.5, 0.75])


@dataclass
class Measured:
    run_id: int
    accuracy: float | None
    recall: float | None


def test_accuracy_decides_then_recall_then_age_and_unknown_comes_last() -> None:
    scores = [(0.5, 0.9), (0.9, None), (0.9, 0.0), (0.9, 0.5), (None, 1.0), (0.9, 0.5)]
    runs = [Measured(number, *one) for number, one in enumerate(scores)]
    assert [run.run_id for run in top(runs, 10)] == [3, 5, 2, 1, 0]
    assert [run.run_id for run in top(runs, 2)] == [3, 5]


@given(st.lists(st.tuples(SHARE, SHARE)), st.integers(0, 5), st.randoms())
def test_the_order_of_arrival_never_matters(scores: list, limit: int, random: object) -> None:
    runs = [Measured(number, *one) for number, one in enumerate(scores)]
    best = top(runs, limit)
    random.shuffle(runs)  # type: ignore[attr-defined]
    assert top(runs, limit) == best
    assert len(best) == min(limit, sum(run.accuracy is not None for run in runs))
