"""Order, steps, gaps and changes of step of the times of a file."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from services.tabular.reading import MAX_ROWS_LISTED, Gap, Steps, Times
from services.tabular.time_parse import DAY, HOUR, MINUTE

MIN_REGULAR_RUN = 10
MAX_GAPS = 10_000
_GAP_FACTOR = 1.5
_TOLERANCE = 0.01

Chunks = Callable[[], Iterable[Times]]


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
        """ "ascending", "descending" or "mixed"; rows of one time do not matter."""
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
    """Steps of sorted distinct times, gaps, changes of step, and how irregular they are.

    ``irregular_share`` is the share of distances that are no multiple of the median within 1 %.
    """

    steps: Steps
    gaps: tuple[Gap, ...]
    gap_count: int
    changes: tuple[StepChange, ...]
    irregular_share: float
    median: int


def analyse_steps(chunks: Chunks, first: int, last: int, count: int) -> StepAnalysis | None:
    """Return what sorted distinct times say, read twice in chunks; None for fewer than two."""
    if count < 2:
        return None
    counts = _distances(chunks())
    median2 = _twice_median(counts)
    gaps, gap_count, changes = _walk(chunks(), median2)
    mean = (last - first) / (count - 1)
    steps = Steps(
        median=_minutes(median2 / 2),
        min=_minutes(min(counts)),
        mean=_minutes(mean),
        max=_minutes(max(counts)),
        offset=offset_of(first, mean / MINUTE),
        offset_by_median=offset_of(first, median2 / 2 / MINUTE),
    )
    share = _irregular(counts, median2 / 2)
    return StepAnalysis(steps, gaps, gap_count, changes, share, round(median2 / 2))


def _minutes(microseconds: float) -> float:
    return round(microseconds / MINUTE, 6)


def offset_of(first: int, step: float) -> float | str:
    """Return the minutes of a time past its full hour modulo the step (contract 3.1), or "var"."""
    ratio = 60 / step
    if abs(ratio - round(ratio)) > 1e-9 or round(ratio) == 0:
        return "var"
    return round(first % HOUR / MINUTE % step, 6)


def _changes_of(chunks: Iterable[Times]) -> Iterator[tuple[int, Times, Times]]:
    """Yield (position of the first distance, times with their predecessor, distances)."""
    previous: Times | None = None
    place = 0
    for chunk in chunks:
        if not len(chunk):
            continue
        times = chunk if previous is None else np.concatenate([previous, chunk])
        if len(times) > 1:
            yield place, times, np.diff(times)
            place += len(times) - 1
        previous = chunk[-1:]


def _distances(chunks: Iterable[Times]) -> Counter[int]:
    counts: Counter[int] = Counter()
    for _, _, change in _changes_of(chunks):
        usual = int(change[0])
        rest = change[change != usual]
        counts[usual] += len(change) - len(rest)
        if len(rest):
            values, numbers = np.unique(rest, return_counts=True)
            counts.update(dict(zip(values.tolist(), numbers.tolist(), strict=True)))
    return counts


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


def _walk(
    chunks: Iterable[Times], median2: int
) -> tuple[tuple[Gap, ...], int, tuple[StepChange, ...]]:
    walk, gaps, count = _Walk(), list[tuple[int, Gap]](), 0
    for place, times, change in _changes_of(chunks):
        _note_runs(walk, place, change)
        wide = np.flatnonzero(change * 2 > _GAP_FACTOR * median2)
        count += len(wide)
        for position in wide[: MAX_GAPS - len(gaps)]:
            distance = int(change[position])
            gap = Gap(
                after=int(times[position]),
                before=int(times[position + 1]),
                missing=round(distance * 2 / median2) - 1,
            )
            gaps.append((distance, gap))
    walk.end()
    changes = _changes(walk.regular)
    # hourly rows behind quarter-hourly ones are another step, not gaps
    steps = {change.after for change in changes} | {change.before for change in changes}
    kept = tuple(gap for distance, gap in gaps if distance not in steps)
    return kept, count - (len(gaps) - len(kept)), changes


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
    pairs = zip(regular, regular[1:], strict=False)
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
