"""Which releases both sides of a federation have: they should be the same ones."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from app.version import VERSION

WORDS = {"roundhouse": "Roundhouse", "flwr": "Flower"}


@cache
def own_releases() -> Mapping[str, str]:
    """Return what this host has of the programs that talk to each other."""
    try:
        return {"roundhouse": VERSION, "flwr": version("flwr")}
    except PackageNotFoundError:  # a web process may have been installed without it
        return {"roundhouse": VERSION}


def release_warning(versions: Mapping[str, str] | None) -> str | None:
    """Return a sentence about a site whose releases are not ours, None where they are."""
    reported = versions or {}
    other = [
        f"{WORDS[name]} {reported[name]}, here is {own}"
        for name, own in own_releases().items()
        if name in reported and reported[name] != own
    ]
    if not other:
        return None
    return (
        f"It has {'; '.join(other)}. Install the same release on both sides: with another one a "
        "site may not understand a run, and is then left out of it."
    )
