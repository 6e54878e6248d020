"""Hashing passwords with argon2id, in threads of its own.

A hash costs tens of milliseconds and 19 MiB on purpose. In the executor of the use cases a
burst of sign-ins would hold every other request back; here they wait for each other only.
"""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property
from typing import ParamSpec, TypeVar

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

P = ParamSpec("P")
T = TypeVar("T")

MEMORY_KIB = 19_456  # the floor of the OWASP password storage cheat sheet, with 2 passes
PASSES = 2
THREADS = 2


@dataclass(frozen=True)
class Verdict:
    """Whether the password fits, and its new hash where the parameters have risen."""

    matches: bool
    rehashed: str | None = None


class PasswordHasher:
    """argon2id with our parameters."""

    def __init__(self, *, memory_kib: int = MEMORY_KIB, passes: int = PASSES) -> None:
        self._argon2 = argon2.PasswordHasher(passes, memory_kib, parallelism=1)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="password")

    def hash(self, password: str) -> str:
        """Return the hash to store, parameters and salt included."""
        return self._argon2.hash(password)

    def verify(self, stored: str | None, password: str) -> Verdict:
        """Judge ``password``; without a stored hash it costs the same time and never fits."""
        try:
            self._argon2.verify(stored or self._decoy, password)
        except (VerificationError, InvalidHashError):
            return Verdict(matches=False)
        if stored is None:
            return Verdict(matches=False)
        outdated = self._argon2.check_needs_rehash(stored)
        return Verdict(matches=True, rehashed=self.hash(password) if outdated else None)

    async def aside(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one of the above in the executor for passwords."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: function(*args, **kwargs))

    @cached_property
    def _decoy(self) -> str:
        return self.hash(secrets.token_urlsafe())


@cache
def password_hasher() -> PasswordHasher:
    """Return the hasher of this process."""
    return PasswordHasher()
