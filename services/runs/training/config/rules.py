"""Rules between settings, and between settings and data: checked before anything is queued."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.runs.training.config.config import TrainingConfig, refuse
from services.runs.training.config.field_spec import CENTRALIZED, FEDERATED

Errors = dict[str, list[str]]
DEEP = ("resnet18", "resnet34", "resnet50", "densenet121", "densenet169")


@dataclass(frozen=True, kw_only=True)
class DataFacts:
    """What the rules need to know of a data set."""

    kind: str
    num_rows: int
    num_patients: int
    class_counts: Mapping[str, int]
    columns: Sequence[str] = ()
    image_shape: tuple[int, int] | None = None


def fewest_clients(config: TrainingConfig) -> int:
    """Return how many updates the strategy needs to mean anything.

    Krum needs 2f + 3 for f bad clients (Blanchard et al., 2017); a trimmed mean needs as many as
    let it cut one off each end.
    """
    if config.strategy == "krum":
        return 2 * config.num_malicious_clients + 3
    if config.strategy == "trimmed_mean" and config.trim_fraction > 0:
        count = 1
        while int(config.trim_fraction * count) < 1:
            count += 1
        return count
    return 1


def sites_needed(config: TrainingConfig, sites: int) -> int:
    """Return how many of ``sites`` a round needs: the quorum as set, else half of those drawn."""
    drawn = min(config.clients_per_round or sites, sites)
    minimum = config.quorum if config.quorum is not None else (drawn + 1) // 2
    return max(minimum, fewest_clients(config))


def validate_for(
    config: TrainingConfig,
    mode: str,
    data: DataFacts | None = None,
    *,
    has_pretrained: bool = False,
) -> None:
    """Raise ``Invalid`` naming every setting that does not fit the others or the data."""
    errors: Errors = {}
    if mode not in (CENTRALIZED, FEDERATED):
        errors["training_mode"] = [
            f"training_mode is {mode!r}; it must be centralized or federated."
        ]
    _check_settings(config, errors, has_pretrained=has_pretrained)
    if mode == FEDERATED:
        _check_federation(config, errors)
    elif config.only_client is not None:
        _check_alone(config, errors)
    if data is not None:
        _check_data(config, mode, data, errors)
    refuse(errors)


def validate_data(config: TrainingConfig, mode: str, data: DataFacts) -> None:
    """Raise ``Invalid`` naming every setting that does not fit the data, and none but these."""
    errors: Errors = {}
    _check_data(config, mode, data, errors)
    refuse(errors)


def validate_sites(config: TrainingConfig, sites: int) -> None:
    """Raise ``Invalid`` if the sites that a column gave are too few for the settings."""
    errors: Errors = {}
    _check_enough(config, min(config.clients_per_round or sites, sites), errors)
    refuse(errors)


def _add(errors: Errors, name: str, message: str) -> None:
    errors.setdefault(name, []).append(message)


def _check_settings(config: TrainingConfig, errors: Errors, *, has_pretrained: bool) -> None:
    if config.lower_percentile >= config.upper_percentile:
        _add(
            errors,
            "lower_percentile",
            f"lower_percentile is {config.lower_percentile}; it must be below upper_percentile, "
            f"which is {config.upper_percentile}.",
        )
    if config.freeze_backbone and not has_pretrained:
        _add(
            errors,
            "freeze_backbone",
            "freeze_backbone is true; it needs a safetensors file of trained weights. Name some "
            "to start from (pretrained), or leave it false.",
        )
    if config.min_lr > config.learning_rate:
        _add(
            errors,
            "min_lr",
            f"min_lr is {config.min_lr}; it must not be above learning_rate, which is "
            f"{config.learning_rate}.",
        )


def _check_federation(config: TrainingConfig, errors: Errors) -> None:
    by_column = config.partitioner == "column"
    _check_column_named(config, errors)
    clients = None if by_column else config.num_clients
    taking_part = config.clients_per_round or clients
    if clients and config.clients_per_round and config.clients_per_round > clients:
        _add(
            errors,
            "clients_per_round",
            f"clients_per_round is {config.clients_per_round}; it must be at most num_clients, "
            f"which is {clients}.",
        )
    if taking_part is not None:
        _check_enough(config, taking_part, errors)


def _check_column_named(config: TrainingConfig, errors: Errors) -> None:
    if config.partitioner == "column" and config.partition_column is None:
        _add(
            errors,
            "partition_column",
            "partition_column is missing; partitioner column needs the name of a column.",
        )


def _check_alone(config: TrainingConfig, errors: Errors) -> None:
    """Check the one client of a local training; the values of a column are known later."""
    _check_column_named(config, errors)
    names = [f"client_{number}" for number in range(1, config.num_clients + 1)]
    if config.partitioner != "column" and config.only_client not in names:
        _add(
            errors,
            "only_client",
            f"only_client is {config.only_client!r}; with num_clients {config.num_clients} the "
            f"clients are client_1 to {names[-1]}.",
        )


def _check_enough(config: TrainingConfig, taking_part: int, errors: Errors) -> None:
    fewest = fewest_clients(config)
    if taking_part < fewest:
        _add(
            errors,
            "strategy",
            f"strategy {config.strategy} needs at least {fewest} clients in a round with these "
            f"settings; {taking_part} take part.",
        )
    if config.quorum is None:
        return
    if config.quorum > taking_part:
        _add(
            errors,
            "quorum",
            f"quorum is {config.quorum}; it must be at most the {taking_part} clients of a round.",
        )
    elif config.quorum < fewest:
        _add(
            errors,
            "quorum",
            f"quorum is {config.quorum}; strategy {config.strategy} needs at least {fewest}.",
        )


def _check_data(config: TrainingConfig, mode: str, data: DataFacts, errors: Errors) -> None:
    if data.kind == "table" and config.network != "mlp":
        _add(
            errors,
            "network",
            f"network is {config.network!r}; a table trains with mlp, images with any.",
        )
    if sum(count > 0 for count in data.class_counts.values()) < 2:
        _add(errors, "dataset", "The data has one class only; training needs 2 or more.")
    if data.num_patients < 4:
        _add(
            errors,
            "dataset",
            f"The data has {data.num_patients} patients; the three parts of a split need 4 or "
            "more.",
        )
    _check_pixels(config, data, errors)
    if mode == FEDERATED or config.only_client is not None:
        _check_sites(config, data, errors)


def _check_pixels(config: TrainingConfig, data: DataFacts, errors: Errors) -> None:
    shape = config.img_size or data.image_shape
    if config.network in DEEP and shape is not None and min(shape) < 32:
        _add(
            errors,
            "img_size",
            f"The images have {shape[0]} x {shape[1]} pixels; {config.network} needs 32 x 32 or "
            "more. Set img_size or take cnn.",
        )


def _check_sites(config: TrainingConfig, data: DataFacts, errors: Errors) -> None:
    if config.partitioner == "column":
        if config.partition_column and config.partition_column not in data.columns:
            known = ", ".join(data.columns) or "no further columns"
            _add(
                errors,
                "partition_column",
                f"partition_column is {config.partition_column!r}; the data has {known}.",
            )
        return
    available = int(data.num_rows * config.sample_fraction * (1 - config.test_split))
    needed = config.num_clients * config.min_client_rows
    if available < needed:
        _add(
            errors,
            "num_clients",
            f"num_clients is {config.num_clients}; with min_client_rows {config.min_client_rows} "
            f"they need {needed} rows, and about {available} are left after the test split.",
        )
