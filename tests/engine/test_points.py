"""Which metrics become points of their curves."""

import math

from services.runs.training.engine.points import points


def test_a_loss_that_diverged_is_a_point_and_a_score_that_does_not_exist_is_none() -> None:
    told = points({"val_loss": None, "val_auroc": None, "val_acc": 1.0000000000000002}, 6)
    values = {point.name: point.value for point in told}
    assert set(values) == {"val_loss", "val_acc"}
    assert math.isnan(values["val_loss"])
    assert values["val_acc"] == 1.0
