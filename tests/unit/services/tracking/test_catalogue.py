"""The catalogue of metrics: names are matched as wholes, ranges are kept."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domains import Domain
from app.metric_row import Metric, error, share
from services.tracking.catalogue import (
    METRICS,
    TASKS,
    Catalogue,
    canonical_name,
    clamped,
    direction_of,
    headline_names,
    headlines_of,
    is_share,
    metric_of,
    split_name,
)

LOWER = "loss rmse mse mae mape smape mase wape nrmse perplexity error_rate wer cer brier nll"
LOWER += " mase_seasonal val_mase_seasonal test/wape"
LOWER += " time bytes val_loss val/loss box_loss val/box_loss rpn/loss eval_loss clients_val_loss"
HIGHER = (
    "accuracy auroc auprc f1 precision recall specificity r2 iou dice bleu rouge coverage skill"
)
HIGHER += " val_acc test/auc global_f1_score Accuracy clients_train_acc validation/dice"
UNKNOWN = (
    "error_free_rate reward lossless loss_weight glossary step mae_rank accuracy_gap val_ train"
)
UNKNOWN += " timeouts uptime error val_error_free_rate val_lr train_learning_rate _loss"


@pytest.mark.parametrize("name", LOWER.split())
def test_losses_and_errors_are_better_when_lower(name: str) -> None:
    assert direction_of(name) == "min"


@pytest.mark.parametrize("name", HIGHER.split())
def test_scores_are_better_when_higher(name: str) -> None:
    assert direction_of(name) == "max"


@pytest.mark.parametrize("name", UNKNOWN.split())
def test_a_piece_of_a_name_gives_no_direction(name: str) -> None:
    assert (direction_of(name), metric_of(name), canonical_name(name)) == (None, None, name)


@pytest.mark.parametrize(
    ("series", "prefixes", "rest"),
    [
        ("clients_val_acc", ("clients", "val"), "acc"),
        ("Test/RMSE", ("test",), "RMSE"),
        ("loss", (), "loss"),
        ("val_", (), "val_"),
        ("values_loss", (), "values_loss"),
    ],
)
def test_a_name_is_split_at_known_prefixes_only(
    series: str, prefixes: tuple[str, ...], rest: str
) -> None:
    assert split_name(series) == (prefixes, rest)


def test_another_loss_is_a_metric_of_its_own() -> None:
    assert canonical_name("val/box_loss") == "box_loss"
    assert canonical_name("val_loss") == "loss"


def test_every_spelling_belongs_to_one_metric() -> None:
    spellings = [name for metric in METRICS for name in (metric.name, *metric.spellings)]
    assert len(spellings) == len(set(spellings))


def test_every_task_has_headlines_that_are_known_metrics() -> None:
    assert all(headlines_of(task) for task in TASKS)
    assert all(canonical_name(name) == name for name in headline_names())
    assert all(direction_of(name) for name in headline_names())


@given(metric=st.sampled_from(METRICS), prefix=st.sampled_from(["", "val_", "test/", "global_"]))
def test_each_metric_is_found_under_each_of_its_names(metric: Metric, prefix: str) -> None:
    for name in (metric.name, *metric.spellings):
        assert metric_of(prefix + name) == metric


@given(st.text(max_size=30))
def test_any_name_at_all_has_one_meaning(name: str) -> None:
    assert direction_of(name) in ("min", "max", None)
    assert split_name(name)[1] in name


def test_a_domain_adds_metrics_of_its_own() -> None:
    metrics = (error("pinball", "pinball_loss", unit="kW"),)
    catalogue = Catalogue(lambda: [Domain(name="power", metrics=metrics)])
    known = catalogue.metric_of("val_pinball_loss")
    assert (known.name, known.goal, known.unit) == ("pinball", "min", "kW")
    assert catalogue.names()[-1] == "pinball"
    assert direction_of("val_pinball") is None


def test_two_metrics_of_one_spelling_are_refused() -> None:
    catalogue = Catalogue(lambda: [Domain(name="hits", metrics=(share("hits", "acc"),))])
    with pytest.raises(ValueError, match="Two metrics are called 'acc'"):
        catalogue.names()


def test_a_domain_declares_what_its_task_shows_first() -> None:
    order = ("pinball", "rmse", "skill")
    domain = Domain(name="power", metrics=(error("pinball"),), headlines={"forecasting": order})
    catalogue = Catalogue(lambda: [Domain(name="other"), domain])
    assert catalogue.headlines["forecasting"] == order
    assert catalogue.headlines["other"] == headlines_of("other")


def test_headlines_of_one_task_come_from_one_domain_and_are_known() -> None:
    power = Domain(name="power", headlines={"forecasting": ("rmse",)})
    with pytest.raises(ValueError, match="Two domains declare the headlines of the task 'fore"):
        _ = Catalogue(lambda: [power, power]).headlines
    strange = Domain(name="power", headlines={"forecasting": ("rsme",)})
    with pytest.raises(ValueError, match="No metric is called 'rsme'"):
        _ = Catalogue(lambda: [strange]).headlines


def test_rounding_noise_is_the_end_of_the_range_and_more_is_nothing() -> None:
    assert clamped("val_acc", 1.0000000000000002) == 1.0
    assert clamped("accuracy", -1e-12) == 0.0
    assert clamped("accuracy", -1.0) is None
    assert clamped("accuracy", 75.0) is None
    assert clamped("rmse", 75.0) == 75.0
    assert clamped("reward", -3.0) == -3.0
    assert clamped("reward", math.inf) is None
    assert clamped("loss", math.nan) is None
    assert clamped("loss", None) is None


@given(metric=st.sampled_from(METRICS), value=st.floats())
def test_what_is_kept_lies_in_the_range_and_next_to_what_was_measured(
    metric: Metric, value: float
) -> None:
    kept = clamped(metric.name, value)
    if kept is not None:
        assert abs(kept - value) <= 1e-9
        assert not is_share(metric.name) or 0.0 <= kept <= 1.0
        assert clamped(metric.name, kept) == kept
