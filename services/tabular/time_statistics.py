"""Order, steps, gaps and changes of step of the times of a file."""

import itertools
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from services.tabular.reading import MAX_ROWS_LISTED, Gap, StepWidths, Times
from services.tabular.wall_clock import DAY, HOUR, MINUTE

MIN_REGULAR_RUN = 10
MAX_GAPS = 10_000
_GAP_FACTOR = 1.5
_TOLERANCE = 0.01


@dataclass
class TimeOrder:
    """How the rows of a file follow each other, counted as they come."""

    rows: int = 0
    ups: int = 0
    downs: int = 0
    repeats: int = 0
    first: int = 0
    last: int = 0
    low: int = 2**62
    high: int = -(2**62)
    out_of_order: list[int] = field(default_factory=list)

    def add(self, times: Times) -> None:
        """Take the next times in file order."""
        if not len(times):
            return
        if not self.rows:
            self.first = self.last = int(times[0])
        change = np.diff(times, prepend=self.last)
        up, down = int(np.count_nonzero(change > 0)), int(np.count_nonzero(change < 0))
        self.ups, self.downs = self.ups + up, self.downs + down
        self.repeats += len(times) - up - down - (not self.rows)
        if down and len(self.out_of_order) < MAX_ROWS_LISTED:
            places = np.flatnonzero(change < 0)[: MAX_ROWS_LISTED - len(self.out_of_order)]
            self.out_of_order += [self.rows + int(place) for place in places]
        self.low, self.high = min(self.low, int(times.min())), max(self.high, int(times.max()))
        self.last = int(times[-1])
        self.rows += len(times)

    @property
    def order(self) -> str:
        """One of "ascending", "descending" and "mixed"; rows of one time do not matter."""
        if not self.downs:
            return "ascending"
        return "mixed" if self.ups else "descending"

    @property
    def is_sorted_and_distinct(self) -> bool:
        """Whether each time is later than the one before."""
        return not self.downs and not self.repeats


@dataclass(frozen=True)
class StepChange:
    """From position ``place`` of the sorted distinct times on, the step is another."""

    place: int
    before: int
    after: int


@dataclass(frozen=True)
class StepAnalysis:
    """StepWidths of sorted distinct times, gaps, changes of step, and how irregular they are.

    ``irregular_share`` is the share of distances that are no multiple of the median within 1 %.
    """

    steps: StepWidths
    gaps: tuple[Gap, ...]
    gap_count: int
    changes: tuple[StepChange, ...]
    irregular_share: float
    median: int


@dataclass
class _Walk:
    """Runs of equal distances while walking over the times."""

    step: int = 0
    start: int = 0
    length: int = 0
    regular: list[tuple[int, int]] = field(default_factory=list)

    def end(self) -> None:
        if self.length >= MIN_REGULAR_RUN and len(self.regular) < MAX_GAPS:
            self.regular.append((self.start, self.step))


@dataclass
class StepCounter:
    """Counts distances between sorted distinct times as they come, in memory that stays small.

    Distances that are wide by what is known so far are kept with their place; ``analysis`` says
    which of them are gaps once the median is known.
    """

    rows: int = 0
    first: int = 0
    last: int = 0
    counts: Counter[int] = field(default_factory=Counter)
    wide: list[tuple[int, int]] = field(default_factory=list)
    _median2: int = 0
    _median_rows: int = 0
    _walk: _Walk = field(default_factory=_Walk)

    def add(self, times: Times) -> None:
        """Take the next times, each later than the one before."""
        if not len(times):
            return
        if self.rows:
            change = np.empty(len(times), np.int64)
            change[0] = times[0] - self.last
            np.subtract(times[1:], times[:-1], out=change[1:])
        else:
            self.first = int(times[0])
            change = np.diff(times)
        place = max(0, self.rows - 1)
        self.rows += len(times)
        self.last = int(times[-1])
        if len(change):
            self._count(place, change, times[len(times) - len(change) :])

    def _count(self, place: int, change: Times, ends: Times) -> None:
        usual = int(change[0])
        other = np.flatnonzero(change != usual)
        self.counts[usual] += len(change) - len(other)
        if not len(other):
            if usual != self._walk.step:
                _note_runs(self._walk, place, change)
            else:
                self._walk.length += len(change)
            self._keep_wide(change[:1], ends[:1])
            return
        values, numbers = np.unique(change[other], return_counts=True)
        self.counts.update(dict(zip(values.tolist(), numbers.tolist(), strict=True)))
        _note_runs(self._walk, place, change)
        self._keep_wide(change, ends)

    def _keep_wide(self, change: Times, ends: Times) -> None:
        if len(self.wide) >= MAX_GAPS:
            return
        if self.rows >= 2 * self._median_rows:
            self._median2, self._median_rows = _twice_median(self.counts), self.rows
        bound = _GAP_FACTOR * min(self._median2, 2 * int(change[0])) / 2
        for position in np.flatnonzero(change > bound)[: MAX_GAPS - len(self.wide)]:
            self.wide.append((int(change[position]), int(ends[position])))

    def analysis(self) -> StepAnalysis | None:
        """Return what the times say; None for fewer than two."""
        if self.rows < 2:
            return None
        self._walk.end()
        median2 = _twice_median(self.counts)
        changes = _changes(self._walk.regular)
        mean = (self.last - self.first) / (self.rows - 1)
        steps = StepWidths(
            median=_minutes(median2 / 2),
            min=_minutes(min(self.counts)),
            mean=_minutes(mean),
            max=_minutes(max(self.counts)),
            offset=offset_of(self.first, mean / MINUTE),
            offset_by_median=offset_of(self.first, median2 / 2 / MINUTE),
        )
        # hourly rows behind quarter-hourly ones are another step, not gaps
        regular = {step for change in changes for step in (change.before, change.after)}
        gaps = tuple(
            Gap(after=end - distance, before=end, missing=round(distance * 2 / median2) - 1)
            for distance, end in self.wide
            if _is_gap(distance, median2) and distance not in regular
        )
        count = sum(
            number
            for distance, number in self.counts.items()
            if _is_gap(distance, median2) and distance not in regular
        )
        share = _irregular(self.counts, median2 / 2)
        return StepAnalysis(steps, gaps, count, changes, share, round(median2 / 2))


