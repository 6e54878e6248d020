"""Traits of a CSV file: those that are known are changed, the others made."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.auth.access import can_edit, can_see, require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.errors import RoundhouseError
from app.models.persona import Trait
from services.benchmarks.csv_files import CsvShape, Row, read_csv, whole_number
from services.benchmarks.domain.faults import RowFaults
from services.benchmarks.domain.trait_rules import (
    MAX_CATEGORY_LENGTH,
    MAX_TEMPLATE_LENGTH,
    VALENCES,
    adjective_key,
    next_code,
)
from services.benchmarks.traits import checks, repository
from services.benchmarks.traits.create import add_trait
from services.benchmarks.traits.errors import TraitsRefused
from services.benchmarks.traits.exports import COLUMNS
from services.benchmarks.traits.types import NewTrait, TraitImport, TraitImportReport
from services.benchmarks.traits.update import apply_changes

SHAPE = CsvShape(
    columns=COLUMNS,
    required=("adjective",),
    also_called={"id": "code", "active": "is_active", "template": "case_template"},
    max_rows=10_000,
)
_SWITCH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_MAX_LENGTHS = {"category": MAX_CATEGORY_LENGTH, "case_template": MAX_TEMPLATE_LENGTH}


class _FaultError(Exception):
    """A cell is wrong: its column and a sentence."""


def import_traits(database: Database, actor: Actor, given: TraitImport) -> TraitImportReport:
    """Change and make the traits of a file, all in one transaction; a code names a known one.

    A file with faults changes nothing and raises TraitsRefused, which names them by column and
    line; with ``skip_faults`` its good lines count and the others are reported.
    """
    require_member(actor)
    rows = read_csv(given.path, SHAPE)
    with database.write() as unit:
        importer = _Importer(unit.session, actor, given.visibility, _free_code(unit.session, rows))
        report = importer.take(rows)
        if report.errors and not given.skip_faults:
            raise TraitsRefused(_refusal(report), errors=report.errors)
        checks.flush(unit.session)
        if report.inserted or report.updated:
            detail = {"inserted": report.inserted, "updated": report.updated}
            record(unit, actor, "traits_imported", "traits", detail)
    return report


def _free_code(session: Session, rows: Sequence[Row]) -> str:
    """Return a code that neither a trait nor a line of the file has."""
    in_file = [code for _, cells in rows if (code := cells.get("code"))]
    return next_code([*repository.codes(session), *in_file])


def _refusal(report: TraitImportReport) -> str:
    columns = ", ".join(report.errors)
    return f"{report.failed} lines have faults, and nothing was imported: see {columns}."


class _Importer:
    """Takes the lines of one file."""

    def __init__(self, session: Session, actor: Actor, visibility: str, free_code: str) -> None:
        self._session, self._actor, self._visibility = session, actor, visibility
        self._free_code = free_code
        self._codes: dict[str, int] = {}
        self._keys: dict[str, int] = {}

    def take(self, rows: Sequence[Row]) -> TraitImportReport:
        faults, counts = RowFaults(), Counter[str]()
        for line, cells in rows:
            try:
                counts[self._one(line, _values(cells))] += 1
            except _FaultError as fault:
                faults.add(*_placed(fault, line))
                counts["failed"] += 1
        return TraitImportReport(
            inserted=counts["inserted"],
            updated=counts["updated"],
            skipped=counts["skipped"],
            failed=counts["failed"],
            errors=faults.by_column(),
        )

    def _one(self, line: int, values: dict[str, Any]) -> str:
        code = values.pop("code", None)
        self._refuse_repeated(line, code, values["adjective"])
        known = repository.by_code(self._session, code) if code else None
        try:
            if known is None:
                return self._insert(code, values)
            self._refuse_foreign(known)
            return self._change(known, values)
        except RoundhouseError as error:
            if not error.errors:  # it is about all of the file
                raise
            column, sentences = next(iter(error.errors.items()))
            raise _FaultError(column, sentences[0]) from None

    def _insert(self, code: str | None, values: Mapping[str, Any]) -> str:
        new = NewTrait(code=code or self._free_code, visibility=self._visibility, **values)
        add_trait(self._session, self._actor, new)
        checks.flush(self._session)
        if code is None:
            self._free_code = next_code([self._free_code])
        return "inserted"

    def _change(self, known: Trait, values: Mapping[str, Any]) -> str:
        changed = apply_changes(self._session, self._actor, known, values)
        checks.flush(self._session)
        return "updated" if changed else "skipped"

    def _refuse_repeated(self, line: int, code: str | None, adjective: str) -> None:
        for column, value, seen in (
            ("code", code, self._codes),
            ("adjective", adjective_key(adjective), self._keys),
        ):
            if value is not None and seen.setdefault(value, line) != line:
                raise _FaultError(column, f"It repeats line {seen[value]}.")

    def _refuse_foreign(self, known: Trait) -> None:
        if not can_see(self._actor, known):
            raise _FaultError("code", f"'{known.code}' is the code of a trait of somebody else.")
        if not can_edit(self._actor, known):
            raise _FaultError(
                "code", f"'{known.code}' is shared with you to use: leave the line out."
            )


def _placed(fault: _FaultError, line: int) -> tuple[str, int, str]:
    column, sentence = fault.args
    return column, line, sentence


def _values(cells: Mapping[str, str | None]) -> dict[str, Any]:
    """Return the values of a line by field; columns that the file does not have are left out."""
    if not cells["adjective"]:
        raise _FaultError("adjective", "It is empty.")
    return dict(_parsed(cells))


def _parsed(cells: Mapping[str, str | None]) -> Iterator[tuple[str, Any]]:
    for column, text in cells.items():
        if column == "valence":
            yield column, _valence(text)
        elif column == "is_active":
            yield column, _switch(text)
        else:
            yield column, _bounded(column, text)


def _bounded(column: str, text: str | None) -> str | None:
    most = _MAX_LENGTHS.get(column, MAX_TEMPLATE_LENGTH)
    if text is not None and len(text) > most:
        raise _FaultError(column, f"It has {len(text)} characters; give at most {most}.")
    return text


def _valence(text: str | None) -> int | None:
    if text is None:
        return None
    number = whole_number(text)
    if number not in VALENCES:
        raise _FaultError("valence", f"'{text[:40]}' is no valence: give -1, 0, 1 or nothing.")
    return number


def _switch(text: str | None) -> bool:
    if text is None:
        return True
    if text.casefold() not in _SWITCH:
        raise _FaultError("is_active", f"'{text[:40]}' is no switch: give true or false.")
    return _SWITCH[text.casefold()]
