"""An evaluation of a language model as a run: settings, figures, a table of samples, a report.

It is a run and no benchmark run: its samples are scored by programs of others and rate no persons
(ADR 36).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.imports.domain.evaluation import EvaluationFigure, SampleScores, counted
from services.imports.domain.sample_scores import compared
from services.imports.points import MAX_CURVES, Points
from services.imports.sample_table import SampleTable
from services.imports.text import few, one_line, params_that_fit, storable, tags_that_fit
from services.imports.types import ForeignFile, ForeignResult, ForeignRun, SkippedRecord
from services.runs.update import MAX_NOTES
from services.tracking.catalogue import clamped, metric_of
from services.tracking.domain.columns import Columns
from services.tracking.domain.metric_names import fault_of_series_name
from services.tracking.labels import as_text

TABLE, TABLE_KIND = "samples.parquet", "evaluation_samples"
MAX_DEPTH = 3  # of settings within settings
_NAMED = 12  # metrics that a sentence names


@dataclass(kw_only=True)
class EvaluationRun:
    """What a reader gathered of one evaluation.

    ``extra`` are curves that are no figures of scores, such as tokens. ``reasons`` are sentences
    about what is not kept, by what they are about.
    """

    name: str
    status: str
    tags: Mapping[str, str]
    params: Mapping[str, Any]
    figures: Sequence[EvaluationFigure]
    scores: SampleScores
    table: SampleTable | None = None
    extra: Mapping[str, float] = field(default_factory=dict)
    notes: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    reasons: list[tuple[str, str]] = field(default_factory=list)

    def as_foreign(self) -> ForeignRun:
        """Return the run with everything that was not mapped named."""
        figures, refused = _that_fit(self.name, self.figures)
        agreed, unchecked, differing = compared(figures, self.scores)
        params, bad_params = params_that_fit(self.name, flattened(self.params))
        tags, bad_tags = tags_that_fit(self.name, self._tags(agreed))
        said = [*self.reasons, *differing, *self._remarks(figures, unchecked)]
        left = [SkippedRecord(name=self._about(what), reason=why) for what, why in said]
        at = self.end.timestamp() if self.end else 0.0
        return ForeignRun(
            name=self.name,
            status=self.status,
            start_time=self.start,
            end_time=self.end,
            notes=storable(self.notes or "")[:MAX_NOTES],
            params=params,
            tags=tags,
            series=_curves(figures, self.extra, at),
            goals={one.name: one.goal for one in figures if one.goal},
            declared=_result(figures),
            files=self._files(),
            left_out=list(few([*left, *refused, *bad_params, *bad_tags])),
        )

    def _about(self, what: str) -> str:
        return f"{self.name}: {one_line(what, '?')[:60]}" if what else self.name

    def _tags(self, agreed: Sequence[str]) -> Iterator[tuple[str, str]]:
        if agreed:
            yield "import.recomputed", ", ".join(agreed)[:1000]
        yield from ((name, storable(value)) for name, value in self.tags.items())

    def _files(self) -> list[ForeignFile]:
        if self.table is None or not self.table.num_rows:
            return []
        return [ForeignFile(name=TABLE, kind=TABLE_KIND, holder=self.table)]

    def _remarks(
        self, figures: Sequence[EvaluationFigure], unchecked: Sequence[str]
    ) -> Iterator[tuple[str, str]]:
        """Yield what is to be said of figures and samples besides what differs."""
        empty = [one.name for one in figures if one.value is None]
        if empty:
            yield "", f"metrics without a number in the file, a gap here: {_listed(empty)}"
        odd = [one.name for one in figures if _is_impossible(one)]
        if odd:
            yield "", f"metrics that cannot be what their names say are no results: {_listed(odd)}"
        if unchecked and self.scores.samples:
            yield "", f"kept as the file says, without being recomputed: {_listed(unchecked)}"
        if self.scores.unread:
            yield (
                "",
                f"scores that are no numbers are texts in the table: {_of(self.scores.unread)}",
            )
        if self.scores.left:
            yield "", f"not kept of the samples: {_of(self.scores.left)}"
        if self.table is not None and self.table.num_cut:
            yield "", f"texts of the samples that were cut: {self.table.num_cut:,}"


def flattened(given: Mapping[str, Any], before: str = "", depth: int = 1) -> Iterator[Any]:
    """Yield settings as (name, text), those within settings with dots; lists are JSON."""
    for name, value in given.items():
        full = storable(f"{before}{name}")
        if isinstance(value, dict) and depth < MAX_DEPTH:
            yield from flattened(value, f"{full}.", depth + 1)
        elif value is not None and value != [] and value != {}:
            yield full, storable(_text(value))


def _text(value: Any) -> str:
    try:
        return as_text(value)
    except (TypeError, ValueError):  # JSON has no NaN, and ours no integer of over 64 bits
        return str(value)


def _that_fit(
    run: str, figures: Iterable[EvaluationFigure]
) -> tuple[list[EvaluationFigure], list[SkippedRecord]]:
    """Return figures by names that a metric can have, each name once."""
    kept: dict[str, EvaluationFigure] = {}
    refused = []
    for one in figures:
        fault = fault_of_series_name(one.name)
        if fault is None and one.name in kept:
            fault = "another metric of the file has this name: the first is kept"
        if fault is None and len(kept) >= MAX_CURVES:
            fault = f"only the first {MAX_CURVES:,} metrics are kept"
        if fault is None:
            kept[one.name] = one
        else:
            name = f"{run}: metric {one_line(one.name, '?')[:60]}"
            refused.append(SkippedRecord(name=name, reason=fault))
    return list(kept.values()), refused


def _curves(
    figures: Sequence[EvaluationFigure], extra: Mapping[str, float], at: float
) -> dict[str, Columns]:
    values = {one.name: one.value for one in figures if one.value is not None}
    curves = {}
    for name, value in {**extra, **values}.items():
        points = Points()
        points.add(0, value, at)
        curves[name] = points.curve().columns
    return curves


def _result(figures: Sequence[EvaluationFigure]) -> ForeignResult | None:
    own = {one.name: one for one in figures if one.is_own and one.value is not None}
    if not own:
        return None
    counts = {one.num_samples for one in own.values()}
    metrics = {name: one.value for name, one in own.items()}
    return ForeignResult(metrics=metrics, num_rows=counts.pop() if len(counts) == 1 else None)


def _is_impossible(figure: EvaluationFigure) -> bool:
    known = metric_of(figure.name) is not None and figure.value is not None
    return known and clamped(figure.name, figure.value) is None


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(one_line(name, "?")[:60] for name in names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown} and {len(names) - _NAMED} more"


def _of(counts: Counter[str]) -> str:
    return one_line(counted(counts), "?") if len(counts) < _NAMED else counted(counts, _NAMED)
