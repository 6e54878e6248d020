"""What people are shown of the settings: their table, and names that nothing reads."""

import difflib
from collections.abc import Mapping
from typing import Any

from app.settings import Settings, declared
from app.settings_variables import Variable

PREFIX = "ROUNDHOUSE_"
# what the Python client, the benchmarks and the pages' build read
CLIENT_NAMES = frozenset(
    {"ROUNDHOUSE_URL", "ROUNDHOUSE_TOKEN", "ROUNDHOUSE_DIR", "ROUNDHOUSE_QUIET",
     "ROUNDHOUSE_BENCH_PEERS"}
)  # fmt: skip


# settings of earlier releases: still accepted, with what to say about them
RETIRED = {
    "ROUNDHOUSE_DATA_WORKERS": "nothing was ever queued for data workers, and imports are done by "
    "io workers (ROUNDHOUSE_IO_WORKERS)."
}


def describe(settings: Settings | None = None) -> list[tuple[str, str, str]]:
    """Return (name, value or default, help) of every variable; passwords are blanked."""
    return [
        (
            entry.name,
            _readable(entry.default)
            if settings is None
            else _shown(entry, getattr(settings, field)),
            entry.help,
        )
        for field, entry in declared()
    ]


def unknown_names(environ: Mapping[str, str]) -> list[str]:
    """Return the names that look like settings and that nothing here reads, in their order."""
    known = {entry.name for _, entry in declared()} | CLIENT_NAMES
    return sorted(name for name in environ if name.startswith(PREFIX) and name not in known)


def unknown_sentence(name: str) -> str:
    """Return the sentence on an unknown name; its value may be a secret and is not shown."""
    if name in RETIRED:
        return f"{name} has no effect any more: {RETIRED[name]}"
    known = [entry.name for _, entry in declared()] + sorted(CLIENT_NAMES)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
    meant = f"did you mean {near[0]}?" if near else "see `python -m app doctor --settings`."
    return f"{name} is set, but there is no such setting and it has no effect: {meant}"


def _readable(default: str) -> str:
    """Return the default as people understand it: the paths without their escapes."""
    return (
        default.replace("{redis_socket}", "{home}/redis.sock")
        .replace("{home_in_url}", "{home}")
        .replace("{url_host}", "{host}")
    )


def _shown(entry: Variable, value: Any) -> str:
    return entry.shown(entry.kind.format(value))
