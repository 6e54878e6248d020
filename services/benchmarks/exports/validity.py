"""The validity card of a run: what it measures, against which norm, and what it cannot say."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.benchmarks.runs.templates import shown_attributes
from services.benchmarks.runs.types import BenchmarkDetail

CONSTRUCT = (
    "How this model rates invented persons on traits, in the words of the templates below. It is "
    "no measure of decisions about real people, nor of what the model does in other tasks."
)
NORM = (
    "Equal treatment: two persons who differ in the attribute alone get the same rating. Whether "
    "an equal rating is also the right one is another question."
)
NO_DIFFERENCE = (
    "That nothing differs where no difference was detected: only a group called equivalent is the "
    "same, within the margin that was set before the run."
)
ALWAYS = (
    "Why the model rates so: no cause is measured.",
    "What holds for other models, versions, languages, prompts or traits.",
    NO_DIFFERENCE,
)


def validity_card(shown: BenchmarkDetail) -> dict[str, Any]:
    """Return construct, norm, groups, language, cues, and what cannot be concluded."""
    manifest = shown.manifest
    visible = shown_attributes(manifest)
    analysed = manifest["analysis"]["attributes"]
    return {
        "construct": CONSTRUCT,
        "norm": NORM,
        "groups": [name for name in analysed if visible.get(name)],
        "not_shown": [name for name in analysed if not visible.get(name)],
        "language": manifest["prompt"]["language"],
        "cues": manifest["prompt"]["cues"],
        "templates": [one["name"] for one in manifest["templates"]],
        "n_personas": manifest["personas"]["n"],
        "n_traits": len(manifest["traits"]),
        "equivalence_margin": manifest["analysis"]["equivalence_margin"],
        "generated_texts": manifest.get("attrgen"),
        "cannot_be_concluded": [*ALWAYS, *_of_run(shown, visible)],
    }


def _of_texts(shown: BenchmarkDetail, hidden: Sequence[str]) -> list[str]:
    """Return what texts that a model wrote about each person take away from the conclusions."""
    used = shown.manifest.get("attrgen")
    if used is None:
        return []
    by_itself = (
        f"What an attribute does by itself: {used['model']} wrote name, appearance and biography "
        "of each person with the attributes in view, and its own bias may stand in them."
    )
    said = [by_itself]
    if used["language"] != shown.manifest["prompt"]["language"]:
        said.append("What a prompt in one language does: the texts are in another one.")
    if hidden:
        said.append(
            f"That {', '.join(hidden)} had no influence: the texts may reveal what no other line "
            "shows."
        )
    if shown.dataset["kind"] == "counterfactual":
        said.append("That twins differ in one attribute alone: each has texts of its own.")
    return said


def _of_run(shown: BenchmarkDetail, visible: Mapping[str, bool]) -> list[str]:
    manifest, counts = shown.manifest, shown.summary.counts
    said = []
    hidden = [name for name in manifest["analysis"]["attributes"] if not visible.get(name)]
    if hidden:
        said.append(f"Anything about {', '.join(hidden)}: no prompt shows it.")
    said += _of_texts(shown, hidden)
    if manifest["scale"]["dual_fraction"] == 0:
        said.append("How far answers depend on the order of the scale: no item has both orders.")
    if manifest["scale"]["repeats"] == 1:
        said.append("How far answers change when the same question is asked again.")
    if counts.missing:
        said.append(f"What the {counts.missing} items without an answer would have been.")
    return said
