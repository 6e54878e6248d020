"""What a site says of its data where the server has none: names of classes and columns.

The first question of a run is then an open one, and what most sites have becomes the plan.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flwr.app import ConfigRecord, RecordDict

from services.datasets.types import FILLS, DatasetSummary, TrainingData
from services.federations.domain.agreement import Agreement, Offer
from services.federations.engine.facts import MAX_ROWS, read_json

OFFER = "offer"
MAX_CLASSES, MAX_COLUMNS, MAX_NAME_LENGTH = 1_000, 50_000, 200
MAX_SIDE = 100_000
KINDS = ("table", "images")


def offer_of(summary: DatasetSummary, data: TrainingData | None, site: str) -> Offer:
    """Return what a site reports of its rows: no value of any of them. Images need no ``data``."""
    shape = summary.image_shape
    return Offer(
        site=site,
        kind=summary.kind,
        rows=summary.num_rows,
        classes=[name for name in summary.classes if summary.class_distribution.get(name)],
        features=[] if data is None else list(data.feature_names),
        categories=[] if data is None else list(data.categories),
        fills={} if data is None else dict(data.fills),
        image_shape=None if shape is None else (shape[0], shape[1], shape[2]),
    )


def offer_record(offer: Offer) -> ConfigRecord:
    """Return an offer as Flower sends it."""
    return ConfigRecord({"json": json.dumps(asdict(offer), allow_nan=False)})


def read_offer(content: RecordDict, site: str) -> Offer:
    """Return the offer in an answer of ``site``; raises ``ValueError`` for what makes no sense."""
    values = read_json(content, OFFER)
    kind, rows, shape = values.get("kind"), values.get("rows"), values.get("image_shape")
    if kind not in KINDS:
        raise ValueError("it does not say whether it has a table or images")
    if type(rows) is not int or not 1 <= rows <= MAX_ROWS:
        raise ValueError(f"its rows are not between 1 and {MAX_ROWS}")
    categories = _names(values.get("categories", []), "categories", 0, MAX_COLUMNS)
    least = int(kind == "table" and not categories)
    return Offer(
        site=site,
        kind=str(kind),
        rows=rows,
        classes=_names(values.get("classes"), "classes", 1, MAX_CLASSES),
        features=_names(values.get("features"), "columns", least, MAX_COLUMNS),
        categories=categories,
        fills=_fills(values.get("fills", {})),
        image_shape=_shape(shape) if kind == "images" else None,
    )


def agreement_to_bytes(agreement: Agreement) -> bytes:
    """Return what a checkpoint keeps of an agreement: a resumed run must not agree again."""
    return json.dumps(asdict(agreement)).encode()


def agreement_from_bytes(content: bytes) -> Agreement:
    """Return the agreement of a checkpoint."""
    values = json.loads(content)
    shape = values.pop("image_shape")
    return Agreement(**values, image_shape=None if shape is None else tuple(shape))


def _names(names: Any, what: str, minimum: int, maximum: int) -> Sequence[str]:
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        raise ValueError(f"its {what} are no names")
    if not minimum <= len(names) <= maximum or len(set(names)) != len(names):
        raise ValueError(f"its {what} are not between {minimum} and {maximum} different ones")
    if any(not 0 < len(one) <= MAX_NAME_LENGTH or not one.isprintable() for one in names):
        raise ValueError(f"its {what} have names that are too long or cannot be shown")
    return names


def _fills(fills: Any) -> dict[str, str]:
    if not isinstance(fills, dict) or not all(one in FILLS for one in fills.values()):
        raise ValueError("it does not say how its gaps are filled")
    return fills


def _shape(shape: Any) -> tuple[int, int, int]:
    if not isinstance(shape, list) or [type(one) for one in shape] != [int, int, int]:
        raise ValueError("its images have no height, width and colours")
    height, width, channels = shape
    if not (1 <= height <= MAX_SIDE and 1 <= width <= MAX_SIDE and channels in (1, 3)):
        raise ValueError(f"its images are {height} x {width} in {channels} colours")
    return height, width, channels
