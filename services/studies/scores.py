"""From a run to its score in a study."""

import math
from typing import Any

from app.models.run import Run
from app.models.study import StudyRun
from services.studies.domain.outcome import Score
from services.tracking.domain.metric_names import is_share, short_name

ROUNDING = 1e-9  # a weighted mean of ones may come out this much above 1


def score_of(part: StudyRun, run: Run, metric: str) -> Score:
    """Return what one training of a study came to, from the manifest of its run."""
    manifest = (run.manifest if run.status == "completed" else None) or {}
    test, split = manifest.get("test", {}), manifest.get("split", {})
    sites = {name: int(one["train"]) for name, one in split.get("clients", {}).items()}
    return Score(
        run_id=run.id,
        arm=part.arm,
        seed=part.seed,
        client=part.client,
        status=run.status,
        value=_possible(test.get("metrics", {}).get(short_name(metric)), metric),
        train_rows=sum(sites.values()) if sites else split.get("train"),
        test_rows=split.get("test"),
        site_rows=sites,
        tested_on=manifest.get("test_rows_sha256"),
    )


def _possible(value: Any, metric: str) -> float | None:
    """Return a measured value; None of what is no number, or no share where it must be one."""
    if not isinstance(value, int | float) or not math.isfinite(value):
        return None
    if not is_share(metric):
        return value
    nearest = min(max(value, 0.0), 1.0)
    return nearest if abs(value - nearest) < ROUNDING else None
