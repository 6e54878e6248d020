"""What helps where a benchmark run or an attribute generation failed: for the inbox."""

from app.domains import FailureHelp, PartlyDone
from app.models.attribute_generation import AttributeGeneration
from services.benchmarks.errors import CannotScore, CostLimitReached

KEPT = "What was answered so far is kept. Resume goes on at the very item where it ended."
ADVICE = {
    CannotScore.code: "What was answered so far is kept. Change the server or the model's "
    "settings as the sentence says, then resume.",
    CostLimitReached.code: "What was answered so far is kept and can be read. To go on, name a "
    "higher limit on its page.",
    "poison": "Its worker died several times in a row: look into the worker's log, then resume.",
}
OF_RUN = FailureHelp(
    page="/benchmarks/{id}",
    resume="/api/benchmarks/{id}/resume",
    acknowledge="/api/benchmarks/runs/{id}/acknowledge",
    otherwise=KEPT,
    advice=ADVICE,
    hopeless=(CostLimitReached.code,),
)
TEXTS_MISSING = PartlyDone(
    condition=AttributeGeneration.texts_hash.is_(None),
    detail="Not every persona has its texts: its row says how many lack, and why.",
    advice="Only a complete generation can be shown in prompts. Resume asks for the missing ones.",
)
OF_GENERATION = FailureHelp(
    page="/personas",
    resume="/api/benchmarks/attrgen/{id}/resume",
    acknowledge="/api/benchmarks/attrgen/runs/{id}/acknowledge",
    otherwise=KEPT,
    advice=ADVICE,
    hopeless=(CostLimitReached.code,),
    partly=TEXTS_MISSING,
)
