"""Reading the four counts of a binary confusion matrix where they were stored."""

from collections.abc import Mapping

from app.models.run import ServerEvaluation
from services.runs.results.domain.confusion import ConfusionStatistics, confusion_statistics
from services.runs.results.domain.history import Counts, counts_of
from services.runs.statements import SeriesSummary
from services.tracking.domain.metric_names import COUNTS, count_name


def counts_of_round(evaluation: ServerEvaluation) -> Counts | None:
    """Return the counts of a round, None unless all four are known; zero is a count."""
    return counts_of(
        (
            evaluation.true_positives,
            evaluation.true_negatives,
            evaluation.false_positives,
            evaluation.false_negatives,
        )
    )


def counts_of_epoch(series: Mapping[str, SeriesSummary]) -> Counts | None:
    """Return the counts of the newest epoch, None unless all four belong to that epoch."""
    summaries = [series.get(count_name(count)) for count in COUNTS]
    steps = {one.last_step for one in summaries if one is not None}
    values = [one.last for one in summaries if one is not None and one.last is not None]
    if len(values) != len(COUNTS) or len(steps) != 1:
        return None
    return counts_of(values)


def statistics_of(counts: Counts | None) -> ConfusionStatistics | None:
    """Return the statistics of four counts, None where one is unknown."""
    return None if counts is None else confusion_statistics(*counts)
