"""Flower's grid, by which a run talks to its SuperLink; a site never loads it.

It brings the state of a SuperLink with SQLAlchemy and Alembic, a second of computing.
"""

from flwr.supercore.runtime import RuntimeHttpClient
from flwr.superlink.grid.http_grid import HttpGrid

__all__ = ["HttpGrid", "client_of", "use_client"]


def use_client(grid: HttpGrid, client: RuntimeHttpClient) -> None:
    """Let a grid send its calls by a client that is there already."""
    grid._client = client


def client_of(grid: HttpGrid) -> RuntimeHttpClient:
    """Return the client that a grid sends its calls by."""
    return grid._runtime_client
