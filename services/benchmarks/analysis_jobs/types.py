"""What an analysis is requested with."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app import strict_json
from app.models.benchmark import ANALYSIS_TYPES

QUICK, ORDER, BIAS, EXPORT = ANALYSIS_TYPES
PREFIX = "benchmarks/"  # of the keys of their files in the store
AT_ONCE = frozenset({ORDER})  # answered in the request itself (contract section 2)


@dataclass(frozen=True, kw_only=True)
class AnalysisRequest:
    """An analysis of ``type``: of an attribute for bias, in a form and a language for export.

    ``force`` computes again what is there already.
    """

    type: str
    attribute: str | None = None
    format: str | None = None
    language: str = "en"
    force: bool = False

    @property
    def params(self) -> dict[str, Any]:
        """Return what tells two analyses of a type apart."""
        if self.type == BIAS:
            return {"attribute": self.attribute}
        if self.type == EXPORT:
            return {"format": self.format, "language": self.language}
        return {}


def params_hash(params: Mapping[str, Any]) -> str:
    """Return the first 16 digits of the SHA-256 of the parameters, whatever their order."""
    return hashlib.sha256(strict_json.dump_bytes(sorted(params.items()))).hexdigest()[:16]


def key_of(kind: str, params: Mapping[str, Any]) -> str:
    """Return what an analysis is called in the list of its run, such as ``bias:gender``."""
    return ":".join([kind, *(str(params[name]) for name in sorted(params))])
