"""What a site reports of its work beside its update, for the ledger alone: no strategy sees it."""

import math
from collections.abc import Mapping

from flwr.app import ConfigRecord, RecordDict

from services.runs.training.engine.metrics import SHORT, Metrics

RECORD = "ledger"
SECONDS, AFTER = "training-seconds", "after-"
MAX_NAMES, MAX_NAME_LENGTH = 64, 100
_LONG = {short: name for name, short in SHORT.items()}


def report_record(seconds: float, after: Metrics) -> ConfigRecord:
    """Return how long a site worked and what its own model scores on its validation rows."""
    known = {AFTER + name: value for name, value in after.items() if value is not None}
    return ConfigRecord({SECONDS: seconds, **known})


def parse_report(content: RecordDict) -> tuple[float | None, Metrics]:
    """Return a site's seconds and metrics; what makes no sense counts as not reported."""
    record = content.config_records.get(RECORD)
    if record is None:
        return None, {}
    values = dict(list(record.items())[: MAX_NAMES + 1])
    seconds = _number(values.get(SECONDS))
    after = {
        name.removeprefix(AFTER): _number(value)
        for name, value in values.items()
        if name.startswith(AFTER) and len(name) <= MAX_NAME_LENGTH
    }
    return (seconds if seconds is not None and seconds >= 0 else None), after


def bare(metrics: Mapping[str, float | None]) -> Metrics:
    """Return validation metrics by their own names: ``val_acc`` is ``accuracy``."""
    names = {name: name.removeprefix("val_") for name in metrics if name.startswith("val_")}
    return {_LONG.get(short, short): metrics[name] for name, short in names.items()}


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e300 and math.isfinite(value) else None
