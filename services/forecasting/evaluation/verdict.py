"""What a comparison of two forecasts allows one to say, and no more."""

from enum import StrEnum

from services.forecasting.evaluation.compare import AccuracyTest
from services.forecasting.evaluation.skill_interval import SkillInterval

ALPHA = 0.05


class AccuracyVerdict(StrEnum):
    """What the test decides: nothing where it is undecided or there are too few windows."""

    BETTER = "better"
    WORSE = "worse"
    UNDECIDED = "undecided"
    TOO_FEW = "too_few"


def verdict_of(test: AccuracyTest | None, alpha: float = ALPHA) -> AccuracyVerdict:
    """Return whether the first forecast is better than the second at the level ``alpha``."""
    if test is None or not test.has_enough:
        return AccuracyVerdict.TOO_FEW
    if test.p_value is None or test.p_value >= alpha:
        return AccuracyVerdict.UNDECIDED
    return AccuracyVerdict.BETTER if test.difference < 0 else AccuracyVerdict.WORSE


def sentence_of(
    test: AccuracyTest | None, name: str, baseline: str, skill: SkillInterval | None = None
) -> str:
    """Return the verdict on ``name`` against ``baseline`` in words, with its figures."""
    verdict = verdict_of(test)
    if test is None:
        return f"There is no test window on which {name} and {baseline} can be compared."
    words = [_measured(test, name, baseline), _decided(verdict, test, name)]
    if test.left_out:
        windows = "1 window" if test.left_out == 1 else f"{test.left_out} windows"
        words.append(f"Left out: {windows} without a number, which is a fault of its own.")
    if skill is not None and skill.low is not None and skill.high is not None:
        length = "1 window" if skill.block == 1 else f"{skill.block} windows"
        words.append(
            f"The skill score is {skill.skill:.3f}, 95 % interval {skill.low:.3f} to "
            f"{skill.high:.3f}, from blocks of {length}."
        )
    return " ".join(words)


def _measured(test: AccuracyTest, name: str, baseline: str) -> str:
    where = "On 1 test window" if test.n == 1 else f"On {test.n} test windows"
    if test.difference == 0:
        return f"{where} {name} and {baseline} err equally."
    side = "smaller" if test.difference < 0 else "larger"
    if test.mean_second == 0:
        return f"{where} {baseline} makes no error and {name} does."
    percent = 100 * abs(test.difference) / test.mean_second
    return f"{where} the error of {name} is {percent:.1f} % {side} than that of {baseline}."


def _decided(verdict: AccuracyVerdict, test: AccuracyTest, name: str) -> str:
    if verdict is AccuracyVerdict.TOO_FEW:
        few = "That is too few to say whether it is more than chance."
        if test.overlap == 1:
            return few
        stretches = test.n / test.overlap
        return f"As windows overlap, they are about {stretches:.2g} independent ones. {few}"
    if test.p_value is None:
        return "The difference is the same in every window, so no test can be made of it."
    figures = f"Diebold-Mariano test, p = {test.p_value:.3g}"
    if verdict is AccuracyVerdict.UNDECIDED:
        return f"That may be chance ({figures}); it is no proof that both are equally good."
    side = "smaller" if verdict is AccuracyVerdict.BETTER else "larger"
    return (
        f"If both were equally good, a difference like this would be rare ({figures}): on windows "
        f"like these the error of {name} is {side}. What comes later may differ."
    )
