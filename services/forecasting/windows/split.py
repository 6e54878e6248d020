"""From samples to blocks for training, validation and testing: contract 3.7, Q10-Q12 and Q31."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from services.forecasting.windows.build import Windows
from services.forecasting.windows.errors import TooFewSamples
from services.forecasting.windows.geometry import Instants
from services.forecasting.windows.plan import SplitPlan, WindowPlan, exact
from services.forecasting.windows.resample import Mask
from services.forecasting.windows.series import Integers
from services.forecasting.windows.series_columns import series_extent
from services.seeding import generator

BLOCKS = ("train", "validation", "test")
Sizes = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True, eq=False)
class WindowSplit:
    """Which samples are in which block: numbers of samples, each shape (its size,).

    Only the order of ``train`` is ever shuffled. ``left_out`` are samples of the gaps.
    """

    train: Integers
    validation: Integers
    test: Integers
    left_out: Integers

    @property
    def sizes(self) -> Sizes:
        """Return the sizes of the three blocks."""
        return len(self.train), len(self.validation), len(self.test)

    @property
    def blocks(self) -> dict[str, Integers]:
        """Return the samples of each block by its name."""
        return {"train": self.train, "validation": self.validation, "test": self.test}


def block_sizes(n: int, plan: SplitPlan) -> Sizes:
    """Return n_train = round(p_train · n), n_validation likewise, n_test the rest.

    Percentages are exact decimals, halves go to the even number: 0.7 · 45 is 31.5, hence 32.
    """
    train = round(exact(plan.train) / 100 * n)
    validation = round(exact(plan.validation) / 100 * n)
    return train, validation, n - train - validation


def gapped_sizes(times: Instants, sizes: Sizes, extent: tuple[int, int]) -> tuple[int, int]:
    """Return how many samples of the first two blocks stay before a gap.

    A sample goes if it shares an instant with the first sample of the next block: if its last
    instant, over all series, is not before the first one of that sample. ``times`` are sorted
    reference times, ``extent`` the first and last microsecond of a sample relative to its own.
    """
    train, validation, test = sizes
    if not train + validation + test:
        return 0, 0
    first, last = extent
    stays = []
    for begin, end in ((0, train), (train, train + validation)):
        bound = int(times[min(end, len(times) - 1)]) + first - last
        stays.append(
            int(np.clip(np.searchsorted(times, bound, side="left") - begin, 0, end - begin))
        )
    return stays[0], stays[1]


def sample_extent(plan: WindowPlan) -> tuple[int, int]:
    """Return the first and last microsecond of a sample over all its series."""
    sides = (plan.inputs, plan.steps.input_steps), (plan.outputs, plan.steps.output_steps)
    extents = [series_extent(one, points) for side, points in sides for one in side]
    return min(first for first, _ in extents), max(last for _, last in extents)


def split_windows(windows: Windows, plan: SplitPlan) -> WindowSplit:
    """Return contiguous blocks in order of time: train, validation, test.

    Raises TooFewSamples when a block would be empty, also after its gap. With ``plan.leaky`` and
    ``plan.shuffle`` samples are permuted before the split, as the reference does.
    """
    sizes = block_sizes(windows.n, plan)
    if min(sizes) < 1:
        raise TooFewSamples(windows.n, needed_samples(windows.n, plan), sizes)
    order = np.arange(windows.n, dtype=np.int64)
    if plan.leaky and plan.shuffle:
        order = generator(plan.seed, "leaky split").permutation(windows.n)
    train, validation, test = np.split(order, np.cumsum(sizes)[:2])
    if plan.gap:
        train, validation = _before_gaps(windows, train, validation, test)
    if not len(train) or not len(validation):
        lost = max(sizes[0] - len(train), sizes[1] - len(validation))
        left = len(train), len(validation), len(test)
        raise TooFewSamples(windows.n, needed_samples(windows.n, plan, lost), left)
    left_out = np.setdiff1d(order, np.concatenate([train, validation, test]))
    if plan.shuffle and not plan.leaky:
        train = generator(plan.seed, "training order").permutation(train)
    return WindowSplit(train=train, validation=validation, test=test, left_out=left_out)


def needed_samples(n: int, plan: SplitPlan, lost: int = 0) -> int:
    """Return the next number of samples with which no block is empty.

    ``lost`` samples go from each of the first two blocks. Beyond what is worth counting through, a
    number that is surely enough is returned.
    """
    train, validation, test = (exact(one) / 100 for one in (plan.train, plan.validation, plan.test))
    half = Fraction(1, 2)
    begin = max(n + 1, int((lost + half) / train), int((lost + half) / validation))
    for candidate in range(begin, begin + 10_000):
        sizes = block_sizes(candidate, plan)
        if sizes[0] > lost and sizes[1] > lost and sizes[2] > 0:
            return candidate
    return max(begin, int(2 / test) + 1, int((lost + 2) / min(train, validation)) + 1)


def _before_gaps(
    windows: Windows, train: Integers, validation: Integers, test: Integers
) -> tuple[Integers, Integers]:
    """Return what stays of the first two blocks: no shared instant, and no shared raw row."""
    sizes = len(train), len(validation), len(test)
    stays = gapped_sizes(windows.reference_times, sizes, sample_extent(windows.plan))
    later = np.concatenate([validation, test])
    kept_train = without_rows_of(windows, train[: stays[0]], later)
    return kept_train, without_rows_of(windows, validation[: stays[1]], test)


def without_rows_of(windows: Windows, samples: Integers, later: Integers) -> Integers:
    """Return the samples that read no raw row that a later block reads."""
    grid_rows, rows = windows.kept[samples], rows_by_origin(windows, later)
    reads: Mask = np.zeros(len(samples), dtype=bool)
    for column in windows.series_columns:
        reads |= column.reads_any(rows[column.origin], grid_rows)
    return samples[~reads]


def rows_by_origin(windows: Windows, samples: Integers | Sequence[int]) -> dict[str, Mask]:
    """Return which raw rows some samples read, by their source: a mask over its rows each."""
    grid_rows = windows.kept[np.asarray(samples, dtype=np.int64)]
    rows: dict[str, Mask] = {}
    for column in windows.series_columns:
        used = column.rows_used(grid_rows)
        rows[column.origin] = used | rows[column.origin] if column.origin in rows else used
    return rows
