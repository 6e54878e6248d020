"""Every hyper-parameter of a training, once: its name, default, bounds and what it does.

The form, the HTTP schema and the documentation are generated from ``TrainingConfig.fields()``.
Names and defaults follow the wire contract where it has them. Pure: no torch, no numpy.
"""

import dataclasses
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from app.errors import Invalid
from services.runs.training.config.field_spec import (
    CENTRALIZED,
    FEDERATED,
    BadValueError,
    FieldSpec,
    jsonable,
    named,
    read,
    setting,
)

MAX_ERRORS = 20  # settings that one answer names
NETWORKS = (
    "mlp",
    "cnn",
    "resnet18",
    "resnet34",
    "resnet50",
    "densenet121",
    "densenet169",
)
STRATEGIES = (
    "fedavg",
    "fedprox",
    "fedadam",
    "fedyogi",
    "fedavgm",
    "fedmedian",
    "krum",
    "trimmed_mean",
)
MONITORS = ("val_loss", "val_acc", "val_precision", "val_recall", "val_f1", "val_auroc")
GROUPS = (
    ("data", "Data and splits"),
    ("images", "Image preparation"),
    ("network", "Network"),
    ("optimisation", "Optimization"),
    ("stopping", "Schedule and stopping"),
    ("federation", "Federation"),
    ("strategy", "Strategy"),
    ("system", "System"),
)
_CENTRAL = (CENTRALIZED,)
_FEDERATED = (FEDERATED,)


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """A complete and checked set of hyper-parameters."""

    # fmt: off
    seed: int = setting(
        "integer", "data", "Seed",
        "Runs with the same seed, data and settings give the same numbers.",
        minimum=0, maximum=2**31 - 1, default=46)
    test_split: float = setting(
        "number", "data", "Test share",
        "Share of patients held out from all training; central and federated runs of one seed "
        "hold out the same rows.", minimum=0.05, maximum=0.5, default=0.2)
    validation_split: float = setting(
        "number", "data", "Validation share",
        "Share of the remaining patients used to choose the best epoch or round.",
        minimum=0.05, maximum=0.5, default=0.2)
    sample_fraction: float = setting(
        "number", "data", "Sample fraction",
        "Train on this share of the patients only, for a quick try.",
        minimum=0.01, maximum=1.0, advanced=True, default=1.0)
    class_weights: str = setting(
        "choice", "data", "Class weights",
        "balanced: each class has the same total weight.", choices=("none", "balanced"),
        default="none")

    color_mode: str = setting(
        "choice", "images", "Color mode",
        "auto keeps the images as they are; L makes them grey, RGB gives them three channels.",
        choices=("auto", "RGB", "L"), advanced=True, default="auto")
    img_size: tuple[int, int] | None = setting(
        "size", "images", "Image size",
        "Height and width in pixels. Empty: as stored, at most 256 × 256.",
        minimum=8, maximum=1024, nullable=True, default=None)
    use_imagenet_norm: bool = setting(
        "boolean", "images", "ImageNet normalization",
        "Normalise with ImageNet's mean and deviation; off: with those of the training images.",
        advanced=True, default=True)
    augmentation_strength: float = setting(
        "number", "images", "Augmentation",
        "Strength of random shifts, rotations, scaling and brightness; 0 switches it off.",
        minimum=0.0, maximum=3.0, default=1.0)
    use_custom_preprocessing: bool = setting(
        "boolean", "images", "Custom preprocessing",
        "Apply the steps below to every image before training.", advanced=True, default=False)
    contrast_stretch: bool = setting(
        "boolean", "images", "Contrast stretch",
        "Spread the grey levels between the two percentiles.", advanced=True, default=True)
    lower_percentile: float = setting(
        "number", "images", "Lower percentile",
        "Everything darker becomes black.", minimum=0.0, maximum=99.0, advanced=True, default=5.0)
    upper_percentile: float = setting(
        "number", "images", "Upper percentile",
        "Everything brighter becomes white.", minimum=1.0, maximum=100.0, advanced=True,
        default=95.0)
    adaptive_histogram: bool = setting(
        "boolean", "images", "Adaptive histogram",
        "Equalise contrast tile by tile (CLAHE).", advanced=True, default=False)
    clip_limit: float = setting(
        "number", "images", "Clip limit",
        "How much contrast the adaptive histogram may add to one grey level.",
        minimum=0.1, maximum=40.0, advanced=True, default=2.0)
    edge_enhancement: bool = setting(
        "boolean", "images", "Edge enhancement",
        "Sharpen the images.", advanced=True, default=False)
    edge_strength: float = setting(
        "number", "images", "Edge strength",
        "How much of the edges is added.", minimum=0.0, maximum=5.0, advanced=True, default=1.0)

    network: str = setting(
        "choice", "network", "Network",
        "mlp for tables and tiny images, cnn for small images, ResNet and DenseNet for large ones.",
        choices=NETWORKS, default="mlp")
    hidden_sizes: tuple[int, ...] = setting(
        "sizes", "network", "Hidden layers",
        "Units of each hidden layer of the MLP, or channels of each stage of the CNN.",
        minimum=1, maximum=4096, default=(64, 32))
    batch_norm: bool = setting(
        "boolean", "network", "Batch normalization",
        "Add BatchNorm to the MLP and the CNN; ResNet and DenseNet always have it.", default=False)
    dropout_rate: float = setting(
        "number", "network", "Dropout",
        "Share of units left out at random while training.", minimum=0.0, maximum=0.9, default=0.3)
    freeze_backbone: bool = setting(
        "boolean", "network", "Freeze backbone",
        "Train only the last layers; needs a safetensors file of trained weights.", advanced=True,
        default=False)
    fine_tune_layers_count: int = setting(
        "integer", "network", "Layers to fine-tune",
        "How many of the last layers of a frozen backbone are trained, besides the head.",
        minimum=0, maximum=500, advanced=True, default=5)

    epochs: int = setting(
        "integer", "optimisation", "Epochs",
        "Passes over the training rows.", minimum=1, maximum=10_000, modes=_CENTRAL, default=10)
    batch_size: int = setting(
        "integer", "optimisation", "Batch size",
        "Rows per step.", minimum=2, maximum=4096, default=32)
    learning_rate: float = setting(
        "number", "optimisation", "Learning rate",
        "Step size of AdamW.", minimum=1e-7, maximum=1.0, default=0.001)
    weight_decay: float = setting(
        "number", "optimisation", "Weight decay",
        "Decoupled weight decay of AdamW.", minimum=0.0, maximum=1.0, default=0.0001)
    loss: str = setting(
        "choice", "optimisation", "Loss",
        "focal: puts more weight on misclassified rows.",
        choices=("cross_entropy", "focal"), default="cross_entropy")
    label_smoothing: float = setting(
        "number", "optimisation", "Label smoothing",
        "Share of the target that is spread over all classes.",
        minimum=0.0, maximum=0.5, advanced=True, default=0.0)
    focal_alpha: float = setting(
        "number", "optimisation", "Focal alpha",
        "Weight of the positive class in the focal loss of two classes.",
        minimum=0.0, maximum=1.0, advanced=True, default=0.25)
    focal_gamma: float = setting(
        "number", "optimisation", "Focal gamma",
        "Exponent that lowers the weight of well-classified rows.",
        minimum=0.0, maximum=10.0, advanced=True, default=2.0)
    gradient_clip_val: float = setting(
        "number", "optimisation", "Gradient clipping",
        "Maximum norm of the gradient; 0 switches clipping off.",
        minimum=0.0, maximum=1000.0, advanced=True, default=1.0)
    accumulate_grad_batches: int = setting(
        "integer", "optimisation", "Accumulate batches",
        "Batches per optimizer step.", minimum=1, maximum=1024, advanced=True, default=1)

    monitor_metric: str = setting(
        "choice", "stopping", "Monitored metric",
        "Decides the best epoch or round, early stopping and the plateau schedule.",
        choices=MONITORS, default="val_loss")
    early_stopping_patience: int = setting(
        "integer", "stopping", "Early stopping patience",
        "Epochs without improvement before training ends; 0 switches it off.",
        minimum=0, maximum=10_000, modes=_CENTRAL, default=5)
    early_stopping_min_delta: float = setting(
        "number", "stopping", "Least improvement",
        "A smaller change does not count as improvement.",
        minimum=0.0, maximum=1.0, modes=_CENTRAL, advanced=True, default=0.001)
    lr_scheduler: str = setting(
        "choice", "stopping", "Learning rate schedule",
        "cosine restarts three times over the epochs; plateau lowers when progress stops. A "
        "federation counts the local epochs of all rounds.",
        choices=("cosine", "plateau", "none"), default="cosine")
    reduce_lr_patience: int = setting(
        "integer", "stopping", "Plateau patience",
        "Epochs without improvement before the learning rate is lowered.",
        minimum=0, maximum=10_000, advanced=True, default=3)
    reduce_lr_factor: float = setting(
        "number", "stopping", "Plateau factor",
        "The learning rate is multiplied by this.",
        minimum=0.01, maximum=0.99, advanced=True, default=0.5)
    min_lr: float = setting(
        "number", "stopping", "Lowest learning rate",
        "The schedule never goes below.", minimum=0.0, maximum=1.0, advanced=True, default=1e-7)
    save_top_k: int = setting(
        "integer", "stopping", "Best epochs to keep",
        "How many of the best epochs keep their weights.",
        minimum=1, maximum=10, modes=_CENTRAL, advanced=True, default=3)

    num_rounds: int = setting(
        "integer", "federation", "Rounds",
        "Rounds in which clients train and the server aggregates.",
        minimum=1, maximum=10_000, modes=_FEDERATED, default=3)
    num_clients: int = setting(
        "integer", "federation", "Clients",
        "Sites among which the rows are shared out.", minimum=2, maximum=500, modes=_FEDERATED,
        default=2)
    clients_per_round: int | None = setting(
        "integer", "federation", "Clients per round",
        "How many take part in each round, drawn again each time. Empty: all.",
        minimum=1, maximum=500, modes=_FEDERATED, nullable=True, default=None)
    local_epochs: int = setting(
        "integer", "federation", "Local epochs",
        "Passes of a client over its rows in one round.",
        minimum=1, maximum=1000, modes=_FEDERATED, default=1)
    partitioner: str = setting(
        "choice", "federation", "Partition",
        "equal: at random; dirichlet: uneven class shares; column: one site per value.",
        choices=("equal", "dirichlet", "column"), modes=_FEDERATED, default="equal")
    dirichlet_alpha: float = setting(
        "number", "federation", "Dirichlet alpha",
        "Concentration of the Dirichlet distribution: smaller is more uneven.",
        minimum=0.01, maximum=1000.0, modes=_FEDERATED, default=0.5)
    partition_column: str | None = setting(
        "text", "federation", "Site column",
        "Column whose values are the sites, such as hospital.", modes=_FEDERATED, nullable=True,
        default=None)
    min_client_rows: int = setting(
        "integer", "federation", "Minimum rows per client",
        "Shares are drawn again until each client has this many.",
        minimum=4, maximum=1_000_000, modes=_FEDERATED, advanced=True, default=10)
    quorum: int | None = setting(
        "integer", "federation", "Quorum",
        "Minimum number of valid updates per round. Empty: half of the round's clients, or what "
        "the strategy needs.", minimum=1, maximum=500, modes=_FEDERATED, nullable=True,
        default=None)
    quorum_patience: int = setting(
        "integer", "federation", "Rounds without quorum",
        "The run fails after this many rounds in a row without quorum.",
        minimum=1, maximum=1000, modes=_FEDERATED, advanced=True, default=3)
    round_deadline_seconds: float | None = setting(
        "number", "federation", "Round deadline (seconds)",
        "A client that is not done by then is left out of the round. Empty: none.",
        minimum=0.001, maximum=604_800, modes=_FEDERATED, nullable=True, default=None)

    only_client: str | None = setting(
        "text", "federation", "Only this client",
        "Train in one place on the rows of this client alone, as a federation of the same seed "
        "and partition shares them out; tested on the same held-out rows. Empty: all rows.",
        modes=_CENTRAL, advanced=True, nullable=True, default=None)
    keep_round_models: str = setting(
        "choice", "federation", "Models to keep",
        "all: the model of every round, to download and to resume from (a file of the model's "
        "size per round); best: those of the best and the last round; none: nothing but the "
        "result.",
        choices=("all", "best", "none"), modes=_FEDERATED, advanced=True, default="all")
    evaluate_locally: bool = setting(
        "boolean", "federation", "Measure local models",
        "Each client measures its own model after its training too, not only the global one.",
        modes=_FEDERATED, advanced=True, default=True)
    contribution: str = setting(
        "choice", "federation", "Contributions",
        "every_round: what the round would have been without each client; each costs one more "
        "aggregation and evaluation.",
        choices=("off", "every_round"), modes=_FEDERATED, advanced=True, default="off")

    strategy: str = setting(
        "choice", "strategy", "Strategy",
        "How the server makes one model of the clients' updates.",
        choices=STRATEGIES, modes=_FEDERATED, default="fedavg")
    proximal_mu: float = setting(
        "number", "strategy", "Proximal mu",
        "FedProx: weight of the proximal term (mu).",
        minimum=0.0, maximum=100.0, modes=_FEDERATED, default=0.01)
    server_learning_rate: float | None = setting(
        "number", "strategy", "Server learning rate",
        "FedAdam, FedYogi (empty: 0.01) and FedAvgM (empty: 1). Flower's FedAdam corrects the "
        "bias of its moments as Adam does; Algorithm 2 of Reddi et al. (2021) does not, so its "
        "first rounds take other steps here.",
        minimum=1e-6, maximum=10.0, modes=_FEDERATED, nullable=True, default=None)
    server_momentum: float = setting(
        "number", "strategy", "Server momentum",
        "FedAvgM: momentum of the server's steps.",
        minimum=0.0, maximum=0.999, modes=_FEDERATED, default=0.9)
    beta_1: float = setting(
        "number", "strategy", "Beta 1",
        "FedAdam, FedYogi: decay rate of the first moment.",
        minimum=0.0, maximum=0.9999, modes=_FEDERATED, advanced=True, default=0.9)
    beta_2: float = setting(
        "number", "strategy", "Beta 2",
        "FedAdam, FedYogi: decay rate of the second moment.",
        minimum=0.0, maximum=0.9999, modes=_FEDERATED, advanced=True, default=0.99)
    tau: float = setting(
        "number", "strategy", "Tau",
        "FedAdam, FedYogi: degree of adaptivity; larger adapts less.",
        minimum=1e-9, maximum=1.0, modes=_FEDERATED, advanced=True, default=0.001)
    num_malicious_clients: int = setting(
        "integer", "strategy", "Malicious clients",
        "Krum: how many malicious clients to tolerate.",
        minimum=0, maximum=200, modes=_FEDERATED, default=1)
    trim_fraction: float = setting(
        "number", "strategy", "Trimmed share",
        "Trimmed mean: share cut off at each end of the values.",
        minimum=0.0, maximum=0.49, modes=_FEDERATED, default=0.2)

    device: str = setting(
        "choice", "system", "Device",
        "auto takes a GPU if there is one.", choices=("auto", "cpu", "cuda"), advanced=True,
        default="auto")
    torch_threads: int | None = setting(
        "integer", "system", "Threads",
        "CPU threads of one training. Empty: the worker's share of the cores.",
        minimum=1, maximum=256, advanced=True, nullable=True, default=None)
    num_workers: int = setting(
        "integer", "system", "Image threads",
        "Threads that prepare images before training; 0: the training thread itself.",
        minimum=0, maximum=64, advanced=True, default=0)
    batch_sample_interval: int = setting(
        "integer", "system", "Batches between samples",
        "The live loss is reported every so many batches.", minimum=1, maximum=100_000,
        advanced=True, default=10)
    gradient_sample_interval: int = setting(
        "integer", "system", "Steps between gradient samples",
        "Gradient norms are reported every so many steps.", minimum=1, maximum=100_000,
        advanced=True, default=20)
    # fmt: on

    @staticmethod
    def fields() -> Sequence[FieldSpec]:
        """Return every setting's description, in the order of the form."""
        return tuple(specs().values())

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Self:
        """Return the settings of ``mapping`` over the defaults; raise ``Invalid`` for any error."""
        values: dict[str, Any] = {}
        errors: dict[str, list[str]] = {}
        for name, value in mapping.items():
            spec = specs().get(name)
            if len(errors) >= MAX_ERRORS:
                break
            if spec is None:
                errors[str(name)] = [_unknown(str(name))]
                continue
            try:
                values[name] = read(spec, value)
            except BadValueError as error:
                errors[name] = [str(error)]
        refuse(errors)
        return cls(**values)

    def updated(self, mapping: Mapping[str, Any]) -> Self:
        """Return these settings with those of ``mapping`` in their place; raise ``Invalid``."""
        return self.from_mapping({**self.as_mapping(), **mapping})

    def as_mapping(self) -> dict[str, Any]:
        """Return every setting by name as JSON knows it."""
        return {spec.name: jsonable(getattr(self, spec.name)) for spec in self.fields()}


def refuse(errors: Mapping[str, Sequence[str]]) -> None:
    """Raise ``Invalid`` if there is any error, with all of them."""
    if errors:
        first = next(iter(errors.values()))[0]
        raise Invalid(first, errors=errors)


@cache
def specs() -> Mapping[str, FieldSpec]:
    """Return the description of every setting by its name."""
    declared = dataclasses.fields(TrainingConfig)
    return {field.name: named(field.name, field.metadata["spec"]) for field in declared}


def _unknown(name: str) -> str:
    nearest = difflib.get_close_matches(name, specs(), n=1, cutoff=0.5)
    hint = f" Did you mean {nearest[0]}?" if nearest else ""
    return f"There is no setting called {name[:80]!r}.{hint}"
