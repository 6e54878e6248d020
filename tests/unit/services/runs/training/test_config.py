"""Every setting described once; what is wrong is said by name, value and what would be right."""

import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from services.runs.training.config.config import GROUPS, TrainingConfig
from services.runs.training.config.field_spec import CENTRALIZED, FEDERATED
from services.runs.training.config.presets import PRESETS
from services.runs.training.config.rules import DataFacts, fewest_clients, validate_for

TABLE = DataFacts(
    kind="table",
    num_rows=569,
    num_patients=569,
    class_counts={"a": 212, "b": 357},
    columns=("hospital",),
)
PIXELS = DataFacts(
    kind="images",
    num_rows=1797,
    num_patients=1797,
    class_counts={str(one): 180 for one in range(10)},
    image_shape=(8, 8),
)


def errors_of(function, *arguments, **named):
    with pytest.raises(Invalid) as caught:
        function(*arguments, **named)
    return caught.value.errors


def complaints_of(function, *arguments, **named):
    """Return what is wrong by setting, nothing where all is well."""
    try:
        function(*arguments, **named)
    except Invalid as error:
        return dict(error.errors)
    return {}


def read(settings):
    try:
        return TrainingConfig.from_mapping(settings), set()
    except Invalid as error:
        return TrainingConfig(), set(error.errors)


def config(**settings):
    return TrainingConfig.from_mapping(settings)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"learning_rate": 5}, "learning_rate is 5; it must be a number from 1e-07 to 1.0."),
        ({"learning_rate": math.nan}, "learning_rate is nan; it must be"),
        ({"learning_rate": math.inf}, "learning_rate is inf; it must be"),
        ({"learning_rate": 10**400}, "it must be a number from 1e-07 to 1.0."),
        ({"learning_rate": "0.1"}, "learning_rate is '0.1'; it must be a number"),
        ({"epochs": True}, "epochs is True; it must be a whole number from 1 to 10000."),
        ({"epochs": 1.5}, "epochs is 1.5; it must be a whole number"),
        ({"epochs": None}, "epochs is missing; it must be a whole number"),
        ({"batch_norm": 1}, "batch_norm is 1; it must be true or false."),
        ({"network": "vgg"}, "network is 'vgg'; it must be one of mlp, cnn, resnet18"),
        ({"img_size": [64]}, "img_size is [64]; it must be a height and a width"),
        ({"img_size": [64, 4000]}, "img_size is [64, 4000]; it must be"),
        ({"hidden_sizes": "64, many"}, "hidden_sizes is '64, many'; it must be whole numbers"),
        ({"hidden_sizes": []}, "hidden_sizes is []; it must be"),
        ({"partition_column": "  "}, "partition_column is '  '; it must be a text."),
        ({"lerning_rate": 1}, "no setting called 'lerning_rate'. Did you mean learning_rate?"),
        ({"zzz": 1}, "There is no setting called 'zzz'."),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_right(settings, sentence):
    (name,) = settings
    (message,) = errors_of(TrainingConfig.from_mapping, settings)[name]
    assert sentence in message


def test_all_wrong_values_are_reported_at_once():
    errors = errors_of(TrainingConfig.from_mapping, {"epochs": 0, "seed": -1, "dropout_rate": 0.5})
    assert set(errors) == {"epochs", "seed"}


def test_a_long_wrong_value_is_not_repeated_in_full():
    (message,) = errors_of(TrainingConfig.from_mapping, {"network": "x" * 5000})["network"]
    assert len(message) < 250


def test_what_was_read_is_read_again_the_same():
    first = config(img_size="32 x 48", hidden_sizes="8, 4", epochs=3.0, round_deadline_seconds=2)
    assert TrainingConfig.from_mapping(first.as_mapping()) == first
    assert (first.img_size, first.hidden_sizes, first.epochs) == ((32, 48), (8, 4), 3)


def test_an_update_keeps_the_other_settings():
    changed = config(epochs=7, network="cnn").updated({"epochs": 8})
    assert (changed.epochs, changed.network) == (8, "cnn")


@given(
    st.dictionaries(
        st.sampled_from([spec.name for spec in TrainingConfig.fields()]),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text()
        | st.lists(st.integers() | st.text(), max_size=3),
        max_size=4,
    )
)
def test_any_value_is_either_taken_within_its_bounds_or_refused_by_name(settings):
    taken, refused = read(settings)
    assert refused <= set(settings)
    for spec in TrainingConfig.fields():
        value = getattr(taken, spec.name)
        numbers = value if isinstance(value, tuple) else (value,)
        for number in numbers:
            if isinstance(number, int | float) and spec.minimum is not None:
                assert spec.minimum <= number <= spec.maximum


