"""Finds the sign that parts columns."""

import re
from collections import Counter

from services.tabular.records import split_quoted
from services.tabular.time_shapes import shape_of

CANDIDATES = (";", ",", "\t", "|")
_EXCEL = re.compile(r'"?sep=(?P<separator>.)"?[,;\t|]*\s*', re.IGNORECASE)
_LINES = 120


def excel_separator(line: str) -> str | None:
    """Return what Excel's line "sep=;" names."""
    match = _EXCEL.fullmatch(line)
    return match["separator"] if match else None


def find_separator(text: str) -> str:
    """Return the separator whose columns are most even and of which one holds times."""
    lines = [line for line in text.split("\n", 4 * _LINES)[: 4 * _LINES] if line.strip()]
    first = next(iter(lines), "")
    if said := excel_separator(first):
        return said if said in CANDIDATES else ";"
    lines = _chosen([line for line in lines if not line.startswith("#")] or lines)
    scores = {candidate: _score(lines, candidate) for candidate in CANDIDATES}
    return max(CANDIDATES, key=lambda candidate: scores[candidate])


def _chosen(lines: list[str]) -> list[str]:
    """Return lines from all over: a long preamble must not decide."""
    step = max(1, len(lines) // _LINES)
    return lines[::step][:_LINES]


def _score(lines: list[str], separator: str) -> tuple[float, float, bool, int]:
    rows = [split_quoted(line, separator)[0] for line in lines if separator in line]
    rows = [row for row in rows if len(row) > 1]
    if not rows:
        return (0.0, 0.0, False, 0)
    width, count = Counter(len(row) for row in rows).most_common(1)[0]
    even = count / len(lines)
    timed = sum(_has_time(row) for row in rows) / len(lines)
    starts = len(split_quoted(lines[0], separator)[0]) == width
    return (round(timed, 1), round(even, 1), starts, -CANDIDATES.index(separator))


def _has_time(row: list[str]) -> bool:
    return any(shape_of(cell) for cell in row[:12])
