"""Curves on the wire: columnar JSON straight from numpy, or Arrow where the client accepts it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from quart import Response, request

from app import strict_json
from services.tracking.domain.columns import Floats
from services.tracking.metrics import Curve
from services.tracking.metrics.arrow import ARROW, arrow_of

JSON = "application/json"
DIGITS = 9
FINEST = 22  # the largest power of ten that a double holds exactly


def curves_response(curves: Sequence[Curve], *, times: bool) -> Response:
    """Return the curves in the format that the client prefers."""
    if request.accept_mimetypes.best_match([JSON, ARROW], default=JSON) == ARROW:
        response = Response(arrow_of(curves), content_type=ARROW)
    else:
        payload = {"series": [_columns(curve, times=times) for curve in curves]}
        response = Response(strict_json.dump_bytes(payload), content_type=JSON)
    response.vary.add("Accept")
    return response


def _columns(curve: Curve, *, times: bool) -> dict[str, Any]:
    pieces = curve.pieces
    shorter = _nine_digits if curve.is_thinned else np.ascontiguousarray
    columns = {
        "run_id": curve.run_id,
        "name": curve.name,
        "client": curve.client,
        "count": pieces.points,
        "steps": np.ascontiguousarray(pieces.steps),
        "values": shorter(pieces.values),
    }
    if times:
        columns["times"] = np.round(pieces.times, 3)
    if curve.is_thinned:
        columns |= {"min": shorter(pieces.low), "max": shorter(pieces.high)}
    return columns


def _nine_digits(values: Floats) -> Floats:
    """Return values to nine digits, finer than any screen; whole numbers as they are."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        before = np.floor(np.log10(np.abs(values)))
        decimals = np.clip(DIGITS - 1 - before, 0, FINEST)
        scale = 10.0 ** np.where(np.isfinite(decimals), decimals, 0)
        rounded = np.rint(values * scale) / scale
    exact = (values == np.trunc(values)) | (before < DIGITS - FINEST) | ~np.isfinite(values)
    return np.where(exact, values, rounded)
