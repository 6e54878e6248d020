"""What must hold of the answers of a run that was attacked: read from its rows, nothing else."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.engine import Database
from app.models.benchmark import BenchmarkAnswer, BenchmarkFailure, BenchmarkRun
from harness.chaos.model_server import digest_of, read_requests
from services.benchmarks.runs.counts import counts_of
from services.benchmarks.runs.open_items import all_items, keys_of, plan_of
from services.benchmarks.runs.ports import ItemKey
from services.benchmarks.runs.templates import prompt_of

KeptAnswer = tuple[int, str, datetime]  # rating, text, time


class Ledger:
    """Every answer that was ever seen in the database, and the items that there should be."""

    def __init__(self, database: Database, run_id: int) -> None:
        self._database, self._run_id = database, run_id
        self._seen: dict[ItemKey, KeptAnswer] = {}
        self.requests = 0
        with database.read() as session:
            run = session.get_one(BenchmarkRun, run_id)
            self.total = run.total
            self._digests = {
                item.key: digest_of(prompt_of(run.manifest, item).messages)
                for item in all_items(plan_of(session, run))
            }
        self._probed = next(iter(self._digests.values()))  # twenty times at each attempt

    @property
    def kept(self) -> int:
        """Return how many answers have been seen."""
        return len(self._seen)

    def look(self) -> None:
        """Note the answers that are there now: from here on they are acknowledged."""
        with self._database.read() as session:
            for key, kept in self._rows(session):
                self._seen.setdefault(key, kept)

    def _rows(self, session: Session) -> Iterator[tuple[ItemKey, KeptAnswer]]:
        table, names = BenchmarkAnswer, [one.name for one in fields(ItemKey)]
        keys = [getattr(table, name) for name in names]
        query = select(table.rating, table.answer_raw, table.created_at, *keys)
        for rating, text, at, *key in session.execute(query.where(table.run_id == self._run_id)):
            yield ItemKey(**dict(zip(names, key, strict=True))), (rating, text, at)

    def wrong(self, notes: Path, in_flight: int) -> list[str]:
        """Return a sentence for each thing that must not be.

        ``in_flight`` is how many questions may have been on their way when something died.
        """
        with self._database.read() as session:
            rows = dict(self._rows(session))
            failed = list(keys_of(session, BenchmarkFailure, self._run_id))
            run = session.get_one(BenchmarkRun, self._run_id)
            counts = counts_of(session, [run])[run.id]
        return [
            *(f"{key} was kept and is gone" for key in self._seen.keys() - rows.keys()),
            *(f"{key} changed" for key, one in self._seen.items() if rows.get(key, one) != one),
            *(f"{key} has no answer" for key in self._digests.keys() - rows.keys()),
            *(f"{key} is none of the run" for key in rows.keys() - self._digests.keys()),
            *(f"{key} failed" for key in failed),
            *([] if counts.done == self.total else [f"{counts} of {self.total} items"]),
            *self._repeated_requests(rows, notes, in_flight),
        ]

    def _repeated_requests(
        self, rows: dict[ItemKey, KeptAnswer], notes: Path, in_flight: int
    ) -> list[str]:
        """Return what was asked although its answer was kept already, but for what was on its way.

        Persons who are described alike share a prompt: then the last answer counts.
        """
        kept: dict[str, float] = defaultdict(float)
        for key, (_, _, at) in rows.items():
            digest = self._digests.get(key, "")
            kept[digest] = max(kept[digest], at.timestamp())
        kept.pop(self._probed, None)
        questions = [one for one in read_requests(notes) if one.digest in kept]
        self.requests = len(questions)
        late = Counter(one.digest for one in questions if one.at > kept[one.digest])
        if late.total() <= in_flight:
            return []
        return [f"{late.total()} questions came after their answers were kept"]
