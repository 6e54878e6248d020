"""What can be asked about a run: a name of the question, and how ratings answer it."""

from collections.abc import Callable, Mapping

from services.benchmarks.analysis import designs, effects, options, selection, tables
from services.benchmarks.analysis.load import RunData
from services.benchmarks.analysis.plan import AnalysisPlan, Answer, Question

Compute = Callable[[RunData, AnalysisPlan, Question], Answer]
QUESTIONS: Mapping[str, Compute] = {
    "metrics": tables.metrics,
    "means": tables.means,
    "deltas": tables.deltas,
    "order": tables.order,
    "kruskal": tables.kruskal,
    "kruskal_by_category": tables.kruskal_by_category,
    "forest": effects.forest,
    "intensity": effects.intensity,
    "equivalence": effects.equivalence,
    "refusals": selection.refusals,
    "retries": selection.retries,
    "counterfactual": designs.counterfactual,
    "stability": designs.stability,
    "intersections": designs.intersections,
    "spread": designs.spread,
    "mixed": designs.mixed,
    "options": options.option_ratings,
}
