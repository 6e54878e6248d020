"""Why the failures of an incident are together, in sentences."""

from collections.abc import Sequence

from app.models.incident import Incident
from services.incidents.types import Part


def why_together(incident: Incident, parts: Sequence[Part]) -> list[str]:
    """Return the sentences: what all have in common, what does not decide, what people did."""
    if len({part.cause for part in parts}) > 1:
        return [f"A person merged {len(parts)} causes: later failures of each come here, too."]
    sentences = [_raised(incident)]
    if incident.words:
        sentences.append(f"Their message reads: {incident.words}.")
    sentences.append(
        "Numbers, ids, dates, hosts and folders in a message do not decide, nor does the attempt."
    )
    if incident.site is not None:
        sentences.append(f"The site decides, too: {incident.site}.")
    split = sorted(part.subject for part in parts if part.subject)
    if split:
        sentences.append(f"A person split off what concerns {', '.join(split)}.")
    return sentences


def _raised(one: Incident) -> str:
    if one.frame is None:
        return f"All are of the kind {one.kind} and ended with {one.type}."
    return f"All are of the kind {one.kind} and raised {one.type} in {one.frame}."
