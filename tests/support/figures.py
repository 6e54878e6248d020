"""Figures as pages write them, written down once more, and tables as they are read on a page."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from playwright.sync_api import Page, expect
from scipy import stats


class Cell(NamedTuple):
    """A cell of a table: what it says, and whether it is marked as the best."""

    text: str
    is_best: bool


READ = """
(table) => [...table.querySelectorAll("tbody tr:not([aria-hidden])")].map((row) => [
  row.querySelector("th").innerText, [...row.querySelectorAll("td:not(.tick)")].map((cell) => {
    const copy = cell.cloneNode(true);
    for (const one of copy.querySelectorAll("b .sr")) one.remove();
    for (const one of copy.querySelectorAll("span, b")) one.append(" ");
    return [copy.textContent, cell.querySelector("b") !== null];
  })])
"""


def table_on(page: Page, test_id: str, rows: int | None) -> dict[str, list[Cell]]:
    """Return the cells of a table by the header of their row."""
    table = page.get_by_test_id(test_id)
    body = table.locator("tbody tr:not([aria-hidden])")
    if rows is not None:
        expect(body).to_have_count(rows)
    expect(body.first.get_by_role("cell").first).to_be_visible()
    expect(page.get_by_text("loading")).to_have_count(0)
    found = table.evaluate(READ)
    return {
        " ".join(head.split()): [Cell(" ".join(text.split()), best) for text, best in cells]
        for head, cells in found
    }


def words(name: str) -> str:
    """Return the name of a metric as pages write it."""
    known = {
        "acc": "accuracy",
        "accuracy": "accuracy",
        "auroc": "AUROC",
        "f1": "F1",
        "f1_score": "F1",
        "val": "validation",
        "train": "training",
        "global": "server",
        "smape": "sMAPE",
        "mase_seasonal": "seasonal MASE",
        "skill": "skill score",
        **{name: name.upper() for name in ("mae", "rmse", "mse", "mape", "wape", "nrmse", "mase")},
    }
    if name in known:
        return known[name]
    return " ".join(known.get(part, part) for part in name.replace("-", "_").split("_") if part)


RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def figure(value: float | None) -> str:
    """Return a measured value as pages write it: with four significant digits."""
    if value is None:
        return "–"
    if value == 0:
        return "0"
    text = _short_of_one(abs(value)) or f"{abs(value):#.4g}".removesuffix(".")
    if not 0.001 <= float(text) < 10_000:
        mantissa, power = f"{abs(value):.3e}".split("e")
        text = f"{mantissa}×10{str(int(power)).translate(RAISED)}"
    return f"−{text}" if value < 0 else text


def _short_of_one(size: float) -> str | None:
    """Return what four digits would write as 1 with the digits that it needs, None otherwise."""
    if not 0.99995 <= size < 1 - 5e-10:
        return None
    return next(text for digits in range(5, 10) if float(text := f"{size:.{digits}f}") < 1)


def spellings(value: float) -> set[str]:
    """Return how a computed number may read: half of the last digit goes either way."""
    return {figure(value * (1 + rounding)) for rounding in (-1e-13, 0.0, 1e-13)}


def signed(value: float) -> str:
    """Return a difference with its sign."""
    return "0" if value == 0 else f"{'−' if value < 0 else '+'}{figure(abs(value))}"


def duration(seconds: float) -> str:
    """Return a length of time as pages write it."""
    if 0 < seconds < 1:
        return f"{round(seconds * 1000)} ms"
    if seconds < 10:
        return f"{seconds:.1f} s" if seconds else "0 s"
    total = int(seconds + 0.5)
    if total < 60:
        return f"{total} s"
    minutes = total // 60
    if minutes < 60:
        return f"{minutes} min {total % 60:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def interval(values: Sequence[float], *, is_share: bool) -> tuple[float | None, float | None]:
    """Return Student's 95 % interval of a mean; of a share Wilson's with the same error."""
    n, mean = len(values), math.fsum(values) / len(values)
    error = float(stats.sem(values))
    t = float(stats.t.ppf(0.975, n - 1))
    if not is_share:
        return mean - t * error, mean + t * error
    if error == 0 or not 0 < mean < 1:
        return None, None
    size = mean * (1 - mean) / error**2
    centre = (mean + t**2 / (2 * size)) / (1 + t**2 / size)
    half = t / (1 + t**2 / size) * math.sqrt(mean * (1 - mean) / size + t**2 / (4 * size**2))
    return centre - half, centre + half