def _is_gap(distance: int, median2: int) -> bool:
    return distance * 2 > _GAP_FACTOR * median2


def analyse_steps(times: Times) -> StepAnalysis | None:
    """Return what sorted distinct times say; None for fewer than two."""
    counter = StepCounter()
    counter.add(times)
    return counter.analysis()


def _minutes(microseconds: float) -> float:
    return round(microseconds / MINUTE, 6)


def offset_of(first: int, step: float) -> float | str:
    """Return the minutes of a time past its full hour modulo the step (contract 3.1), or "var"."""
    ratio = 60 / step
    if abs(ratio - round(ratio)) > 1e-9 or round(ratio) == 0:
        return "var"
    return round(first % HOUR / MINUTE % step, 6)


def _twice_median(counts: Counter[int]) -> int:
    total = sum(counts.values())
    low = high = None
    passed = 0
    for value in sorted(counts):
        passed += counts[value]
        if low is None and passed > (total - 1) // 2:
            low = value
        if passed > total // 2:
            high = value
            break
    return (low or 0) + (high or 0)


def _irregular(counts: Counter[int], median: float) -> float:
    odd = 0
    for value, number in counts.items():
        multiple = max(1, round(value / median))
        if abs(value - multiple * median) > _TOLERANCE * median:
            odd += number
    return odd / sum(counts.values())


def _note_runs(walk: _Walk, place: int, change: Times) -> None:
    starts = np.flatnonzero(change[1:] != change[:-1]) + 1
    if int(change[0]) != walk.step:
        starts = np.concatenate([[0], starts])
    if not len(starts):
        walk.length += len(change)
        return
    walk.length += int(starts[0])
    ends = np.append(starts[1:], len(change))
    long_enough = ends - starts >= MIN_REGULAR_RUN
    long_enough[-1] = True
    walk.end()
    for number in np.flatnonzero(long_enough):
        start = int(starts[number])
        walk.step, walk.start = int(change[start]), place + start
        walk.length = int(ends[number]) - start
        if number < len(starts) - 1:
            walk.end()


def _changes(regular: list[tuple[int, int]]) -> tuple[StepChange, ...]:
    pairs = itertools.pairwise(regular)
    return tuple(
        StepChange(start, before, after) for (_, before), (start, after) in pairs if before != after
    )[:MAX_ROWS_LISTED]


def plausible_range(times: Times) -> tuple[int, int] | None:
    """Return the range beyond which sorted times lie apart from all others, if some do.

    A tenth of the rows at most may lie beyond ten times the range of the middle half, with a gap
    of at least as much between (a clock that fell back to 2000).
    """
    if len(times) < 8:
        return None
    low, high = times[len(times) // 4], times[len(times) * 3 // 4]
    spread = max(int(high - low), DAY // 24)
    first, last = int(low) - 10 * spread, int(high) + 10 * spread
    inside = times[(times >= first) & (times <= last)]
    if len(inside) == len(times) or len(inside) < 0.9 * len(times):
        return None
    return int(inside[0]), int(inside[-1])
