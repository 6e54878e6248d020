"""How long whole answers take over HTTP, of a real web process whose database was filled before.

Asked by an admin, who sees all, and by a member, on SQLite and on PostgreSQL.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from app.auth.actor import SYSTEM
from app.db.engine import Database
from app.models.user import User
from bench.figures import Figure, at_most, percentile
from bench.lists import Question, Seeded, fresh_database
from bench.private import private_settings
from harness.site import Site
from services.accounts.tokens import add_token

DATABASES = ("sqlite", "postgresql")
ROLES = ("admin", "member")
Fill = Callable[[Database, Sequence[int]], None]  # with the ids of those that ask, as ROLES


def answer_times(
    questions: Sequence[Question], rows: str, fill: Fill, limit_ms: float, times: int
) -> list[Figure]:
    """Return the 95th percentile of every question; ``rows`` says of how many rows of what."""
    figures = []
    for kind in DATABASES:
        with _filled_site(kind, fill) as seeded:
            for question in questions:
                for who in ROLES:
                    taken = seeded.milliseconds(who, question, times)
                    name = f"{question.name}; {rows}, {kind}, {who}"
                    load = f"p95, load {os.getloadavg()[0]:.0f}"
                    figures.append(at_most(name, percentile(taken, 95), limit_ms, "ms", load))
    return figures


@contextmanager
def _filled_site(kind: str, fill: Fill) -> Iterator[Seeded]:
    with fresh_database(kind) as more, private_settings(**more) as settings:
        site = Site(settings)
        try:
            people = {role: site.user(role) for role in ROLES}
            fill(site.database, [person.id for person in people.values()])
            tokens = {role: _token_of(site, person) for role, person in people.items()}
            site.web.start()
            yield Seeded(site=site, tokens=tokens)
        finally:
            site.close()


def _token_of(site: Site, user: User) -> str:
    """Return a token with all that its owner may do: an admin sees the rows of all."""
    with site.database.write() as unit:
        scopes = ["read", "write", *(["admin"] if user.role == "admin" else [])]
        return add_token(unit, SYSTEM, user.id, "bench", scopes, None).secret
