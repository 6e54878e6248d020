"""The windows of a session as arrays to keep: all of them, or those of the test block."""

import io
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from services.forecasting.datasets.npz import Array, ArrayPieces, write_npz
from services.forecasting.training.prepare import PreparedData
from services.forecasting.violins.columns import session_columns
from services.forecasting.windows.calendar_features import calendar_blocks
from services.forecasting.windows.plan import CalendarBlock, SeriesPlan
from services.forecasting.windows.series import Integers

SAMPLES = 2_048  # of a piece
MAX_BYTES = 16 * 1024**3  # of X and Y together, not yet compressed
SECOND_US = 1_000_000
FLOAT = np.dtype("<f4")
OnShare = Callable[[float], None]


def too_large(prepared: PreparedData) -> bool:
    """Return whether X and Y of all samples are more than is kept."""
    steps, windows = prepared.plan.steps, prepared.windows
    cells = steps.input_steps * len(windows.input_names)
    cells += steps.output_steps * len(windows.output_names)
    return windows.n * cells * FLOAT.itemsize > MAX_BYTES


def dataset_arrays(
    prepared: PreparedData, on_share: OnShare = lambda _: None
) -> dict[str, ArrayPieces]:
    """Return the arrays for download, in physical units.

    X (n, I_N, F_in) and Y (n, O_N, F_out) float32, t_ref (n,) int64 seconds since 1970 in UTC,
    input_names, output_names, and block (n,): train, validation, test, or empty for a sample that
    a gap leaves out. ``on_share`` is called with the share of X and Y that is written.
    """
    windows, samples = prepared.windows, np.arange(prepared.windows.n)
    block = np.full(windows.n, "", dtype="<U10")
    for name, members in prepared.split.blocks.items():
        block[members] = name
    return {
        **_windows(prepared, samples, on_share),
        "block": ArrayPieces.whole(block),
    }


def test_arrays(prepared: PreparedData) -> dict[str, ArrayPieces]:
    """Return what plots of test samples read: ``dataset_arrays`` of the test block, and more.

    kinds (F_in,): input or time; input_hours (F_in, 2) and output_hours (F_out, 2): where the first
    and the last point lie, from the reference time; input_scaling (F_in, 2) and output_scaling
    (F_out, 2): scale and shift of each column. Samples are in the order of the split.
    """
    columns = list(session_columns(prepared))
    inputs = [one for one in columns if one.kind != "output"]
    outputs = [one for one in columns if one.kind == "output"]
    blocks = calendar_blocks(prepared.plan.calendar).values()
    horizons: list[SeriesPlan | CalendarBlock] = [*prepared.plan.inputs, *blocks]
    more = {
        "kinds": np.array([one.kind for one in inputs]),
        "input_hours": _hours(horizons),
        "output_hours": _hours(prepared.plan.outputs),
        "input_scaling": np.array([one.affine for one in inputs]).reshape(-1, 2),
        "output_scaling": np.array([one.affine for one in outputs]).reshape(-1, 2),
    }
    arrays = _windows(prepared, prepared.split.test, lambda _: None)
    return arrays | {name: ArrayPieces.whole(array) for name, array in more.items()}


def test_windows_file(prepared: PreparedData) -> bytes:
    """Return ``test_arrays`` as the bytes of a ``.npz``."""
    buffer = io.BytesIO()
    write_npz(buffer, test_arrays(prepared))
    return buffer.getvalue()


def _windows(
    prepared: PreparedData, samples: Integers, on_share: OnShare
) -> dict[str, ArrayPieces]:
    windows, steps = prepared.windows, prepared.plan.steps
    n, f_in, f_out = len(samples), len(windows.input_names), len(windows.output_names)
    cells = steps.input_steps * f_in, steps.output_steps * f_out
    share = cells[0] / max(1, sum(cells))
    return {
        "X": ArrayPieces(
            shape=(n, steps.input_steps, f_in),
            dtype=FLOAT,
            pieces=_pieces(windows.inputs, samples, lambda done: on_share(done * share)),
        ),
        "Y": ArrayPieces(
            shape=(n, steps.output_steps, f_out),
            dtype=FLOAT,
            pieces=_pieces(
                windows.outputs, samples, lambda done: on_share(share + done * (1 - share))
            ),
        ),
        "t_ref": ArrayPieces.whole(windows.reference_times[samples] // SECOND_US),
        "input_names": ArrayPieces.whole(np.array(windows.input_names)),
        "output_names": ArrayPieces.whole(np.array(windows.output_names)),
    }


def _pieces(
    gather: Callable[[Integers], Array], samples: Integers, on_share: OnShare
) -> Iterator[Array]:
    for begin in range(0, len(samples), SAMPLES):
        yield gather(samples[begin : begin + SAMPLES])
        on_share(min(1.0, (begin + SAMPLES) / len(samples)))


def _hours(plans: Sequence[SeriesPlan | CalendarBlock]) -> Array:
    """Return the first and the last hour of each window; a current value is at hour 0."""
    ends = [
        (0.0, 0.0) if one.form == "current" else (float(one.horizon_start), float(one.horizon_end))
        for one in plans
    ]
    return np.array(ends, dtype=np.float64).reshape(-1, 2)
