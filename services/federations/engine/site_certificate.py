"""What a site says of its own fits: which it made, on how many training rows, and their hash.

It is counted where the rows are and holds no row: numbers of rows and patients, the middle values
and categories that the site named before, and hashes of row numbers.
"""

import json
import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from flwr.app import ConfigRecord, RecordDict

from services.datasets.types import TrainingData
from services.federations.engine.columns import MAX_VALUE, plain_fit
from services.federations.engine.facts import SiteFacts, read_json
from services.federations.engine.preparing import NOTHING
from services.runs.training.config.config import TrainingConfig
from services.runs.training.data.certificate import (
    TRAIN,
    ColumnFit,
    PartLineage,
    RunCertificate,
    SharedUnits,
    certify_run,
    leaks_of,
)
from services.runs.training.data.sharing import Shard
from services.runs.training.data.split import Split
from services.runs.training.data.table import ColumnCounts, TableFit, count_columns, most_common
from services.runs.training.engine.preparation import is_scaled

CERTIFICATE, VALIDATION, CATEGORIES = "certificate", "validation", "categories"
_HASH = re.compile("[0-9a-f]{64}")


def certify_site(
    data: TrainingData, shard: Shard, config: TrainingConfig, fit: TableFit | None
) -> RunCertificate:
    """Return the certificate of a site's rows; its values are the site's own, not the agreed ones.

    ``data`` is in the plan's order; ``fit`` is what all sites agreed on, None for images.
    """
    split = Split(train=shard.train, validation=shard.validation, test=NOTHING)
    made = certify_run(
        data, split, [], shard.train, fit or plain_fit(data), scaled=is_scaled(data, config)
    )
    own = count_columns(data, shard.train)
    return replace(made, fits=[replace(one, value=_own_value(one, own)) for one in made.fits])


def certificate_record(certificate: RunCertificate) -> ConfigRecord:
    """Return what a site says of its fits as Flower sends it.

    It is a record of its own: a server of an earlier release does not look for it.
    """
    return ConfigRecord({"json": json.dumps(certificate.to_json(), allow_nan=False)})


def read_certificate(
    content: RecordDict, facts: SiteFacts, expected: RunCertificate
) -> Mapping[str, Any] | None:
    """Return the certificate in an answer as JSON; None from a site that sends none.

    ``expected`` has the fits of this run. Raises ``ValueError`` for what makes no sense; leaks are
    counted here, whatever the site says of them.
    """
    if CERTIFICATE not in content.config_records:
        return None
    values = read_json(content, CERTIFICATE)
    most = {TRAIN: facts.train_rows, VALIDATION: facts.validation_rows, "test": 0}
    blocks = [_block(values, name, rows) for name, rows in most.items()]
    shared, fits = [_shared(values, facts)], _fits(values, most, expected)
    leaks = leaks_of(shared, fits)
    return RunCertificate(
        ok=not leaks,
        leaks=leaks,
        blocks=blocks,
        shared=shared,
        fits=fits,
        filled=_cells(values, "filled", most, expected.filled),
        unseen=_cells(values, "unseen", most, expected.unseen),
    ).to_json()


def _own_value(fit: ColumnFit, own: ColumnCounts) -> Any:
    """Return what the site alone fitted; None for scaling and for a column without a value."""
    if fit.column is None:
        return None
    if fit.column not in own.categories:
        return own.values.get(fit.column)
    levels = own.categories[fit.column]
    if fit.what == CATEGORIES:
        return sorted(levels)
    return most_common(levels) if levels else None


def _block(values: Mapping[str, Any], name: str, rows: int) -> PartLineage:
    kept = _only(values, "blocks", lambda one: one.get("block") == name)
    patients = _count(kept.get("patients"), rows)
    if _count(kept.get("rows"), rows) != rows or bool(patients) != bool(rows):
        raise ValueError(f"its certificate has other {name} rows than it reports")
    return PartLineage(block=name, rows=rows, patients=patients)


