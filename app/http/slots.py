"""Slots: so many requests of a kind are worked on at once; the others wait on the event loop."""

import asyncio

from quart import current_app


def slots(name: str, count: int) -> asyncio.Semaphore:
    """Return the ``count`` slots that this web process has under ``name``."""
    semaphore: asyncio.Semaphore = current_app.extensions.setdefault(
        f"{name}_slots", asyncio.Semaphore(count)
    )
    return semaphore
