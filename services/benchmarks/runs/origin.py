"""Where the items of a run come from: asked here, or brought in."""

from collections.abc import Mapping
from typing import Any

LOCAL, IMPORTED = "asked", "imported"
ORIGINS = (LOCAL, IMPORTED)
STATED = "stated"  # how an attribute was shown, where nothing but a word of a person says that


def origin_of(manifest: Mapping[str, Any]) -> str:
    """Return the origin of a run; those of before there were imports do not say it."""
    return str(manifest.get("origin", LOCAL))


def is_imported(manifest: Mapping[str, Any]) -> bool:
    """Return whether other programs asked the items of a run."""
    return origin_of(manifest) == IMPORTED


def margin_set(manifest: Mapping[str, Any]) -> str:
    """Return when the equivalence margin was set: "before" the run, or at the "import" of one."""
    return "import" if is_imported(manifest) else "before"
