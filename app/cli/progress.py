"""A progress bar for people; silent where nobody looks."""

from collections.abc import Iterable

from rich.console import Console
from rich.progress import track

from app.storage import StoredObject


def progress_bar(items: Iterable[StoredObject], what: str) -> Iterable[StoredObject]:
    """Yield ``items``, showing how far they are."""
    console = Console(stderr=True)
    return track(list(items), what, console=console, disable=not console.is_terminal)
