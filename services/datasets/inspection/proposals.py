"""Proposes the columns of patients and sites by their names, for a person to accept or change."""

import re
from collections.abc import Iterable

import polars as pl

from services.datasets.inspection.columns import plain_name
from services.datasets.inspection.missing import is_missing

_NUMBER = r"(?:id|ids|nr|no|num|number|nummer|code|key|kennung|name|pseudonym)"
_PATIENT = re.compile(
    r"(?:patient|patienten|patientin|subject|participant|proband|probanden|teilnehmer|mrn)"
    rf"{_NUMBER}?|(?:pat|case|fall){_NUMBER}|medicalrecordnumber"
)
_SITE = re.compile(
    r"(?:site|hospital|clinic|centre|center|institution|standort|klinik|klinikum|krankenhaus|"
    rf"zentrum|einrichtung){_NUMBER}?"
)


def proposed_roles(frame: pl.DataFrame, names: Iterable[str], *, is_open: bool) -> dict[str, str]:
    """Return "patient" and "site" for columns that are named so and whose values come again.

    There is one patient column: the first one, if ``is_open`` says that none is chosen.
    """
    alike = [name for name in names if _kind(name) and _repeats(frame, name)]
    patients = [name for name in alike if _kind(name) == "patient"]
    roles = {name: "site" for name in alike if _kind(name) == "site"}
    return roles | dict.fromkeys(patients[:1], "patient") if is_open else roles


def notes_of(roles: dict[str, str]) -> list[str]:
    """Return what a person must know of proposed roles."""
    return [
        f"Column '{name}' is proposed as the patient, as its name says so and its values come "
        "again: all rows of a patient stay together. Choose another role if that is wrong."
        for name, role in roles.items()
        if role == "patient"
    ]


def _kind(name: str) -> str | None:
    plain = plain_name(name)
    if _PATIENT.fullmatch(plain):
        return "patient"
    return "site" if _SITE.fullmatch(plain) else None


def _repeats(frame: pl.DataFrame, name: str) -> bool:
    cells = frame.filter(~is_missing(pl.col(name)))[name]
    return cells.n_unique() < len(cells)
