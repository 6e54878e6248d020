"""Reading a foreign file of ratings: what a process of its own does."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from services.benchmarks.domain.flat_samples import FieldNames
from services.benchmarks.domain.item_mapping import (
    ItemMapping,
    MappingError,
    mapping_of,
    require_complete,
    suggested,
)
from services.benchmarks.domain.mapped_items import MappedSamples
from services.benchmarks.domain.settled_items import ItemsOfRun, rows_of, settled, shares_of
from services.benchmarks.imported.sources import open_source
from services.benchmarks.imported.types import MAX_ITEMS, Source, SourceError
from services.imports.domain.evaluation import EvaluationError

GIVEN, FILE, NAMES = "given", "file", "names"


def read_ratings(request: Mapping[str, Any], target: Path) -> dict[str, Any]:
    """Return what the file comes to and write its items to ``target``, a line of JSON each.

    ``request`` has source, kind, name, mapping (None: the file's own, else as names suggest) and
    known_people. Where the mapping lacks something, ``problem`` says what and there is no item.
    Raises SourceError for a file that is not of its kind, MappingError for a mapping that is none.
    """
    try:
        source = open_source(request["kind"], Path(request["source"]), request["name"])
        names, num_samples = _names(source)
        mapping, origin = _mapping(request["mapping"], source, names)
        about = {**_about(source), "fields": names.to_json(), "num_samples": num_samples}
        about |= {"mapping": mapping.to_json(), "mapping_from": origin, "problem": None}
        known_people = request["known_people"]
        try:
            require_complete(mapping, names.examples, known_people=known_people)
        except MappingError as error:
            return about | {"problem": {"field": error.field, "detail": str(error)}}
        return about | _mapped(source, mapping, names, target, known_people=known_people)
    except EvaluationError as error:
        raise SourceError(str(error)) from None


def _names(source: Source) -> tuple[FieldNames, int]:
    names, count = FieldNames(), 0
    for _, sample in source.samples():
        names.note(sample)
        count += 1
        if count > MAX_ITEMS:
            raise SourceError(f"The file has more than {MAX_ITEMS:,} samples.")
    if not count:
        raise SourceError("The file holds no samples.")
    return names, count


def _mapping(given: Any, source: Source, names: FieldNames) -> tuple[ItemMapping, str]:
    if given is not None:
        return mapping_of(given), GIVEN
    if source.mapping is not None:
        own = source.mapping
        return mapping_of(json.loads(own) if isinstance(own, str) else own), FILE
    return suggested(names.examples), NAMES


def _about(source: Source) -> dict[str, Any]:
    return {
        "task": source.task,
        "model": source.model,
        "tool": source.tool,
        "created": source.created,
        "decoding": dict(source.decoding),
        "left_of_file": dict(source.left),
    }


def _mapped(
    source: Source, mapping: ItemMapping, names: FieldNames, target: Path, *, known_people: bool
) -> dict[str, Any]:
    samples = MappedSamples(mapping=mapping, known_people=known_people)
    for number, sample in source.samples():
        samples.add(number, sample)
    made = settled(samples)
    with target.open("w", encoding="utf-8") as file:
        for row in rows_of(made):
            file.write(json.dumps(row) + "\n")
    mode, dual = shares_of(made.items)
    kinds = Counter(one.kind for one in made.items if one.kind is not None)
    orders = Counter(one.identity.order for one in made.items)
    return {
        "num_items": len(made.items),
        "num_ratings": len(made.items) - kinds.total(),
        "failures": dict(kinds),
        "orders": dict(orders),
        "scale_mode": mode,
        "dual_fraction": dual,
        "people": [_person(one) for one in made.people],
        "traits": [{"word": word, **about} for word, about in made.traits],
        "wordings": list(made.wordings),
        "cues": list(made.cues),
        "repeats": list(made.repeats),
        "templates": _templates(made, samples),
        "models": dict(samples.models.most_common(10)),
        "faults": samples.faults.by_column(),
        "left": [
            {"field": role, "cause": cause, "count": count}
            for (role, cause), count in samples.left.most_common()
        ],
        "unused": _unused(mapping, names),
    }


def _person(one: Any) -> dict[str, Any]:
    return {**asdict(one.draft), **{name: getattr(one, name) for name in PAIRED}}


PAIRED = ("role", "source_uuid", "changed_attribute", "from_value", "to_value")


def _templates(made: ItemsOfRun, samples: MappedSamples) -> list[dict[str, Any]]:
    """Return a digest of the prompts and the name of the template of each wording and cue."""
    listed = []
    for wording in made.wordings:
        for cue in made.cues:
            texts = samples.prompts.get((wording, cue))
            named = texts.templates if texts else set()
            name = next(iter(named)) if len(named) == 1 else None
            listed.append({"name": name or None, "sha256": texts.digest() if texts else None})
    return listed


def _unused(mapping: ItemMapping, names: FieldNames) -> list[dict[str, Any]]:
    """Return the fields that have no role, with how many samples have a value there."""
    unused = {name: names.counts[name] for name in names.examples if name not in mapping.paths}
    listed = [{"name": name, "count": count} for name, count in unused.items() if count]
    if names.num_unlisted:
        listed.append({"name": "…", "count": names.num_unlisted})
    return listed
