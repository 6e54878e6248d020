"""Every random draw of a training comes from (run seed, purpose, round or epoch, client).

So no state of a random generator is ever stored: a resumed run derives the same draws again.
"""

import hashlib

import numpy as np

_BITS = 63  # what both torch and numpy take as a seed


def derived_seed(seed: int, purpose: str, *parts: int | str) -> int:
    """Return the seed of one draw: the same on every machine and in every process."""
    text = "/".join(str(part) for part in (seed, purpose, *parts))
    digest = hashlib.sha256(text.encode()).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - _BITS)


def generator(seed: int, purpose: str, *parts: int | str) -> np.random.Generator:
    """Return numpy's generator for one draw."""
    return np.random.default_rng(derived_seed(seed, purpose, *parts))
