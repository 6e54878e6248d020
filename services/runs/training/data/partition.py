"""Sharing rows out among the clients of a federation: equally, unevenly by class, by a column.

A patient's rows stay together, and every client gets enough rows or nobody gets any.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from app.errors import Invalid
from services.runs.training.data.split import Rows, Units, units_of

MAX_DRAWS = 2_000
MAX_NAME_LENGTH = 200


def equal(units: Units, clients: int, min_rows: int, draw: np.random.Generator) -> list[Rows]:
    """Return ``clients`` shards (positions of rows) with equal numbers of patients."""
    owner = np.empty(units.count, dtype=np.int64)
    owner[draw.permutation(units.count)] = np.arange(units.count) * clients // units.count
    shards = _shards(units, owner, clients)
    _check_min_rows(shards, min_rows, f"{clients} equal shares")
    return shards


def dirichlet(
    units: Units, clients: int, alpha: float, min_rows: int, draw: np.random.Generator
) -> list[Rows]:
    """Return shards whose class shares are drawn from Dirichlet(alpha) (Hsu et al., 2019).

    Drawn again until each has ``min_rows`` rows; raises ``Invalid`` when that does not come.
    """
    if len(units.of_row) < clients * min_rows:
        raise _impossible(
            f"{len(units.of_row)} rows cannot give {clients} clients {min_rows} each."
        )
    for _ in range(MAX_DRAWS):
        shards = _shards(units, _skewed_owner(units, clients, alpha, draw), clients)
        if min(len(shard) for shard in shards) >= min_rows:
            return shards
    raise _impossible(
        f"In {MAX_DRAWS} draws with dirichlet_alpha {alpha} some of the {clients} clients "
        f"always had fewer than {min_rows} rows."
    )


def by_column(values: NDArray[np.str_], min_rows: int) -> Mapping[str, Rows]:
    """Return the rows of each site by its name.

    Raises ``Invalid`` for a row without a site, a single site, a small one and an endless name.
    """
    names = [str(name) for name in np.unique(values)]
    if any(not name.strip() for name in names):
        raise _impossible("Some training rows have no value in the column: they have no site.")
    if max(map(len, names)) > MAX_NAME_LENGTH:
        raise _impossible(f"A value of the column is longer than {MAX_NAME_LENGTH} characters.")
    shards = {name: np.flatnonzero(values == name).astype(np.int64) for name in names}
    if len(shards) < 2:
        raise _impossible("The column has a single value; a federation needs 2 sites or more.")
    small = [f"{name} ({len(rows)})" for name, rows in shards.items() if len(rows) < min_rows]
    if small:
        raise _impossible(
            f"Sites with fewer than {min_rows} training rows: {', '.join(small[:5])}."
        )
    return shards


def travellers(patients: NDArray[np.str_], sites: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Return which rows belong to a patient seen at more than one site, shape (n,)."""
    places = units_of(patients, np.unique(sites, return_inverse=True)[1])
    pairs = np.unique(np.stack([places.of_row, np.unique(sites, return_inverse=True)[1]]), axis=1)
    seen = np.bincount(pairs[0], minlength=places.count)
    return np.asarray(seen[places.of_row] > 1, dtype=bool)


def _skewed_owner(
    units: Units, clients: int, alpha: float, draw: np.random.Generator
) -> NDArray[np.int64]:
    owner = np.empty(units.count, dtype=np.int64)
    for label in np.unique(units.label):
        members = draw.permutation(np.flatnonzero(units.label == label))
        shares = draw.dirichlet(np.full(clients, alpha))
        cuts = np.round(np.cumsum(shares)[:-1] * len(members)).astype(np.int64)
        for client, part in enumerate(np.split(members, cuts)):
            owner[part] = client
    return owner


def _shards(units: Units, owner: NDArray[np.int64], clients: int) -> list[Rows]:
    of_row = owner[units.of_row]
    return [np.flatnonzero(of_row == client).astype(np.int64) for client in range(clients)]


def _check_min_rows(shards: list[Rows], min_rows: int, what: str) -> None:
    smallest = min(len(shard) for shard in shards)
    if smallest < min_rows:
        raise _impossible(f"{what} leave one client {smallest} rows; each needs {min_rows}.")


def _impossible(message: str) -> Invalid:
    hint = "Take fewer clients, a larger dirichlet_alpha or a smaller min_client_rows."
    return Invalid(message, errors={"partitioner": [f"{message} {hint}"]})
