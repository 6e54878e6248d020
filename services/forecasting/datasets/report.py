"""What the windows page shows of the datasets: sizes, range, dropped samples, certificate."""

import hashlib
from collections.abc import Mapping
from typing import Any

from app import strict_json
from services.forecasting.datasets.dropped import drop_summary, iso
from services.forecasting.training.prepare import PreparedData


def windows_report(prepared: PreparedData) -> dict[str, Any]:
    """Return the report as JSON has it."""
    windows, steps = prepared.windows, prepared.plan.steps
    times = windows.reference_times
    return {
        "n_dat": windows.n,
        "sizes": {**prepared.sizes, "left_out": len(prepared.split.left_out)},
        "reference": {
            "first": iso(times[0]),
            "last": iso(times[-1]),
            "step_minutes": float(steps.step_minutes),
            "candidates": windows.grid.count,
        },
        "shapes": {
            "X": [windows.n, steps.input_steps, len(windows.input_names)],
            "Y": [windows.n, steps.output_steps, len(windows.output_names)],
        },
        "input_names": list(windows.input_names),
        "output_names": list(windows.output_names),
        "dropped": drop_summary(windows.dropped),
        "certificate": certificate_json(prepared.certificate.to_json()),
        "scalers": prepared.scalers.to_json(),
    }


def certificate_json(certificate: dict[str, Any]) -> dict[str, Any]:
    """Return a certificate whose reference times are ISO 8601 with Z."""
    blocks = [
        {**one, **{name: iso(one[name]) for name in ("first_reference", "last_reference")}}
        for one in certificate["blocks"]
    ]
    return {**certificate, "blocks": blocks}


def plan_digest(plan: Mapping[str, Any]) -> str:
    """Return a hash by which a session's settings are compared with those of its datasets."""
    return hashlib.sha256(strict_json.dump_bytes(plan)).hexdigest()
