"""``python -m services.tabular.merging``: merges two files of values; JSON in, JSON out."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app import sandbox


def main() -> None:
    """Merge within limits and answer what the result holds."""
    request = json.load(sys.stdin)
    sandbox.enter(request["parent"], sandbox.ProcessLimits(**request["limits"]))
    answer = merged_files(
        Path(request["old"]), Path(request["new"]), Path(request["target"]), request["rule"]
    )
    json.dump(answer, sys.stdout, allow_nan=False)
    sys.stdout.flush()
    os._exit(0)  # thread pools of libraries must not delay the end


def merged_files(old: Path, new: Path, target: Path, rule: str) -> dict[str, Any]:
    """Write the union of two files of values to ``target``; return its statistics and counts.

    Their keys are those of a reading's JSON: rows, utc_min, utc_max, step, gaps, gap_count and
    series (statistics by place); and ``overlap`` with the counts of ``MergedRows``.
    """
    from services.tabular.merge import merge, merge_issued
    from services.tabular.store import read_parquet, write_parquet

    (times, values, issued), (more, others, later) = read_parquet(old), read_parquet(new)
    if issued is None or later is None:
        result, issues = merge((times, values), (more, others), rule), None
    else:
        result, issues = merge_issued((times, values, issued), (more, others, later), rule)
    write_parquet(target, result.times, result.values, issues)
    overlap = {
        "new": result.new,
        "overlapping": result.overlapping,
        "differing": result.differing,
        "filled": result.filled,
        "examples": [asdict(one) for one in result.examples],
    }
    return {**_described(result.times, result.values), "overlap": overlap}


def _described(times: Any, values: Any) -> dict[str, Any]:
    import numpy as np

    from services.tabular.overview import of_table
    from services.tabular.time_statistics import analyse_steps
    from services.tabular.to_json import gaps_to_json, series_to_json, span_to_json

    analysis = analyse_steps(np.unique(times))
    steps, gaps, count = (
        (analysis.steps, analysis.gaps, analysis.gap_count) if analysis else (None, (), 0)
    )
    pictures = of_table(times, values)
    series = [_statistics(values[:, place], picture) for place, picture in enumerate(pictures)]
    return {
        "rows": len(times),
        **span_to_json(int(times[0]), int(times[-1]), steps),
        **gaps_to_json(gaps, count),
        **series_to_json(series),
    }


def _statistics(values: Any, picture: Any) -> Any:
    import numpy as np

    from services.tabular.reading import SeriesStatistics

    numbers = values[np.isfinite(values)]
    low, high, total = (
        (float(numbers.min()), float(numbers.max()), float(numbers.sum()))
        if len(numbers)
        else (None, None, None)
    )
    return SeriesStatistics(
        column=0,  # which column, and its name and unit, stand in the reading of the first file
        name=None,
        unit=None,
        numeric_rows=len(numbers),
        numeric_share=round(100 * len(numbers) / len(values), 2),
        min=low,
        max=high,
        sum=total,
        overview=picture,
    )


if __name__ == "__main__":
    main()
