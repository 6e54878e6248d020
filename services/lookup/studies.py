"""Runs of one study among the matches: the study stands for them, as in the list."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from app.auth.actor import Actor
from services.lookup.domain.rank import Match
from services.runs.studies import studies_of


def one_per_study(session: Session, actor: Actor, matches: Sequence[Match]) -> list[Match]:
    """Return the matches with each study in the place of its runs where several of them match."""
    runs = [match.id for match in matches if match.kind == "run"]
    study_of = studies_of(session, actor, runs) if len(runs) > 1 else {}
    runs_in = Counter(study.id for study in study_of.values())
    shown = {match.id for match in matches if match.kind == "study"}
    kept: list[Match] = []
    for match in matches:
        study = study_of.get(match.id) if match.kind == "run" else None
        if study is None or runs_in[study.id] == 1:
            kept.append(match)
        elif study.id not in shown:
            kept.append(replace(match, kind="study", id=study.id, name=study.name, status=None))
            shown.add(study.id)
    return kept