def test_every_setting_can_be_shown_in_a_form():
    groups = {name for name, _ in GROUPS}
    kinds = {"integer", "number", "boolean", "choice", "text", "size"}
    for spec in TrainingConfig.fields():
        shown = spec.as_dict()
        assert shown["group"] in groups
        assert shown["type"] in kinds
        assert shown["label"]
        assert shown["help"].endswith(".")
        assert (shown["type"] == "choice") == ("choices" in shown)
        if shown["default"] is None:
            assert shown["nullable"]


def test_defaults_pass_their_own_checks():
    assert TrainingConfig.from_mapping(TrainingConfig().as_mapping()) == TrainingConfig()
    for mode in (CENTRALIZED, FEDERATED):
        validate_for(TrainingConfig(), mode, TABLE)


def test_settings_import_nothing_heavy():
    script = (
        "import sys, services.runs.training.config.rules, services.runs.training.config.presets;"
        "print(sorted({'numpy', 'torch', 'flwr', 'sqlalchemy'} & set(sys.modules)))"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "[]"


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_preset_is_valid_for_its_data(preset):
    data = {"breast_cancer": TABLE, "digits": PIXELS}[preset.dataset]
    settings = TrainingConfig.from_mapping(preset.config)
    assert complaints_of(validate_for, settings, preset.mode, data) == {}
    assert preset.config.items() <= settings.as_mapping().items()


@pytest.mark.parametrize(
    ("settings", "fewest"),
    [
        ({"strategy": "krum", "num_malicious_clients": 1}, 5),
        ({"strategy": "krum", "num_malicious_clients": 2}, 7),
        ({"strategy": "trimmed_mean", "trim_fraction": 0.2}, 5),
        ({"strategy": "trimmed_mean", "trim_fraction": 0.34}, 3),
        ({"strategy": "trimmed_mean", "trim_fraction": 0.0}, 1),
        ({"strategy": "fedavg"}, 1),
    ],
)
def test_each_strategy_knows_the_fewest_clients_that_it_needs(settings, fewest):
    assert fewest_clients(config(**settings)) == fewest


@pytest.mark.parametrize(
    ("settings", "field", "words"),
    [
        ({"strategy": "krum", "num_clients": 4}, "strategy", "at least 5 clients in a round"),
        (
            {"strategy": "trimmed_mean", "num_clients": 9, "clients_per_round": 4},
            "strategy",
            "at least 5 clients in a round with these settings; 4 take part",
        ),
        ({"clients_per_round": 3}, "clients_per_round", "at most num_clients, which is 2"),
        ({"num_clients": 3, "quorum": 4}, "quorum", "at most the 3 clients"),
        (
            {"num_clients": 8, "strategy": "krum", "quorum": 2},
            "quorum",
            "strategy krum needs at least 5",
        ),
        ({"partitioner": "column"}, "partition_column", "needs the name of a column"),
        (
            {"partitioner": "column", "partition_column": "ward"},
            "partition_column",
            "the data has hospital",
        ),
        ({"num_clients": 60}, "num_clients", "they need 600 rows, and about 455"),
        ({"network": "cnn"}, "network", "a table trains with mlp"),
        ({"lower_percentile": 60, "upper_percentile": 60}, "lower_percentile", "below upper"),
        ({"freeze_backbone": True}, "freeze_backbone", "safetensors file"),
        ({"min_lr": 0.5}, "min_lr", "must not be above learning_rate"),
    ],
)
def test_settings_that_do_not_fit_each_other_or_the_data_are_named(settings, field, words):
    (message,) = errors_of(validate_for, config(**settings), FEDERATED, TABLE)[field]
    assert words in message


def test_a_frozen_backbone_is_fine_with_weights():
    frozen = config(freeze_backbone=True)
    for has_weights, wrong in ((True, set()), (False, {"freeze_backbone"})):
        complaints = complaints_of(
            validate_for, frozen, CENTRALIZED, TABLE, has_pretrained=has_weights
        )
        assert set(complaints) == wrong


def test_a_deep_network_wants_large_images():
    (message,) = errors_of(validate_for, config(network="resnet18"), CENTRALIZED, PIXELS)[
        "img_size"
    ]
    assert "8 x 8" in message
    validate_for(config(network="resnet18", img_size=[32, 32]), CENTRALIZED, PIXELS)


def test_one_class_or_few_patients_cannot_be_trained():
    poor = DataFacts(kind="table", num_rows=3, num_patients=3, class_counts={"a": 3, "b": 0})
    messages = errors_of(validate_for, config(), CENTRALIZED, poor)["dataset"]
    assert len(messages) == 2


def test_an_unknown_mode_is_refused():
    assert "training_mode" in errors_of(validate_for, config(), "both", TABLE)
