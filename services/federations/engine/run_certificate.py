"""The leak certificate of a run across sites: what each site says of its fits, and their sums.

No place sees the rows of two sites, nor those of a site beside the test rows of the server. So each
site counts its own parts, nothing is claimed across places, and who says nothing is unknown.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from services.federations.engine.facts import SiteFacts
from services.federations.engine.preparing import NOTHING
from services.federations.engine.site_certificate import VALIDATION
from services.runs.training.data.certificate import TRAIN, RunCertificate, certify_run
from services.runs.training.data.split import Split
from services.runs.training.data.table import TableFit
from services.runs.training.engine.preparation import is_scaled
from services.runs.training.ports import TrainingTask

Certificate = Mapping[str, Any]
UNKNOWN: Certificate = {
    "ok": None, "leaks": [], "blocks": [], "shared": [], "fits": [], "filled": {}, "unseen": {},
}  # fmt: skip


def certify_here(task: TrainingTask, fit: TableFit | None) -> RunCertificate:
    """Return the certificate of the server's test rows: the fits of the run, none made on them."""
    everything = np.arange(len(task.data.y), dtype=np.int64)
    split = Split(train=NOTHING, validation=NOTHING, test=everything)
    return certify_run(task.data, split, [], NOTHING, fit, scaled=is_scaled(task.data, task.config))


def certify_federation(here: RunCertificate, facts: Sequence[SiteFacts]) -> dict[str, Any]:
    """Return the certificate of a run as JSON: that of one place, with one for each of ``sites``.

    ``ok`` is None where no leak is known, but a site says nothing. ``rows`` and cells are sums
    over the sites that report, ``value`` of a fit is what all sites agreed on.
    """
    known = {one.site: one.certificate for one in facts if one.certificate is not None}
    unknown = [one.site for one in facts if one.certificate is None]
    leaks = [f"{site}: {leak}" for site, one in known.items() for leak in one["leaks"]]
    content, parts = here.to_json(), list(known.values())
    return content | {
        "ok": False if leaks else None if unknown else True,
        "leaks": leaks,
        "blocks": [_block(content, parts, facts, name) for name in (TRAIN, VALIDATION, "test")],
        "shared": [_shared(parts)],
        "fits": [_fit(one, parts, place) for place, one in enumerate(content["fits"])],
        "filled": _cells(content, parts, "filled"),
        "unseen": _cells(content, parts, "unseen"),
        "sites": [_site(one) for one in facts],
        "unknown": unknown,
    }


def _site(facts: SiteFacts) -> dict[str, Any]:
    kept = UNKNOWN if facts.certificate is None else facts.certificate
    return {"site": facts.site, "reported": facts.certificate is not None, **kept}


def _block(
    content: Certificate, parts: Sequence[Certificate], facts: Sequence[SiteFacts], name: str
) -> dict[str, Any]:
    """Return a part's rows at all sites; its patients are unknown where a site is."""
    patients = sum(_named(one, name)["patients"] for one in (content, *parts))
    rows = {
        TRAIN: sum(one.train_rows for one in facts),
        VALIDATION: sum(one.validation_rows for one in facts),
        "test": _named(content, "test")["rows"],
    }
    is_whole = len(parts) == len(facts) or name == "test"
    return {"block": name, "rows": rows[name], "patients": patients if is_whole else None}


def _named(certificate: Certificate, name: str) -> Mapping[str, Any]:
    matching: list[Mapping[str, Any]] = [
        one for one in certificate["blocks"] if one["block"] == name
    ]
    return matching[0]


def _shared(parts: Sequence[Certificate]) -> dict[str, Any]:
    sums = {key: sum(one["shared"][0][key] for one in parts) for key in ("rows", "patients")}
    return {"blocks": (TRAIN, VALIDATION), **sums}


def _fit(agreed: Mapping[str, Any], parts: Sequence[Certificate], place: int) -> dict[str, Any]:
    """Return an agreed fit with the rows of all sites; no place can compare them with test rows."""
    own = [one["fits"][place] for one in parts]
    is_inside = all(one["fitted_on"] == TRAIN for one in own)
    return dict(agreed) | {
        "fitted_on": TRAIN if is_inside else "all",
        "rows": sum(one["rows"] for one in own),
        "also_in_validation": sum(one["also_in_validation"] for one in own),
        "also_in_test": None,
    }


def _cells(
    content: Certificate, parts: Sequence[Certificate], key: str
) -> dict[str, dict[str, int]]:
    return {
        name: {
            part: sum(one[key][name][part] for one in (content, *parts))
            for part in (TRAIN, VALIDATION, "test")
        }
        for name in content[key]
    }