def _shared(values: Mapping[str, Any], facts: SiteFacts) -> SharedUnits:
    kept = _only(values, "shared", lambda one: one.get("blocks") == [TRAIN, VALIDATION])
    most = min(facts.train_rows, facts.validation_rows)
    return SharedUnits(
        blocks=(TRAIN, VALIDATION),
        rows=_count(kept.get("rows"), most),
        patients=_count(kept.get("patients"), most),
    )


def _fits(
    values: Mapping[str, Any], most: Mapping[str, int], expected: RunCertificate
) -> list[ColumnFit]:
    kept, known = _objects(values, "fits"), expected.fits
    levels = {one.column: set(one.value) for one in known if one.what == CATEGORIES}
    if [(one.get("what"), one.get("column")) for one in kept] != [
        (one.what, one.column) for one in known
    ]:
        raise ValueError("its certificate does not name the fits of this run")
    return [
        _fit(one, agreed, most, levels.get(agreed.column))
        for one, agreed in zip(kept, known, strict=True)
    ]


def _fit(
    kept: Mapping[str, Any],
    agreed: ColumnFit,
    most: Mapping[str, int],
    levels: Collection[str] | None,
) -> ColumnFit:
    rows = _count(kept.get("rows"), most[TRAIN] + most[VALIDATION])
    also = _count(kept.get("also_in_validation"), min(rows, most[VALIDATION]))
    digest, value = kept.get("rows_sha256"), kept.get("value")
    is_named = digest is None if not rows else isinstance(digest, str) and _HASH.fullmatch(digest)
    if not is_named or not _is_value(value, agreed, levels):
        raise ValueError("its certificate has fits that cannot be read")
    inside = kept.get("fitted_on") == TRAIN and not also and rows <= most[TRAIN]
    return ColumnFit(
        what=agreed.what,
        column=agreed.column,
        fitted_on=TRAIN if inside else "all",
        rows=rows,
        also_in_validation=also,
        also_in_test=0,
        value=value,
        rows_sha256=digest,
    )


def _is_value(value: Any, agreed: ColumnFit, levels: Collection[str] | None) -> bool:
    """Return whether a site may have fitted ``value``: a number, or of the agreed categories."""
    if value is None:
        return True
    if levels is not None:
        texts = value if agreed.what == CATEGORIES else [value]
        return isinstance(texts, list) and all(isinstance(x, str) and x in levels for x in texts)
    if agreed.column is None:
        return False
    return type(value) is float and math.isfinite(value) and abs(value) <= MAX_VALUE


def _cells(
    values: Mapping[str, Any],
    key: str,
    most: Mapping[str, int],
    expected: Mapping[str, Mapping[str, int]],
) -> dict[str, dict[str, int]]:
    kept = values.get(key)
    if not isinstance(kept, dict) or set(kept) != set(expected):
        raise ValueError(f"its certificate does not count the cells of this run ({key})")
    if not all(isinstance(parts, dict) for parts in kept.values()):
        raise ValueError(f"its certificate has cells that cannot be read ({key})")
    return {
        name: {part: _count(kept[name].get(part), rows) for part, rows in most.items()}
        for name in expected
    }


def _only(
    values: Mapping[str, Any], key: str, is_it: Callable[[Mapping[str, Any]], bool]
) -> Mapping[str, Any]:
    matching = [one for one in _objects(values, key) if is_it(one)]
    if len(matching) != 1:
        raise ValueError(f"its certificate lacks a part of its {key}")
    return matching[0]


def _objects(values: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    kept = values.get(key)
    if not isinstance(kept, list) or not all(isinstance(one, dict) for one in kept):
        raise ValueError(f"its certificate has no list of {key}")
    return kept


def _count(number: Any, most: int) -> int:
    if type(number) is not int or not 0 <= number <= most:  # True is no number
        raise ValueError(f"its certificate has a count that is not between 0 and {most}")
    return number
